import type {
  ClockSpread,
  EtcdMembersSummary,
  MemberListSummary,
  MemberRow,
  UnlistedEndpoint,
  Quorum,
} from "../assessment.ts";
import type { Failure } from "../facts/failure.ts";
import type { Leader } from "./leader.ts";
import { answers, isPartitioned, leaderOf } from "./leader.ts";
import { judgeQuorum } from "./quorum.ts";
import type { MemberClock, MemberStatus, ObservedMember } from "../facts/member.ts";
import type { EtcdState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { latest, secondsBetween } from "../facts/time.ts";
import { countRecent } from "../recent.ts";
import { alarmOf, isAlarm } from "./alarms.ts";
import { isAccessDenied } from "../facts/connection-failure.ts";
import { fullIn, growthOf } from "./growth.ts";
import { clusterIn, givesList, nameAt, ownMembers, rowKey } from "./cluster.ts";
import type { ResolvedMember } from "./resolve.ts";
import { endpointOf, routeFor } from "./routes.ts";
import { freshness } from "../freshness.ts";
import { listDifferences } from "./member-list.ts";

/** Everything to be said of etcd's members at `now`. */
export function judgeMembers(etcd: EtcdState, now: Instant): EtcdMembersSummary {
  const members = ownMembers(etcd);
  const known = members.flatMap((m) => (m.lastAnswer ? [m.lastAnswer.status] : []));
  const quorum = judgeQuorum(etcd, now);
  const highest = (of: (s: MemberStatus) => bigint): bigint | undefined =>
    known.map(of).reduce<bigint | undefined>((top, n) => (top === undefined || n > top ? n : top), undefined);
  const about = { leader: leaderOf(etcd), topIndex: highest((s) => s.raftIndex) };
  const rows = clusterIn(etcd).members.flatMap((member) => memberRow(member, about, etcd, now));
  const answering = rows.filter(({ state }) => state === "answers");
  const list = memberList(etcd, quorum, now);
  const heard = members.flatMap((m) => (m.lastAnswer ? [m.lastAnswer.at] : []));
  const failing = members.every((m) => m.failing) ? members[0]?.failing : undefined;
  return {
    state: "members",
    clusterId: (answers(etcd)[0]?.status ?? known[0])?.clusterId,
    revision: highest((s) => s.revision),
    quorum,
    rows,
    endpoints: endpointsOf(etcd, rows, now),
    list,
    clientCertificateLeft: secondsLeft(etcd.clientCertificateEnds, now),
    leaderChanges: leaderChanges(etcd, now),
    alarms: reportedAlarms(answering).map((alarm) => alarmOf(alarm, { rows, list })),
    versions: versionsOf(answering),
    clockSpread: clockSpread(answering),
    freshness: freshness(
      { askedAt: etcd.askedAt, provedAt: heard.reduce(latestOf, undefined), failing },
      now,
    ),
  };
}

function endpointsOf(etcd: EtcdState, rows: readonly MemberRow[], now: Instant): readonly UnlistedEndpoint[] {
  const candidates = rows.flatMap(({ state, name, memberId }) =>
    state === "failed" && memberId !== undefined ? [name] : [],
  );
  return clusterIn(etcd).unlisted.flatMap(({ source: { route, failing } }) =>
    failing
      ? [
          {
            endpoint: endpointOf(route),
            failure: failing.failure,
            failedFor: secondsBetween(failing.since, now),
            candidates,
          },
        ]
      : [],
  );
}

/** Every member reports the alarms of all: each is one. */
function reportedAlarms(answering: readonly MemberRow[]): readonly string[] {
  return [...new Set(answering.flatMap(({ status }) => status?.errors.filter(isAlarm) ?? []))];
}

function versionsOf(answering: readonly MemberRow[]): EtcdMembersSummary["versions"] {
  const byVersion = Map.groupBy(answering, ({ status }) => status?.version ?? "");
  return Array.from(byVersion, ([version, rows]) => ({ version, members: rows.map(({ name }) => name) }));
}

/** A row whose clock is known. */
type Timed = MemberRow & { readonly clock: MemberClock };

/** By two clocks alone it is unknown which one is wrong. */
function clockSpread(answering: readonly MemberRow[]): ClockSpread | undefined {
  const timed = answering.filter((row): row is Timed => row.clock !== undefined);
  const by = (of: (clock: MemberClock) => number): Timed | undefined =>
    timed.toSorted((a, b) => of(b.clock) - of(a.clock))[0];
  const first = by(({ ahead, within }) => ahead - within);
  const last = by(({ ahead, within }) => -ahead - within);
  if (first === undefined || last === undefined || timed.length < 2) return undefined;
  const atLeast = first.clock.ahead - first.clock.within - (last.clock.ahead + last.clock.within);
  return { ahead: first.name, behind: last.name, atLeast };
}

interface About {
  readonly leader: Leader | undefined;
  readonly topIndex: bigint | undefined;
}

/** A row for each member that has an address; one that never started has none, and is in the list only. */
function memberRow(
  member: ResolvedMember<ObservedMember>,
  about: About,
  etcd: EtcdState,
  now: Instant,
): MemberRow[] {
  const { endpoint, memberId, name, addresses, facts, mismatch } = member;
  if (endpoint === undefined) return [];
  const routes = member.routes.map(({ source }) => ({
    ...{ route: source.route, can: source.can },
    answers: source.lastAnswer !== undefined && source.failing === undefined,
  }));
  const reading = routeFor("linearizable", routes)?.route;
  const read = member.routes.find(({ source }) => source.route === reading)?.source.read;
  const who = { key: rowKey(memberId, facts?.route.key, etcd), endpoint, memberId, name, addresses };
  if (mismatch !== undefined) return [emptyRow(who, mismatch)];
  return facts === undefined
    ? []
    : [{ ...who, routes, read, ...observedRow(facts.source, about, etcd, now) }];
}

/** The row of a member of which nothing is known but why. */
export function emptyRow(who: Who, failure: Failure): MemberRow {
  const nothing = {
    status: undefined,
    took: undefined,
    age: undefined,
    failedFor: undefined,
    lag: undefined,
  };
  const more = {
    ...{ certificateLeft: undefined, quotaUsed: undefined, fileUsed: undefined },
    ...{ growth: undefined, fullIn: undefined, clock: undefined, routes: [], read: undefined },
  };
  const state = { state: "failed", role: "unknown", endpointMismatch: true, partitioned: false } as const;
  return { ...who, failure, ...state, ...nothing, ...more };
}

type Who = Pick<MemberRow, "key" | "endpoint" | "name" | "memberId" | "addresses">;

function observedRow(
  m: ObservedMember,
  about: About,
  etcd: EtcdState,
  now: Instant,
): Omit<MemberRow, keyof Who | "routes" | "read"> {
  const status = m.lastAnswer?.status;
  const answersNow = status !== undefined && m.failing === undefined;
  const growth =
    m.lastAnswer && growthOf(m.sizes, { at: m.lastAnswer.at, inUse: m.lastAnswer.status.dbSizeInUse });
  return {
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
    quotaUsed: status && share(status.dbSize, status.dbSizeQuota),
    fileUsed: status && share(status.dbSizeInUse, status.dbSize),
    growth,
    fullIn: status && fullIn(status, growth),
    clock: answersNow ? m.clock : undefined,
  };
}

function share(part: bigint, whole: bigint | undefined): number | undefined {
  return whole === undefined || whole === 0n ? undefined : Number(part) / Number(whole);
}

function stateOf({ failing, lastAnswer }: ObservedMember): MemberRow["state"] {
  if (failing) return isAccessDenied(failing.failure) ? "accessDenied" : "failed";
  return lastAnswer ? "answers" : "asking";
}

/** Of a time that a certificate has: by the wall clock, as that is meant. */
function secondsLeft(ends: number | undefined, now: Instant): Seconds | undefined {
  return ends === undefined ? undefined : (ends - now.wall) / 1000;
}

function leaderChanges(etcd: EtcdState, now: Instant): EtcdMembersSummary["leaderChanges"] {
  const ago = etcd.leaderChanges.map((at) => secondsBetween(at, now));
  const recent = countRecent(etcd.leaderChanges, now);
  return { times: etcd.leaderChanges, recent, lastAgo: ago.at(-1) };
}

function roleOf(status: MemberStatus, leader: About["leader"]): MemberRow["role"] {
  if (status.isLearner) return "learner";
  if (status.leaderId === undefined) return "no leader";
  if (status.leaderId !== status.memberId) return "follower";
  return leader?.memberId === status.memberId ? "leader" : "old leader";
}

/** A list is read less often than a status: it changes only by an operator. */
const LIST_TRUSTED_FOR = 15;

function memberList(etcd: EtcdState, quorum: Quorum, now: Instant): MemberListSummary {
  const members = ownMembers(etcd);
  const { list: listing, listFrom } = clusterIn(etcd);
  const newest = listFrom?.source;
  const name = ({ route }: ObservedMember): string => nameAt(route, etcd);
  const lists = members.filter(givesList);
  const sorted = (m: ObservedMember): string =>
    JSON.stringify(m.list?.members.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const from = lists.length > 0 ? lists : newest ? [newest] : [];
  // Without quorum the list that a member still holds is unconfirmed.
  const unconfirmed =
    quorum.state === "lost" && etcd.noLeaderSince
      ? {
          failure: { code: "unavailable", text: "no quorum to confirm the list" } as const,
          since: etcd.noLeaderSince,
        }
      : undefined;
  const failed =
    newest === undefined ? members.find((m) => m.failing) : givesList(newest) ? undefined : newest;
  const refused = newest === undefined ? members.find((m) => m.listFailure)?.listFailure : undefined;
  const failing = unconfirmed ?? failed?.failing ?? (refused && { failure: refused, since: etcd.askedAt });
  const provedAt = unconfirmed?.since ?? newest?.list?.at;
  const reported = { askedAt: etcd.askedAt, provedAt, failing, trustedFor: LIST_TRUSTED_FOR };
  return {
    members: listing,
    from: from.map(name),
    agree: new Set(lists.map(sorted)).size <= 1,
    differences: listDifferences(lists, listing, name),
    silent: members.flatMap((m) => {
      const failure = givesList(m) ? undefined : (m.failing?.failure ?? m.listFailure);
      return failure === undefined ? [] : [{ name: name(m), failure }];
    }),
    leaderId: quorum.leaderId,
    freshness: freshness(reported, now),
  };
}

const latestOf = (a: Instant | undefined, b: Instant): Instant => (a ? latest(a, b) : b);
