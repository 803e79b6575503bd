import type { ObservedMember } from "../facts/member.ts";
import type { AskedRoute, EtcdObservation } from "../facts/observation.ts";
import type { RouteKey } from "../facts/route.ts";
import type { ClusterFacts, EtcdState } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { later, latest } from "../facts/time.ts";
import { sampled } from "./growth.ts";
import type { Leader } from "./leader.ts";
import { rowKey } from "./cluster.ts";
import { askedAt, isLeaderless, isSameLeader, leaderOf, majorityAt, disagrees } from "./leader.ts";

type Seen = EtcdObservation & { readonly at: Instant };

/** Writes the answers of the members into the facts. */
export function reduceEtcd(facts: ClusterFacts, seen: Seen): ClusterFacts {
  switch (seen.kind) {
    case "etcd-not-configured":
      return { ...facts, etcd: { ...facts.etcd, tried: seen.tried } };
    case "etcd-routes": {
      const members = new Map(
        seen.routes.map((asked) => [
          asked.route.key,
          facts.etcd.members.get(asked.route.key) ?? unasked(asked),
        ]),
      );
      const { clientCertificateEnds } = seen;
      return { ...facts, etcd: { ...facts.etcd, tried: [], members, clientCertificateEnds } };
    }
    case "member-clock":
      return withMember(facts, seen.route, { clock: { ahead: seen.ahead, within: seen.within } });
    case "member-clock-unknown":
      return withMember(facts, seen.route, { clock: undefined });
    case "member-read":
      return withMember(facts, seen.route, { read: seen.read });
    case "member-answered":
    case "member-failed":
    case "members-listed":
    case "members-failed": {
      const before = facts.etcd.members.get(seen.route);
      if (before === undefined) return facts;
      const observed = observeMember(before, seen);
      const members = new Map(facts.etcd.members).set(seen.route, observed);
      const heard = withLeader(
        { ...facts.etcd, members, rowKeys: rowKeysWith(facts.etcd, observed) },
        { before, after: observed },
        seen.at,
      );
      const after = { ...observed, disagreesSince: disagreesSince(facts.etcd, heard, observed, seen.at) };
      const etcd = { ...heard, members: withoutJudgement(facts.etcd, heard).set(seen.route, after) };
      return { ...facts, etcd };
    }
  }
}

function unasked({ route, can, expected }: AskedRoute): ObservedMember {
  const nothing = {
    identity: undefined,
    lastAnswer: undefined,
    failing: undefined,
    disagreesSince: undefined,
    clock: undefined,
    read: undefined,
  };
  return { route, can, expected, ...nothing, list: undefined, listFailure: undefined, sizes: [] };
}

/** A member that answers for the first time keeps the row that its route had until then. */
function rowKeysWith(etcd: EtcdState, { identity, route }: ObservedMember): EtcdState["rowKeys"] {
  const id = identity?.memberId;
  if (id === undefined || etcd.rowKeys.has(id)) return etcd.rowKeys;
  return new Map(etcd.rowKeys).set(id, rowKey(id, route.key, etcd));
}

function withMember(
  facts: ClusterFacts,
  route: RouteKey,
  news: Partial<Pick<ObservedMember, "clock" | "read">>,
): ClusterFacts {
  const member = facts.etcd.members.get(route);
  if (member === undefined) return facts;
  const members = new Map(facts.etcd.members).set(route, { ...member, ...news });
  return { ...facts, etcd: { ...facts.etcd, members } };
}

function observeMember(
  before: ObservedMember,
  seen: Seen & { readonly kind: "member-answered" | "member-failed" | "members-listed" | "members-failed" },
): ObservedMember {
  const { at } = seen;
  switch (seen.kind) {
    case "member-answered":
      return {
        ...before,
        identity: seen.status,
        lastAnswer: { status: seen.status, took: seen.took, at, certificateEnds: seen.certificateEnds },
        failing: undefined,
        sizes: sampled(before.sizes, at, seen.status.dbSizeInUse),
      };
    case "member-failed": {
      const since = before.failing?.since ?? before.lastAnswer?.at ?? later(at, -(seen.waited ?? 0));
      return { ...before, failing: { failure: seen.failure, since, at } };
    }
    case "members-listed":
      return { ...before, identity: seen.by, list: { members: seen.members, at }, listFailure: undefined };
    // The list fails with the member; a status that answers while the list does not leaves the last list standing.
    case "members-failed":
      return { ...before, listFailure: seen.failure };
  }
}

/** Whether the same leader is still named, without a time without one in between. */
function goesOn(before: EtcdState, heard: EtcdState): boolean {
  const back = before.noLeaderSince !== undefined && heard.noLeaderSince === undefined;
  return isSameLeader(before, heard) && !back;
}

/** Under a new leader, or one that is back, each member is judged by its answers from now on. */
function withoutJudgement(before: EtcdState, heard: EtcdState): Map<string, ObservedMember> {
  if (goesOn(before, heard)) return new Map(heard.members);
  const unjudged = (m: ObservedMember): ObservedMember =>
    m.disagreesSince === undefined ? m : { ...m, disagreesSince: undefined };
  return new Map([...heard.members].map(([route, m]) => [route, unjudged(m)]));
}

/**
 * Since when it disagrees, if it does. It is partitioned when it disagreed before a majority followed the leader, and was
 * asked again after that and still did: one that lost the leader only for a moment may not have been asked since.
 */
function disagreesSince(
  before: EtcdState,
  heard: EtcdState,
  member: ObservedMember,
  at: Instant,
): ObservedMember["disagreesSince"] {
  if (member.failing || member.lastAnswer === undefined || !disagrees(member, heard)) return undefined;
  const was = goesOn(before, heard) ? member.disagreesSince : undefined;
  const since = was?.since ?? at;
  const led = heard.leader?.majorityAt?.mono ?? -Infinity;
  const missedMajority = since.mono < led && led < askedAt(member.lastAnswer).mono;
  return { since, isPartitioned: was?.isPartitioned === true || missedMajority };
}

/** A member as it was and as it is after one observation. */
interface Change {
  readonly before: ObservedMember;
  readonly after: ObservedMember;
}

/** Keeps the leader, and since when there is none: from the last answer that named one, or since the first question. */
function withLeader(etcd: EtcdState, { before, after }: Change, at: Instant): EtcdState {
  const leader = leaderOf(etcd);
  const heardAt = leader && etcd.leader ? latest(leader.at, etcd.leader.at) : leader?.at;
  if (leader && heardAt) {
    const known = etcd.leader !== undefined && isSameLeader({ leader }, etcd);
    const since = etcd.leader !== undefined || etcd.startedLeaderless ? at : undefined;
    const majority = [known ? etcd.leader.majorityAt : undefined, majorityAt(leader, before, after)];
    const is = {
      ...leader,
      at: heardAt,
      since: known ? etcd.leader.since : since,
      majorityAt: majority.filter((one) => one !== undefined).toSorted((a, b) => b.mono - a.mono)[0],
    };
    return { ...etcd, leader: is, noLeaderSince: undefined, leaderChanges: changes(etcd, leader, at) };
  }
  const startedLeaderless = etcd.startedLeaderless || (etcd.leader === undefined && isLeaderless(etcd));
  return { ...etcd, noLeaderSince: etcd.noLeaderSince ?? etcd.leader?.at ?? at, startedLeaderless };
}

/** When another term began, newest last; at most a hundred. The first leader is no change. */
function changes({ leader: was, leaderChanges }: EtcdState, is: Leader, at: Instant): readonly Instant[] {
  const isOld = is.term !== undefined && was?.term !== undefined && is.term < was.term;
  if (was === undefined || isOld || isSameLeader({ leader: was }, { leader: is })) return leaderChanges;
  return [...leaderChanges.slice(-99), at];
}
