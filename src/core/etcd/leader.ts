import type { ObservedMember } from "../facts/member.ts";
import type { EtcdLeader, EtcdState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { later } from "../facts/time.ts";
import { clusterIn, ownMembers, votersOf } from "./cluster.ts";

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

/** The last answers of the voters that answer now; while no list is known, of all members but learners. */
export function voterAnswers(etcd: Members): readonly Answer[] {
  const { list, listFrom } = clusterIn(etcd);
  const voting = votersOf(list);
  return answers(etcd).filter(
    ({ status: s }) => !s.isLearner && (listFrom === undefined || voting.has(s.memberId)),
  );
}

/** Whether each member has answered or failed. */
export function isHeard(members: readonly ObservedMember[]): boolean {
  return members.every((m) => m.lastAnswer ?? m.failing);
}

/** Whether nothing listens at any member: a refusal is an answer of its host. */
export function allRefuse(members: readonly ObservedMember[]): boolean {
  return members.every((m) => m.failing?.failure.code === "refused");
}

/** Whether the listed members have no leader for certain: no answer at all may be our own network. */
export function isLeaderless(etcd: Members): boolean {
  const members = ownMembers(etcd);
  if (clusterIn(etcd).listFrom === undefined || !isHeard(members)) return false;
  return leaderOf(etcd) === undefined && (voterAnswers(etcd).length > 0 || allRefuse(members));
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
export function disagreesNow(m: ObservedMember, { leader, noLeaderSince }: EtcdState): boolean {
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
export const GIVES_UP: Seconds = 5;

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
