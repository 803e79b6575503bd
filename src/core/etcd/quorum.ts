import type { Quorum } from "../assessment.ts";
import type { ObservedMember } from "../facts/member.ts";
import type { EtcdLeader, EtcdState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { later, secondsBetween } from "../facts/time.ts";
import { isAccessDenied } from "../facts/connection-failure.ts";
import { clusterIn, givesList, ownMembers, votersOf } from "./cluster.ts";

/** The leader, its raft term, and when a member last named it. */
export type Leader = Omit<EtcdLeader, "since" | "majorityAt">;

type Answer = NonNullable<ObservedMember["lastAnswer"]>;

type Members = Pick<EtcdState, "members">;

/** The last answers of the members that answer now. */
export function answers(etcd: Members): readonly Answer[] {
  return ownMembers(etcd).flatMap((m) => (m.lastAnswer && !m.failing ? [m.lastAnswer] : []));
}

/**
 * The leader, and when it was last heard of: the one that answering members name in the highest raft term. Two members
 * can both claim to lead for about a second; one that names none has no leader, one in an older term does not count. One
 * whose term is not known counts where none of the others names a leader.
 */
export function leaderOf(etcd: Members): Leader | undefined {
  const naming = answers(etcd).filter(({ status }) => status.leaderId !== undefined);
  const term = topTerm(answers(etcd));
  const newest = newestOf(naming, term) ?? newestOf(naming, undefined);
  if (newest?.status.leaderId === undefined) return undefined;
  return { memberId: newest.status.leaderId, term: newest.status.raftTerm, at: newest.at };
}

/** The highest raft term of some answers; undefined: none has a term. */
function topTerm(heard: readonly Answer[]): bigint | undefined {
  const terms = heard.flatMap(({ status }) => status.raftTerm ?? []);
  return terms.reduce<bigint | undefined>(
    (top, term) => (top === undefined || term > top ? term : top),
    undefined,
  );
}

function newestOf(heard: readonly Answer[], term: bigint | undefined): Answer | undefined {
  return heard.filter(({ status }) => status.raftTerm === term).toSorted((a, b) => b.at.mono - a.at.mono)[0];
}

/** A leader by its ID and its term. */
type Named = Pick<EtcdLeader, "memberId" | "term">;

/** Whether the same member leads in the same term, as far as terms are known, or both have no leader. */
export function isSameLeader(
  { leader: a }: { readonly leader: Named | undefined },
  { leader: b }: { readonly leader: Named | undefined },
): boolean {
  return a?.memberId === b?.memberId && isSameTerm(a?.term, b?.term);
}

/** Whether two raft terms are the same, as far as both are known. */
function isSameTerm(a: bigint | undefined, b: bigint | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** Whether a member's last answer names another leader than the current one, or none. */
export function disagrees({ lastAnswer }: ObservedMember, { leader }: EtcdState): boolean {
  const status = lastAnswer?.status;
  if (status === undefined) return false;
  return status.leaderId !== leader?.memberId || !isSameTerm(status.raftTerm, leader?.term);
}

/**
 * Whether a member names no leader, or another one, and after it first did so others still named theirs. It does not count
 * for the quorum, whatever it answers. The reason is open: the others may only be slower to see that their leader is gone.
 */
function disagreesNow(m: ObservedMember, { leader, noLeaderSince }: EtcdState): boolean {
  if (leader === undefined || noLeaderSince !== undefined || m.failing || m.disagreesSince === undefined)
    return false;
  return leader.at.mono > m.disagreesSince.since.mono;
}

/** Whether a member answers us but is partitioned from those that have a leader, for certain: see `majorityAt`. */
export function isPartitioned(m: ObservedMember, { leader, noLeaderSince }: EtcdState): boolean {
  if (leader === undefined || noLeaderSince !== undefined || m.failing) return false;
  return m.disagreesSince?.isPartitioned === true;
}

/**
 * A leader without a majority goes on for two election timeouts at most, and no member forgets it before one is over: enough
 * wherever that is no longer (it is 1 s by default).
 */
const GIVES_UP: Seconds = 5;

/**
 * When a leader had a majority for certain, by two of its own answers one after the other; undefined: they show nothing.
 * That others name it proves nothing, they may follow one that is gone. But what it has committed since it was asked the time
 * before, a majority has written since (raftIndex in a status is the committed index). Where nothing is written there is
 * raft's CheckQuorum: one that still leads had a majority not long ago.
 */
export function majorityAt(
  { memberId, term }: Leader,
  was: ObservedMember,
  is: ObservedMember,
): Instant | undefined {
  const leads = (answer: Answer | undefined): answer is Answer =>
    answer?.status.memberId === memberId &&
    answer.status.leaderId === memberId &&
    answer.status.raftTerm === term;
  const [before, now] = [was.lastAnswer, is.lastAnswer];
  if (!leads(now)) return undefined;
  const commits = leads(before) && now.status.raftIndex > before.status.raftIndex;
  return commits ? askedAt(before) : later(askedAt(now), -GIVES_UP);
}

/** What an answer says was true at this moment or after it. */
export function askedAt({ at, took }: Answer): Instant {
  return later(at, -took);
}

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
  const heard = answers(etcd).filter(
    ({ status: s }) => !s.isLearner && (!isListed || voting.has(s.memberId)),
  );
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

/**
 * The leader that the members name, if it is listed: a removed leader is named by the others until they elect another
 * one. A list from before it led does not count.
 */
function listedLeader(etcd: EtcdState): string | undefined {
  const leader = leaderOf(etcd);
  const since = etcd.leader?.since?.mono ?? -Infinity;
  const lists = ownMembers(etcd).flatMap((m) =>
    givesList(m) && m.list && m.list.at.mono >= since ? [m.list.members] : [],
  );
  const isListed = lists.length === 0 || lists.flat().some(({ id }) => id === leader?.memberId);
  return isListed ? leader?.memberId : undefined;
}

/**
 * How many voters' hosts refuse connections. One that does so for longer than a leader without a majority stays, while a
 * leader is named, may serve clients at another address; one that did so before this election may have voted since.
 */
function downVoters(etcd: EtcdState): number {
  const { leader } = etcd;
  const isDown = ({ failing }: ObservedMember): boolean => {
    if (failing?.failure.code !== "refused") return false;
    if (leader === undefined) return true;
    const votedSince = leader.since !== undefined && failing.at.mono <= leader.since.mono;
    return !votedSince && secondsBetween(failing.since, leader.at) < GIVES_UP;
  };
  const down = clusterIn(etcd).members.filter(
    ({ facts, listed, mismatch }) =>
      listed?.isLearner === false && mismatch === undefined && facts !== undefined && isDown(facts.source),
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
  if (members.some((m) => !m.lastAnswer && !m.failing)) return "unknown";
  // Those that are gone would be needed: who still names a leader may only not know yet that it is over.
  if (q.leaderId !== undefined && q.voters - q.gone < q.needed) return "unknown";
  if (q.leaderId !== undefined) return q.up >= q.voters ? "ok" : "degraded";
  if (q.answering >= q.needed) return "election";
  // No answer at all may be our own network; a refusal is an answer of the host that nothing listens there.
  const refused = members.every((m) => m.failing?.failure.code === "refused");
  return q.answering > 0 || refused ? "lost" : "unknown";
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
