import type {
  EtcdMembersSummary,
  MemberListSummary,
  MemberRow,
  UnlistedEndpoint,
  Quorum,
} from "../assessment.ts";
import type { Failure } from "../facts/failure.ts";
import type { Leader } from "./quorum.ts";
import {
  answers,
  isPartitioned,
  isListedAs,
  judgeQuorum,
  leaderOf,
  memberName,
  nameOf,
  newestList,
} from "./quorum.ts";
import type { ListedMember, MemberStatus, ObservedMember } from "../facts/member.ts";
import type { EtcdState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { latest, secondsBetween } from "../facts/time.ts";
import { refusesUs } from "../facts/connection-failure.ts";
import { fullIn, growthOf } from "./growth.ts";
import {
  otherCluster,
  givesList,
  unlistedEndpoints,
  oncePerMember,
  ownMembers,
  advertisesLoopback,
  unreachableMembers,
} from "./endpoints.ts";
import { freshness } from "../freshness.ts";
import { listDifferences } from "./member-list.ts";

/** Everything to be said of etcd's members at `now`. */
export function judgeMembers(etcd: EtcdState, now: Instant): EtcdMembersSummary {
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
  const rows = memberRows(all, about, etcd, now);
  const heard = members.flatMap((m) => (m.lastAnswer ? [m.lastAnswer.at] : []));
  const failing = members.every((m) => m.failing) ? members[0]?.failing : undefined;
  return {
    state: "members",
    clusterId: (answers(members)[0]?.status ?? known[0])?.clusterId,
    revision: highest((s) => s.revision),
    quorum,
    rows,
    endpoints: endpointsOf(all, rows, now),
    list: memberList(etcd, newest, quorum, now),
    clientCertificateLeft: secondsLeft(etcd.clientCertificateEnds, now),
    leaderChanges: leaderChanges(etcd, now),
    freshness: freshness(
      { askedAt: etcd.askedAt, provedAt: heard.reduce(latestOf, undefined), failing },
      now,
    ),
  };
}

function endpointsOf(
  all: readonly ObservedMember[],
  rows: readonly MemberRow[],
  now: Instant,
): readonly UnlistedEndpoint[] {
  const candidates = rows.flatMap(({ state, name, memberId }) =>
    state === "failed" && memberId !== undefined ? [name] : [],
  );
  return unlistedEndpoints(all).flatMap(({ endpoint, failing }) =>
    failing
      ? [{ endpoint, failure: failing.failure, failedFor: secondsBetween(failing.since, now), candidates }]
      : [],
  );
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
  const unlisted = new Set(unlistedEndpoints(all));
  const idOf = (m: ObservedMember): string | undefined => m.identity?.memberId;
  const addresses = all.filter((m) => !unlisted.has(m));
  const rows = oncePerMember(addresses, idOf).map((m) => {
    const [name, listed] = [nameOf(m, about.list), about.list.find((one) => isListedAs(m, one))];
    const here = listed && advertisesLoopback(m, all);
    if (here) return emptyRow({ endpoint: m.endpoint, name, memberId: listed.id }, here);
    if (own.has(m)) return memberRow(m, about, etcd, now);
    return emptyRow({ endpoint: m.endpoint, name: m.endpoint, memberId: idOf(m) }, otherCluster(m.endpoint));
  });
  const behind = all.map((m) => ({ endpoint: m.endpoint, memberId: idOf(m), failure: m.failing?.failure }));
  const unobserved = unreachableMembers(about.list, behind, (id) => memberName(id, etcd));
  return [
    ...rows,
    ...unobserved.map(({ member: { name, id }, endpoint, failure }) =>
      emptyRow({ endpoint, name, memberId: id }, failure),
    ),
  ];
}

/** The row of a member of which nothing is known but why. */
export function emptyRow(
  who: Pick<MemberRow, "endpoint" | "name" | "memberId">,
  failure: Failure,
): MemberRow {
  const nothing = {
    status: undefined,
    took: undefined,
    age: undefined,
    failedFor: undefined,
    lag: undefined,
  };
  const more = { certificateLeft: undefined, growth: undefined, fullIn: undefined, clock: undefined };
  const state = { state: "failed", role: "unknown", endpointMismatch: true, partitioned: false } as const;
  return { ...who, failure, ...state, ...nothing, ...more };
}

function memberRow(m: ObservedMember, about: About, etcd: EtcdState, now: Instant): MemberRow {
  const status = m.lastAnswer?.status;
  const answersNow = status !== undefined && m.failing === undefined;
  const growth =
    m.lastAnswer && growthOf(m.sizes, { at: m.lastAnswer.at, inUse: m.lastAnswer.status.dbSizeInUse });
  return {
    endpoint: m.endpoint,
    memberId: m.identity?.memberId ?? about.list.find((listed) => isListedAs(m, listed))?.id,
    name: nameOf(m, about.list),
    state: stateOf(m),
    endpointMismatch: false,
    role: answersNow ? roleOf(status, about.leader) : "unknown",
    status,
    took: m.lastAnswer?.took,
    age: m.lastAnswer && secondsBetween(m.lastAnswer.at, now),
    failure: m.failing?.failure,
    failedFor: m.failing && secondsBetween(m.failing.since, now),
    partitioned: isPartitioned(m, etcd),
    lag: answersNow && about.topIndex !== undefined ? about.topIndex - status.raftIndex : undefined,
    certificateLeft: secondsLeft(m.lastAnswer?.certificateEnds, now),
    growth,
    fullIn: status && fullIn(status, growth),
    clock: answersNow ? m.clock : undefined,
  };
}

function stateOf({ failing, lastAnswer }: ObservedMember): MemberRow["state"] {
  if (failing) return refusesUs(failing.failure) ? "refuses" : "failed";
  return lastAnswer ? "answers" : "asking";
}

/** Of a time that a certificate has: by the wall clock, as that is meant. */
function secondsLeft(ends: number | undefined, now: Instant): Seconds | undefined {
  return ends === undefined ? undefined : (ends - now.wall) / 1000;
}

/** As etcd's mixin counts them (etcdHighNumberOfLeaderChanges). */
const QUARTER_HOUR = 15 * 60;

function leaderChanges(etcd: EtcdState, now: Instant): EtcdMembersSummary["leaderChanges"] {
  const ago = etcd.leaderChanges.map((at) => secondsBetween(at, now));
  const recent = ago.filter((seconds) => seconds <= QUARTER_HOUR).length;
  return { times: etcd.leaderChanges, recent, lastAgo: ago.at(-1) };
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
): MemberListSummary {
  const members = ownMembers(etcd.members.values());
  const lists = members.filter(givesList);
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
  const silence =
    newest === undefined ? members.find((m) => m.failing) : givesList(newest) ? undefined : newest;
  const refused = newest === undefined ? members.find((m) => m.listFailure)?.listFailure : undefined;
  const failing = unconfirmed ?? silence?.failing ?? (refused && { failure: refused, since: etcd.askedAt });
  const provedAt = unconfirmed?.since ?? newest?.list?.at;
  const reported = { askedAt: etcd.askedAt, provedAt, failing, trustedFor: LIST_TRUSTED_FOR };
  return {
    members: listing,
    from: from.map((m) => nameOf(m, listing)),
    agree: new Set(lists.map(sorted)).size <= 1,
    differences: listDifferences(lists, listing, (m) => nameOf(m, listing)),
    silent: members.flatMap((m) => {
      const failure = givesList(m) ? undefined : (m.failing?.failure ?? m.listFailure);
      return failure === undefined ? [] : [{ name: nameOf(m, listing), failure }];
    }),
    leaderId: quorum.leaderId,
    freshness: freshness(reported, now),
  };
}

const latestOf = (a: Instant | undefined, b: Instant): Instant => (a ? latest(a, b) : b);
