import type { LastHeld, ObservedLease, Takeover } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import { CONTROL_PLANE, durationOf, forecastTakeover, hasEnded, usualGap } from "./lease.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { latest, later, secondsBetween } from "../facts/time.ts";
import type { LeaseObservation } from "../facts/observation.ts";
import type { ClusterFacts, LeaseKey } from "../state.ts";
import { parseHolder } from "../facts/holder.ts";
import { failed, isSourceDown } from "./source.ts";

const GAPS_KEPT = 120;
const FAILOVERS_KEPT = 20;
/** A `renewTime` that is further ahead of our clock is no time of a renewal. */
const AHEAD: Seconds = 2;

/**
 * What a record that came at `at` makes of what was seen of its lease before (undefined: nothing).
 * `sourceDown`: changes before `at` were not observed, so a takeover is dated by the record's own `acquireTime`.
 */
export function observeLease(
  seen: ObservedLease | undefined,
  record: LeaseRecord,
  at: Instant,
  sourceDown: boolean,
): ObservedLease {
  if (seen === undefined) return firstSight(record, at);
  if (isOlder(record, seen.record)) return seen;
  if (isSameTurn(record, seen.record)) return { ...seen, record };
  const released = record.holderIdentity === "";
  const renewed = !released && record.holderIdentity === seen.record.holderIdentity;
  const takeover = released ? undefined : takeoverBy(seen, record, sourceDown ? acquiredAt(record, at) : at);
  const gap = renewed && !sourceDown && seen.basis === "observed" && record.uid === seen.record.uid;
  // When it changed could not be seen: as at first sight, only its own word dates it.
  const dated = sourceDown ? firstSight(record, at) : { changedAt: at, basis: "observed" as const };
  const changedAt = latest(seen.changedAt, dated.changedAt);
  return {
    record,
    changedAt,
    basis: dated.basis,
    gaps: gap ? [...seen.gaps, renewGap(seen, record, at)].slice(-GAPS_KEPT) : seen.gaps,
    failoversSeen: seen.failoversSeen + (takeover ? 1 : 0),
    failoversAt: takeover ? [...seen.failoversAt, takeover.at].slice(-FAILOVERS_KEPT) : seen.failoversAt,
    lastHeld: released ? seen.lastHeld : heldBy(record, changedAt),
    takeover: takeover ?? seen.takeover,
  };
}

/** Dates the first sight back to `renewTime`: all that can be known of a lease before it changes in our sight. */
function firstSight(record: LeaseRecord, at: Instant): ObservedLease {
  const ago = (at.wall - Date.parse(record.renewTime ?? "")) / 1000;
  const changedAt = ago > 0 ? later(at, -ago) : at;
  return {
    record,
    changedAt,
    basis: ago >= -AHEAD ? "renewTime" : "unknown",
    gaps: [],
    failoversSeen: 0,
    failoversAt: [],
    lastHeld: record.holderIdentity === "" ? undefined : heldBy(record, changedAt),
    takeover: undefined,
  };
}

/** Longer than this, its writer's clock was set in between. */
const LONGEST_GAP: Seconds = 3600;

/**
 * From one renewal to the next by their writer's clock: a delayed watch delivers several at once. By ours where
 * that clock says nothing sensible.
 */
function renewGap(seen: ObservedLease, record: LeaseRecord, at: Instant): Seconds {
  const seconds = (Date.parse(record.renewTime ?? "") - Date.parse(seen.record.renewTime ?? "")) / 1000;
  return seconds > 0 && seconds < LONGEST_GAP ? seconds : secondsBetween(seen.changedAt, at);
}

/** When a lease that was taken out of our sight was taken, by its writer's clock; never later than it was seen. */
function acquiredAt(record: LeaseRecord, seenAt: Instant): Instant {
  const ago = (seenAt.wall - Date.parse(record.acquireTime ?? "")) / 1000;
  return ago > 0 ? later(seenAt, -ago) : seenAt;
}

function heldBy(record: LeaseRecord, renewedAt: Instant): LastHeld {
  return { holder: parseHolder(record.holderIdentity), renewedAt, duration: durationOf(record) };
}

/** A failover is a changed `holderIdentity` and nothing else: transitions also grow when the same holder comes back. */
function takeoverBy(seen: ObservedLease, record: LeaseRecord, tookAt: Instant): Takeover | undefined {
  const before = seen.lastHeld;
  if (before === undefined || before.holder.identity === record.holderIdentity) return undefined;
  const released = seen.record.holderIdentity === "";
  const lastLedAt = released ? seen.changedAt : before.renewedAt;
  const at = latest(lastLedAt, tookAt);
  return {
    from: before.holder,
    to: parseHolder(record.holderIdentity),
    lastLedAt,
    at,
    gap: secondsBetween(lastLedAt, at),
    expected: forecastTakeover(before.duration, usualGap(seen.gaps, before.duration), released),
    released,
    before: seen.record,
  };
}

/**
 * Whether two records are one turn of the election: client-go restarts its clock when the election record
 * differs, not when the object is labelled (tools/leaderelection, `observedRawRecord`).
 */
export function isSameTurn(a: LeaseRecord, b: LeaseRecord): boolean {
  return isRenewalOf(a, b) && a.renewTime === b.renewTime;
}

/** Whether two records differ in nothing but their renewal: for who watches the leaders, nothing changed. */
export function isRenewalOf(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.uid === b.uid &&
    a.holderIdentity === b.holderIdentity &&
    a.acquireTime === b.acquireTime &&
    a.leaseTransitions === b.leaseTransitions &&
    a.leaseDurationSeconds === b.leaseDurationSeconds
  );
}

/** Whether `a` is an earlier state of the same object than `b`: a list from an API server that lags behind. */
function isOlder(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.uid === b.uid &&
    /^\d+$/.test(a.resourceVersion) &&
    /^\d+$/.test(b.resourceVersion) &&
    BigInt(a.resourceVersion) < BigInt(b.resourceVersion)
  );
}

/** The key of a lease: `namespace/name`. */
export function leaseKey(record: Pick<LeaseRecord, "namespace" | "name">): LeaseKey {
  return `${record.namespace}/${record.name}`;
}

/** Writes what the watch of leases delivered into the facts. */
export function reduceLeases(
  facts: ClusterFacts,
  seen: LeaseObservation & { readonly at: Instant },
): ClusterFacts {
  const { at } = seen;
  const sourceDown = isSourceDown(facts.leaseSource, at);
  switch (seen.kind) {
    case "leases-failed":
      return { ...facts, leaseSource: failed(facts.leaseSource, seen.failure, at) };
    case "leases-alive":
      return live(facts, at);
    case "leases-listed": {
      const kept = new Set(seen.leases.map(leaseKey));
      const gone = [...facts.leases].filter(([key, { record }]) => record.kind === "Lease" && !kept.has(key));
      const without = gone.reduce((all, [, lease]) => forgetRecord(all, lease.record, at), live(facts, at));
      return observeRecords(without, seen.leases, at, sourceDown);
    }
    // What a failed source still delivers may be a burst of what happened long ago: it does not prove the source alive.
    case "lease-changed":
      return observeRecords(sourceDown ? facts : live(facts, at), [seen.lease], at, sourceDown);
    case "lease-deleted":
      return forgetRecord(sourceDown ? facts : live(facts, at), seen.lease, at);
  }
}

function live(facts: ClusterFacts, at: Instant): ClusterFacts {
  return { ...facts, leaseSource: { state: "live", provedAt: at } };
}

/**
 * Records came from Leases or from an annotation. `sourceDown`: the first ones after a time without observations.
 */
export function observeRecords(
  facts: ClusterFacts,
  records: readonly LeaseRecord[],
  at: Instant,
  sourceDown: boolean,
): ClusterFacts {
  const observed = records.map((record): [LeaseKey, ObservedLease] => {
    const key = leaseKey(record);
    return [key, observeLease(facts.leases.get(key), record, at, sourceDown)];
  });
  const changed = observed.filter(([key, lease]) => facts.leases.get(key) !== lease);
  return changed.length === 0 ? facts : { ...facts, leases: new Map([...facts.leases, ...changed]) };
}

/** Whether it is a deleted record, kept until it is created again. */
export function isDeleted({ record }: ObservedLease): boolean {
  return record.holderIdentity === "" && record.resourceVersion === "";
}

/** A record is there no longer. */
export function forgetRecord(facts: ClusterFacts, record: LeaseRecord, at: Instant): ClusterFacts {
  const key = leaseKey(record);
  const lease = facts.leases.get(key);
  if (lease?.record.kind !== record.kind || isDeleted(lease)) return facts;
  const leases = new Map(facts.leases);
  if (!CONTROL_PLANE.includes(record.name) || isStaleAnnotation(lease, at)) {
    leases.delete(key);
    return { ...facts, leases };
  }
  // One of the control plane stays as a released one: its holder may create it again, or a follower may acquire it.
  const none = { ...record, holderIdentity: "", resourceVersion: "" };
  leases.set(key, { ...lease, record: none, changedAt: at, basis: "observed" });
  return { ...facts, leases };
}

/** An annotation that expired before we first looked and was never renewed: its deletion takes no leader away. */
function isStaleAnnotation(lease: ObservedLease, at: Instant): boolean {
  return lease.record.kind !== "Lease" && lease.basis !== "observed" && hasEnded(lease, at);
}
