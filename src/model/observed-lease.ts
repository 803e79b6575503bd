import { parseHolder } from "./holder.ts";
import type { LastHeld, LeaseRecord, ObservedLease, Takeover } from "./lease.ts";
import { durationOf, forecastTakeover, usualGap } from "./lease.ts";
import type { Instant, Seconds } from "./time.ts";
import { latest, later, secondsBetween } from "./time.ts";

const GAPS_KEPT = 120;
const FAILOVERS_KEPT = 20;
/** A `renewTime` that is further ahead of our clock is no time of a renewal. */
const AHEAD: Seconds = 2;

/**
 * What a record that came at `at` makes of what was seen of its lease before (undefined: nothing).
 * `blind`: changes before `at` could not be seen, so a takeover is dated by the record's own `acquireTime`.
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
    reported: undefined,
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
    reported: undefined,
  };
}

/** Longer than this, its writer's clock was set in between. */
const LONGEST_GAP: Seconds = 3600;

/**
 * From one renewal to the next by their writer's clock: a watch that was held up tells of several at once. By ours where
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
  const silentSince = released ? seen.changedAt : before.renewedAt;
  const at = latest(silentSince, tookAt);
  return {
    from: before.holder,
    to: parseHolder(record.holderIdentity),
    silentSince,
    at,
    gap: secondsBetween(silentSince, at),
    expected: forecastTakeover(before.duration, usualGap(seen.gaps, before.duration), released),
    released,
    before: seen.record,
  };
}

/**
 * Whether two records are one turn of the election: client-go restarts its clock when the election record
 * differs, not when somebody labels the object (tools/leaderelection, `observedRawRecord`).
 */
export function isSameTurn(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.uid === b.uid &&
    a.holderIdentity === b.holderIdentity &&
    a.renewTime === b.renewTime &&
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
