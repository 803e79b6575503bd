import type { Quorum } from "./assessment.ts";
import { refusesUs } from "./connection-failure.ts";
import { ownMembers } from "./etcd-cluster.ts";
import type { ListedMember, ObservedMember } from "./member.ts";
import type { EtcdState } from "./state.ts";
import type { Instant } from "./time.ts";
import { secondsBetween } from "./time.ts";

/** Who leads, in which raft term, and when that was last heard. */
export type Leader = NonNullable<EtcdState["leader"]>;

type Answer = NonNullable<ObservedMember["lastAnswer"]>;

/** The last answers of the members that answer now. */
export function answers(members: Iterable<ObservedMember>): readonly Answer[] {
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

/** Whether a member gives its list: one that refuses to tell its status may. */
export function givesList({ list, listFailure, failing }: ObservedMember): boolean {
  return list !== undefined && listFailure === undefined && (!failing || refusesUs(failing.failure));
}

/** The newest list of members, whoever gave it: one that gives it now before one that does not. */
export function newestList(members: readonly ObservedMember[]): ObservedMember | undefined {
  const listed = ownMembers(members).filter((m) => m.list !== undefined);
  const rank = (m: ObservedMember): number => (givesList(m) ? 1e15 : 0) + (m.list?.at.mono ?? 0);
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
  const refuse = members.filter((m) => m.failing && refusesUs(m.failing.failure)).length;
  const reach = { asked: voters, answer: up, refuse: Math.min(refuse, voters) };
  const about = { voters, needed, answering, up, reach, leaderId: leader?.memberId, noLeaderFor };
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
export function nameOf(m: ObservedMember, list: readonly ListedMember[]): string {
  const id = m.lastAnswer?.status.memberId;
  const listed = list.find((l) =>
    id === undefined ? l.clientUrls.some((url) => url.endsWith(`//${m.endpoint}`)) : l.id === id,
  );
  return listed?.name === undefined || listed.name === "" ? m.endpoint : listed.name;
}
