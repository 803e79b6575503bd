import type { Quorum } from "../assessment.ts";
import type { ObservedMember, ListedMember } from "../facts/member.ts";
import type { EtcdState, Reported, TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { isAccessDenied, peerFailureWords } from "../facts/connection-failure.ts";
import { disagrees, isPartitioned, isSameLeader } from "./leader.ts";
import { endpointOf } from "./routes.ts";
import { givesList, memberAt, nameAt, nameOfId, ownMembers } from "./cluster.ts";
import { isSameList, memberName } from "./member-list.ts";

/** etcd before and after one observation of one member, and what is true of its quorum after it. */
interface EtcdChange {
  readonly before: EtcdState;
  readonly after: EtcdState;
  readonly quorum: Quorum;
  readonly member: { readonly before: ObservedMember; readonly after: ObservedMember };
  /** what the timeline reports before and after it */
  readonly was: Reported;
  readonly is: Reported;
}

/** The timeline events of it, newest first: effects stand above their cause. */
export function etcdEvents(observed: EtcdChange, at: Instant): readonly TimelineEvent[] {
  const change = { ...observed, member: asMember(observed) };
  const { quorum, was, is } = change;
  return [
    ...quorumEvents(quorum, was.noEtcdLeader, at),
    ...partitionEvents(change, at),
    ...leaderEvents(change, at),
    ...memberListEvents(was.memberList, is.memberList, at),
    ...memberEvents(change, at),
  ];
}

/** The member at the route that was observed: it speaks over another one while that answers. */
function asMember({ before, after, member }: EtcdChange): EtcdChange["member"] {
  const { key } = member.after.route;
  return {
    before: memberAt(key, before) ?? member.before,
    after: memberAt(key, after) ?? member.after,
  };
}

/**
 * What the timeline reports of a missing leader after an observation. A lost quorum stays lost until a member leads
 * again; an unknown one changes nothing.
 */
export function reportedOf({ state }: Quorum, before: Reported["noEtcdLeader"]): Reported["noEtcdLeader"] {
  if (state === "unknown" || (state === "election" && before === "lost")) return before;
  return state === "lost" || state === "election" ? state : undefined;
}

/** A member that never answered before the initial state is no event yet: the first contact may be slow. */
function memberEvents(change: EtcdChange, at: Instant): TimelineEvent[] {
  const { before, after } = change.member;
  const known = before.lastAnswer !== undefined;
  if (!known && !change.was.baseline) return [];
  const subject = `etcd ${nameAt(after.route, change.after)}`;
  if (after.failing && !before.failing) {
    const text = peerFailureWords(after.failing.failure, endpointOf(after.route));
    return [{ at, tone: "bad", subject, text }];
  }
  if (before.failing && !after.failing) {
    const gap = secondsBetween(before.failing.since, at).toFixed(1);
    const does = isAccessDenied(before.failing.failure) ? "access granted" : "answers";
    const text = known ? `${does} again after ${gap} s` : `${does} after ${gap} s`;
    return [{ at, tone: "ok", subject, text }];
  }
  return [];
}

/** A member that answers us but is partitioned from those that have a leader: its own answers start and end that. */
function partitionEvents({ before, after, member }: EtcdChange, at: Instant): TimelineEvent[] {
  if (after.leader === undefined) return [];
  const leader = nameOfId(after.leader.memberId, after);
  const [was, is] = [isPartitioned(member.before, before), isPartitioned(member.after, after)];
  const subject = `etcd ${nameAt(member.after.route, after)}`;
  if (!was && is) {
    const [text, short] = [`partitioned: does not know leader ${leader}`, "partitioned"];
    return [{ at, tone: "bad", subject, text, short }];
  }
  const joins = was && !is && !disagrees(member.after, after);
  return joins ? [{ at, tone: "ok", subject, text: `rejoined, leader ${leader}` }] : [];
}

/** The leader from now on, where it is another one, leads in another term, or there was none before. */
function leaderEvents({ before, after, was, is }: EtcdChange, at: Instant): TimelineEvent[] {
  const back = was.noEtcdLeader !== undefined && is.noEtcdLeader === undefined;
  const changed = before.leader !== undefined && !isSameLeader(before, after);
  if (after.leader === undefined || !(back || changed)) return [];
  const gap = after.noLeaderSince ? "" : gapText(before.noLeaderSince, at);
  const term = after.leader.term === undefined ? "" : `, term ${after.leader.term}`;
  const text = `${leads(before.leader, after.leader, after)}${term}${gap}${often(before, after, at)}`;
  if (back && was.noEtcdLeader === "lost")
    return [{ at, tone: "ok", subject: "etcd", text: `quorum regained: ${text}` }];
  return [{ at, tone: "up", subject: "etcd", text }];
}

function leads(was: EtcdState["leader"], is: NonNullable<EtcdState["leader"]>, etcd: EtcdState): string {
  const name = nameOfId(is.memberId, etcd);
  if (was === undefined) return `${name} leads`;
  return was.memberId === is.memberId ? `${name} leads again` : `${nameOfId(was.memberId, etcd)} → ${name}`;
}

/** How many changes that makes, from the second one on. */
function often(before: EtcdState, { leaderChanges }: EtcdState, at: Instant): string {
  const [first, second] = leaderChanges;
  if (first === undefined || second === undefined || leaderChanges === before.leaderChanges) return "";
  return `; ${leaderChanges.length} leader changes in ${secondsBetween(first, at).toFixed(1)} s`;
}

function gapText(since: Instant | undefined, at: Instant): string {
  return since ? `, no leader for ${secondsBetween(since, at).toFixed(1)} s` : "";
}

/** A missing leader, and whether enough members answer to elect one: each is reported once until there is one. */
function quorumEvents(is: Quorum, reported: Reported["noEtcdLeader"], at: Instant): TimelineEvent[] {
  const subject = "etcd";
  if (reportedOf(is, reported) === reported) return [];
  if (is.state === "lost") {
    const text = `quorum lost: ${is.answering} of ${is.voters} ${is.answering === 1 ? "answers" : "answer"}, needs ${is.needed}`;
    return [{ at, tone: "bad", subject, text }];
  }
  if (is.state === "election")
    return [{ at, tone: "warn", subject, text: "no leader: election in progress" }];
  return [];
}

type List = readonly ListedMember[];

/**
 * The list that all members hold that give one and take part. Undefined: none gives any, or they differ, as they do for a
 * moment while it changes.
 */
export function agreedList(etcd: EtcdState): List | undefined {
  const lists = ownMembers(etcd).flatMap((m) =>
    givesList(m) && !isPartitioned(m, etcd) && m.list ? [m.list.members] : [],
  );
  const [first, ...others] = lists;
  return first !== undefined && others.every((one) => isSameList(first, one)) ? first : undefined;
}

/** Who was added, has started, was promoted or removed between two lists that were agreed on. */
function memberListEvents(
  before: List | undefined,
  after: List | undefined,
  at: Instant,
): readonly TimelineEvent[] {
  if (before === undefined || after === undefined) return [];
  const votes = arithmetic(after);
  const event = (member: ListedMember, text: string): TimelineEvent => ({
    ...{ at, tone: "note", subject: `etcd ${called(member, after.includes(member) ? after : before)}`, text },
  });
  const added = after.filter(({ id }) => !before.some((one) => one.id === id));
  const removed = before.filter(({ id }) => !after.some((one) => one.id === id));
  return [
    ...added.map((one) => event(one, one.isLearner ? "added as learner" : `added: ${votes}`)),
    ...before.flatMap((was) => {
      const is = after.find(({ id }) => id === was.id);
      return is === undefined ? [] : becomes(was, is, votes).map((text) => event(is, text));
    }),
    ...removed.map((one) => event(one, one.isLearner ? "removed" : `removed: ${votes}`)),
  ];
}

function becomes(was: ListedMember, is: ListedMember, votes: string): readonly string[] {
  const urls = ({ peerUrls, clientUrls }: ListedMember): string =>
    [...peerUrls.toSorted(), "", ...clientUrls.toSorted()].join(" ");
  const started = was.name === "" && is.name !== "";
  return [
    ...(started ? [`started (${is.id})`] : []),
    ...(was.isLearner && !is.isLearner ? [`promoted: ${votes}`] : []),
    ...(!started && urls(was) !== urls(is) ? ["URLs changed"] : []),
  ];
}

function arithmetic(list: List): string {
  const voters = list.filter(({ isLearner }) => !isLearner).length;
  return `${voters} ${voters === 1 ? "voter" : "voters"}, quorum ${Math.floor(voters / 2) + 1}`;
}

/** Before it has started it has no name. */
function called(member: ListedMember, list: List): string {
  return memberName(member, list) ?? member.id;
}
