import type { Quorum } from "../assessment.ts";
import type { ObservedMember } from "../facts/member.ts";
import type { EtcdState } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { isAccessDenied } from "../facts/connection-failure.ts";
import { clusterIn, givesList, ownMembers, votersOf } from "./cluster.ts";
import { GIVES_UP, allRefuse, answers, disagreesNow, isHeard, leaderOf, voterAnswers } from "./leader.ts";

/**
 * Quorum is a matter of voters: learners have no vote, members that never started have one.
 * While a member that answers names a leader there is quorum, even if too few can be reached from here:
 * a leader without a majority steps down after an election timeout (raft CheckQuorum).
 */
export function judgeQuorum(etcd: EtcdState, now: Instant): Quorum {
  const members = ownMembers(etcd);
  const { list, listFrom } = clusterIn(etcd);
  const isListed = listFrom !== undefined;
  const voting = votersOf(list);
  const heard = voterAnswers(etcd);
  // Members, not endpoints: two addresses may lead to one member.
  const answering = new Set(heard.map(({ status }) => status.memberId)).size;
  const disagreeing = new Set(
    members.filter((m) => disagreesNow(m, etcd)).map((m) => m.lastAnswer?.status.memberId),
  );
  const up = new Set(heard.map(({ status }) => status.memberId).filter((id) => !disagreeing.has(id))).size;
  const leaderId = listedLeader(etcd);
  const noLeaderFor = etcd.noLeaderSince && secondsBetween(etcd.noLeaderSince, now);
  const refuse = members.filter((m) => m.failing && isAccessDenied(m.failing.failure)).length;
  const about = { answering, up, leaderId, noLeaderFor };
  // Who has a vote stands in the list, and nowhere else.
  if (!isListed) {
    const heardOf = answers(etcd).length;
    const reachability = {
      isListed: false,
      asked: members.length,
      answer: heardOf,
      refuse,
      down: 0,
      unstarted: 0,
    };
    return {
      ...about,
      reachability,
      state: "unknown",
      voters: undefined,
      needed: undefined,
      failureTolerance: undefined,
    };
  }
  const voters = voting.size;
  const needed = Math.floor(voters / 2) + 1;
  const down = downVoters(etcd);
  const unstarted = list.filter((l) => !l.isLearner && l.name === "" && l.clientUrls.length === 0).length;
  const state = quorumState(members, { ...about, voters, needed, gone: down + unstarted });
  const refused = Math.min(refuse, voters);
  const reachability = { isListed: true, asked: voters, answer: up, refuse: refused, down, unstarted };
  return { ...about, reachability, voters, needed, state, failureTolerance: toleranceOf(state, up - needed) };
}

/** Whether a member gives its list, and gave it since the leader leads. */
export function isListCurrent(member: ObservedMember, { leader }: EtcdState): boolean {
  const { list } = member;
  return givesList(member) && list !== undefined && list.at.mono >= (leader?.since?.mono ?? -Infinity);
}

/**
 * The leader that the members name, if it is listed: a removed leader is named by the others until they elect another
 * one. A list from before it led does not count.
 */
function listedLeader(etcd: EtcdState): string | undefined {
  const leader = leaderOf(etcd);
  const lists = ownMembers(etcd).flatMap((m) => (m.list && isListCurrent(m, etcd) ? [m.list.members] : []));
  const isListed = lists.length === 0 || lists.flat().some(({ id }) => id === leader?.memberId);
  return isListed ? leader?.memberId : undefined;
}

/**
 * Whether a member's host refuses connections, and it is no longer part of the cluster's majority. One that does so for
 * longer than a leader without a majority stays, while a leader is named, may serve clients at another address; one that
 * did so before this election may have voted since.
 */
export function isDown({ failing }: ObservedMember, { leader }: EtcdState): boolean {
  if (failing?.failure.code !== "refused") return false;
  if (leader === undefined) return true;
  const votedSince = leader.since !== undefined && failing.at.mono <= leader.since.mono;
  return !votedSince && secondsBetween(failing.since, leader.at) < GIVES_UP;
}

/** How many voters are down. */
function downVoters(etcd: EtcdState): number {
  const down = clusterIn(etcd).members.filter(
    ({ facts, listed, mismatch }) =>
      listed?.isLearner === false &&
      mismatch === undefined &&
      facts !== undefined &&
      isDown(facts.source, etcd),
  );
  return new Set(down.map(({ memberId }) => memberId)).size;
}

/** Where a leader is named, there are as many as quorum needs: if fewer are reached from here, the tolerance is unknown. */
function toleranceOf(state: Quorum["state"], beyondQuorum: number): number | undefined {
  const unobserved = beyondQuorum < 0 && (state === "ok" || state === "degraded");
  return state === "unknown" || unobserved ? undefined : Math.max(0, beyondQuorum);
}

function quorumState(
  members: readonly ObservedMember[],
  q: Pick<Quorum, "answering" | "up" | "leaderId"> & {
    readonly voters: number;
    readonly needed: number;
    /** voters that are down, or never started */
    readonly gone: number;
  },
): Quorum["state"] {
  if (!isHeard(members)) return "unknown";
  // Those that are gone would be needed: who still names a leader may only not know yet that it is over.
  if (q.leaderId !== undefined && q.voters - q.gone < q.needed) return "unknown";
  if (q.leaderId !== undefined) return q.up >= q.voters ? "ok" : "degraded";
  if (q.answering >= q.needed) return "election";
  // No answer at all may be our own network.
  return q.answering > 0 || allRefuse(members) ? "lost" : "unknown";
}

/** Who is heard from here, where nothing more can be said of the quorum; short: in as few words as that takes. */
export function reachabilityWords({
  reachability,
  leaderId,
}: Quorum): readonly [long: string, short: string] {
  const { isListed, asked, answer, refuse } = reachability;
  const [what, list] = isListed ? ["members", ""] : ["endpoints", ", member list unknown"];
  if (refuse > 0 && answer === 0)
    return [`access denied by ${refuse} of ${asked} ${what}${list}`, `${refuse} of ${asked} denied`];
  const gone = goneWords(reachability);
  if (gone !== "" && leaderId !== undefined)
    return [
      `${answer} of ${asked} members answer, ${gone}, yet a leader is named`,
      `${answer} of ${asked} answer`,
    ];
  const refusing = refuse === 0 ? "" : `, ${refuse} ${refuse === 1 ? "denies" : "deny"} access`;
  return [`${answer} of ${asked} ${what} answer from here${refusing}${list}`, `${answer} of ${asked} answer`];
}

/** The voters that cannot be part of a majority; empty: none is known. */
function goneWords({ down, unstarted }: Quorum["reachability"]): string {
  return [
    ...(down > 0 ? [`${down} ${down === 1 ? "refuses" : "refuse"} connections`] : []),
    ...(unstarted > 0 ? [`${unstarted} never started`] : []),
  ].join(" and ");
}
