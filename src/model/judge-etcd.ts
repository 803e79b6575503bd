import type { EtcdMembersPicture, MemberListPicture, MemberRow, Quorum } from "./assessment.ts";
import { fullIn, growthOf } from "./db-growth.ts";
import { foreign, oncePerMember, ownMembers, unseenMembers } from "./etcd-cluster.ts";
import type { Failure } from "./failure.ts";
import { freshness } from "./freshness.ts";
import { listDifferences } from "./list-differences.ts";
import type { ListedMember, MemberStatus, ObservedMember } from "./member.ts";
import type { EtcdState } from "./state.ts";
import type { Instant, Seconds } from "./time.ts";
import { latest, secondsBetween } from "./time.ts";

type Leader = NonNullable<EtcdState["leader"]>;

type Answer = NonNullable<ObservedMember["lastAnswer"]>;

/** The last answers of the members that answer now. */
function answers(members: Iterable<ObservedMember>): readonly Answer[] {
  return ownMembers(members).flatMap((m) => (m.lastAnswer && !m.failing ? [m.lastAnswer] : []));
}

/**
 * Who leads, and when that was last heard: whom members that answer name in the highest raft term. Two members can
 * both say that they lead for about a second; one that names nobody has no leader, one in an older term does not count.
 */
export function leaderOf(members: Iterable<ObservedMember>): Leader | undefined {
  const heard = answers(members);
  const term = heard.reduce((top, { status }) => (status.raftTerm > top ? status.raftTerm : top), 0n);
  const naming = heard.filter(({ status }) => status.raftTerm === term && status.leaderId !== undefined);
  const newest = naming.toSorted((a, b) => b.at.mono - a.at.mono)[0];
  if (newest?.status.leaderId === undefined) return undefined;
  return { memberId: newest.status.leaderId, term, at: newest.at };
}

/** Whether the same member leads in the same term; nobody and nobody are the same. */
export function isSameLeader(a: EtcdState, b: EtcdState): boolean {
  return a.leader?.memberId === b.leader?.memberId && a.leader?.term === b.leader?.term;
}

/** Whether a member's last answer names another leader than the one that there is, or nobody. */
export function strays({ lastAnswer }: ObservedMember, { leader }: EtcdState): boolean {
  const status = lastAnswer?.status;
  return status !== undefined && (status.leaderId !== leader?.memberId || status.raftTerm !== leader?.term);
}

/**
 * Whether a member answers us but is cut off from those that have a leader: it names nobody or another one, and after it
 * first did so others still named theirs. It is none of the quorum, whatever it answers.
 */
export function isApart(m: ObservedMember, { leader, noLeaderSince }: EtcdState): boolean {
  if (leader === undefined || noLeaderSince !== undefined || m.failing || m.strayedAt === undefined)
    return false;
  return leader.at.mono > m.strayedAt.mono;
}

/** The newest list of members, whoever gave it: one that answers before one that does not. */
function newestList(members: readonly ObservedMember[]): ObservedMember | undefined {
  const listed = ownMembers(members).filter((m) => m.list !== undefined);
  const rank = (m: ObservedMember): number => (m.failing ? 0 : 1e15) + (m.list?.at.mono ?? 0);
  return listed.sort((a, b) => rank(b) - rank(a))[0];
}

/**
 * Quorum is a matter of voters: learners have no vote, members that never started have one.
 * While a member that answers names a leader there is quorum, even if too few can be reached from here:
 * a leader without a majority steps down after an election timeout (raft CheckQuorum).
 */
export function judgeQuorum(etcd: EtcdState, now: Instant): Quorum {
  const members = ownMembers(etcd.members.values());
  const list = newestList(members)?.list?.members;
  const voting = new Set(list?.filter((m) => !m.isLearner).map((m) => m.id));
  const heard = answers(members).filter(({ status: s }) => !s.isLearner && (!list || voting.has(s.memberId)));
  // Members, not endpoints: two addresses may lead to one member.
  const answering = new Set(heard.map(({ status }) => status.memberId)).size;
  const apart = new Set(members.filter((m) => isApart(m, etcd)).map((m) => m.lastAnswer?.status.memberId));
  const up = new Set(heard.map(({ status }) => status.memberId).filter((id) => !apart.has(id))).size;
  const voters = list ? voting.size : members.length;
  const needed = Math.floor(voters / 2) + 1;
  const leader = leaderOf(members);
  const noLeaderFor = etcd.noLeaderSince && secondsBetween(etcd.noLeaderSince, now);
  const about = { voters, needed, answering, up, leaderId: leader?.memberId, noLeaderFor };
  // Who has a vote stands in the list, and nowhere else.
  const state = list ? quorumState(members, about) : "unknown";
  return { ...about, state, mayLose: mayLose(state, up - needed) };
}

/** Where a leader is named, there are as many as quorum needs: if fewer are reached from here, nobody knows how many more. */
function mayLose(state: Quorum["state"], spare: number): number | undefined {
  const unseen = spare < 0 && (state === "ok" || state === "degraded");
  return state === "unknown" || unseen ? undefined : Math.max(0, spare);
}

function quorumState(
  members: readonly ObservedMember[],
  q: Pick<Quorum, "voters" | "needed" | "answering" | "up" | "leaderId">,
): Quorum["state"] {
  if (members.some((m) => !m.lastAnswer && !m.failing)) return "unknown";
  if (q.leaderId !== undefined) return q.up >= q.voters ? "ok" : "degraded";
  if (q.answering >= q.needed) return "election";
  // Silence of all may be our own network; a refusal is an answer of the host that nobody listens there.
  const refused = members.every((m) => m.failing?.failure.code === "refused");
  return q.answering > 0 || refused ? "lost" : "unknown";
}

/** Everything to be said of etcd's members at `now`. */
export function judgeMembers(etcd: EtcdState, now: Instant): EtcdMembersPicture {
  const all = [...etcd.members.values()];
  const members = ownMembers(all);
  const known = members.flatMap((m) => (m.lastAnswer ? [m.lastAnswer.status] : []));
  const newest = newestList(members);
  const quorum = judgeQuorum(etcd, now);
  const highest = (of: (s: MemberStatus) => bigint): bigint | undefined =>
    known.map(of).reduce<bigint | undefined>((top, n) => (top === undefined || n > top ? n : top), undefined);
  const about = {
    list: newest?.list?.members ?? [],
    leader: leaderOf(members),
    topIndex: highest((s) => s.raftIndex),
  };
  const heard = members.flatMap((m) => (m.lastAnswer ? [m.lastAnswer.at] : []));
  const failing = members.every((m) => m.failing) ? members[0]?.failing : undefined;
  return {
    state: "members",
    clusterId: (answers(members)[0]?.status ?? known[0])?.clusterId,
    revision: highest((s) => s.revision),
    quorum,
    rows: memberRows(all, about, etcd, now),
    list: memberList(etcd, newest, quorum, now),
    clientCertificateLeft: secondsLeft(etcd.clientCertificateEnds, now),
    leaderChanges: leaderChanges(etcd, now),
    freshness: freshness(
      { askedAt: etcd.askedAt, provedAt: heard.reduce(latestOf, undefined), failing },
      now,
    ),
  };
}

interface About {
  readonly list: readonly ListedMember[];
  readonly leader: Leader | undefined;
  readonly topIndex: bigint | undefined;
}

/** A row for each address that leads to a member of its own, and for each listed member to which none does. */
function memberRows(
  all: readonly ObservedMember[],
  about: About,
  etcd: EtcdState,
  now: Instant,
): readonly MemberRow[] {
  const own = new Set(ownMembers(all));
  const idOf = (m: ObservedMember): string | undefined => m.lastAnswer?.status.memberId;
  const rows = oncePerMember(all, idOf).map((m) =>
    own.has(m) ? memberRow(m, about, etcd, now) : emptyRow(m.endpoint, m.endpoint, foreign(m.endpoint)),
  );
  const behind = all.map((m) => ({ endpoint: m.endpoint, memberId: idOf(m), failure: m.failing?.failure }));
  const unseen = unseenMembers(about.list, behind, (id) => memberName(id, etcd));
  return [
    ...rows,
    ...unseen.map(({ member, endpoint, failure }) => emptyRow(endpoint, member.name, failure)),
  ];
}

/** The row of a member of which nothing is known but why. */
export function emptyRow(endpoint: string, name: string, failure: Failure): MemberRow {
  const nothing = {
    status: undefined,
    took: undefined,
    age: undefined,
    failedFor: undefined,
    lag: undefined,
  };
  const more = { certificateLeft: undefined, growth: undefined, fullIn: undefined, clock: undefined };
  const state = { state: "failed", role: "unknown", elsewhere: true, apart: false } as const;
  return { endpoint, name, failure, ...state, ...nothing, ...more };
}

function memberRow(m: ObservedMember, about: About, etcd: EtcdState, now: Instant): MemberRow {
  const status = m.lastAnswer?.status;
  const answersNow = status !== undefined && m.failing === undefined;
  const growth =
    m.lastAnswer && growthOf(m.sizes, { at: m.lastAnswer.at, inUse: m.lastAnswer.status.dbSizeInUse });
  return {
    endpoint: m.endpoint,
    name: nameOf(m, about.list),
    state: m.failing ? "failed" : status ? "answers" : "asking",
    elsewhere: false,
    role: answersNow ? roleOf(status, about.leader) : "unknown",
    status,
    took: m.lastAnswer?.took,
    age: m.lastAnswer && secondsBetween(m.lastAnswer.at, now),
    failure: m.failing?.failure,
    failedFor: m.failing && secondsBetween(m.failing.since, now),
    apart: isApart(m, etcd),
    lag: answersNow && about.topIndex !== undefined ? about.topIndex - status.raftIndex : undefined,
    certificateLeft: secondsLeft(m.lastAnswer?.certificateEnds, now),
    growth,
    fullIn: status && fullIn(status, growth),
    clock: answersNow ? m.clock : undefined,
  };
}

/** Of a time that a certificate has: by the wall clock, as that is meant. */
function secondsLeft(ends: number | undefined, now: Instant): Seconds | undefined {
  return ends === undefined ? undefined : (ends - now.wall) / 1000;
}

/** As etcd's mixin counts them (etcdHighNumberOfLeaderChanges). */
const QUARTER_HOUR = 15 * 60;

function leaderChanges(etcd: EtcdState, now: Instant): EtcdMembersPicture["leaderChanges"] {
  const ago = etcd.leaderChanges.map((at) => secondsBetween(at, now));
  const recent = ago.filter((seconds) => seconds <= QUARTER_HOUR).length;
  return { times: etcd.leaderChanges, recent, lastAgo: ago.at(-1) };
}

/** What to call a member (or a member's ID): its name in the list, else its address, else the ID. */
export function memberName(member: ObservedMember | string, etcd: EtcdState): string {
  const list = newestList([...etcd.members.values()])?.list?.members ?? [];
  if (typeof member !== "string") return nameOf(member, list);
  const name = list.find((l) => l.id === member)?.name;
  if (name !== undefined && name !== "") return name;
  const known = [...etcd.members.values()].find((m) => m.lastAnswer?.status.memberId === member);
  return known?.endpoint ?? member;
}

/** The member's name from the list: by its ID, or by its address while it never answered; else its address. */
function nameOf(m: ObservedMember, list: readonly ListedMember[]): string {
  const id = m.lastAnswer?.status.memberId;
  const listed = list.find((l) =>
    id === undefined ? l.clientUrls.some((url) => url.endsWith(`//${m.endpoint}`)) : l.id === id,
  );
  return listed?.name === undefined || listed.name === "" ? m.endpoint : listed.name;
}

function roleOf(status: MemberStatus, leader: About["leader"]): MemberRow["role"] {
  if (status.isLearner) return "learner";
  if (status.leaderId === undefined) return "no leader";
  if (status.leaderId !== status.memberId) return "follower";
  return leader?.memberId === status.memberId ? "leader" : "old leader";
}

/** A list is asked for less often than a status: it changes when somebody changes it. */
const LIST_TRUSTED_FOR = 15;

function memberList(
  etcd: EtcdState,
  newest: ObservedMember | undefined,
  quorum: Quorum,
  now: Instant,
): MemberListPicture {
  const members = [...etcd.members.values()];
  const lists = members.filter((m) => m.list && !m.failing);
  const sorted = (m: ObservedMember): string =>
    JSON.stringify(m.list?.members.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const listing = newest?.list?.members ?? [];
  const from = lists.length > 0 ? lists : newest ? [newest] : [];
  // Without quorum nobody can confirm the list that a member still holds.
  const unconfirmed =
    quorum.state === "lost" && etcd.noLeaderSince
      ? {
          failure: { code: "unavailable", text: "no quorum to confirm it" } as const,
          since: etcd.noLeaderSince,
        }
      : undefined;
  const failing = unconfirmed ?? (newest ? newest.failing : members.find((m) => m.failing)?.failing);
  const provedAt = unconfirmed?.since ?? newest?.list?.at;
  const told = { askedAt: etcd.askedAt, provedAt, failing, trustedFor: LIST_TRUSTED_FOR };
  return {
    members: listing,
    from: from.map((m) => nameOf(m, listing)),
    agree: new Set(lists.map(sorted)).size <= 1,
    differences: listDifferences(lists, listing, (m) => nameOf(m, listing)),
    silent: members.flatMap((m) => {
      const failure = m.failing?.failure ?? m.listFailure;
      return failure === undefined ? [] : [{ name: nameOf(m, listing), failure }];
    }),
    leaderId: leaderOf(members)?.memberId,
    freshness: freshness(told, now),
  };
}

const latestOf = (a: Instant | undefined, b: Instant): Instant => (a ? latest(a, b) : b);
