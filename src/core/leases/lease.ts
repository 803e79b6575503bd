import type { LeaseRecord } from "../facts/lease-record.ts";
import type { Holder } from "../facts/holder.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";

/** The leaders of every control plane, the most asked for first; others follow by name. */
export const CONTROL_PLANE = ["kube-scheduler", "kube-controller-manager", "cloud-controller-manager"];

/** A lease and what we saw of it. */
export interface ObservedLease {
  readonly record: LeaseRecord;
  /**
   * When the record last changed in our sight. At first sight it is dated back to `renewTime` by our clock,
   * for want of better (`basis`), and never forward. Where that time is absent or in the future, the age is unknown:
   * it counts from first sight, as followers do who start now.
   */
  readonly changedAt: Instant;
  readonly basis: "renewTime" | "observed" | "unknown";
  /** seconds between renewals by one holder, oldest first, at most 120 */
  readonly gaps: readonly Seconds[];
  /** how often `holderIdentity` changed from one holder to another in our sight: a failover is that and nothing else */
  readonly failoversSeen: number;
  /** when the newest of them were, oldest first, at most 20 */
  readonly failoversAt: readonly Instant[];
  /** the last holder that was named, kept while the lease is vacant, and its last renewal */
  readonly lastHeld:
    | { readonly holder: Holder; readonly renewedAt: Instant; readonly duration: Seconds }
    | undefined;
  /** the newest failover seen */
  readonly takeover: Takeover | undefined;
  /** an annotation found after the Lease was deleted: stale until it is seen to change */
  readonly staleAnnotation?: LeaseRecord | undefined;
}

/** The last leader that a lease named: its last renewal that was seen, and the duration it held the lease for. */
export interface LastHeld {
  readonly holder: Holder;
  readonly renewedAt: Instant;
  readonly duration: Seconds;
}

/** One failover: the old holder's last renewal (or its release), and when the new one was first seen. */
export interface Takeover {
  readonly from: Holder;
  readonly to: Holder;
  /** when the old holder was last seen as leader: its last renewal, or its release */
  readonly lastLedAt: Instant;
  readonly at: Instant;
  /** seconds from `lastLedAt` to `at`: the gap; after a release the time without a leader */
  readonly gap: Seconds;
  /** when it was to be expected, seconds from `lastLedAt` */
  readonly expected: Forecast;
  readonly released: boolean;
  /** the last that was seen of the lease before */
  readonly before: LeaseRecord;
}

/** A window in which a takeover is to be expected, in seconds from the last renewal (or from the release). */
export interface Forecast {
  readonly from: Seconds;
  readonly to: Seconds;
}

/**
 * What a follower believes of a lease, judged by when WE saw its record change, as client-go does
 * (tools/leaderelection, `isLeaseValid`): clocks of other hosts do not matter.
 *
 * - held: changed within the usual gap
 * - late: not renewed for longer than that, yet the lease still runs: its holder may still lead
 * - expired: a holder is named, but nothing changed for longer than `leaseDurationSeconds`
 * - vacant: released, `holderIdentity` is empty
 * - unknown: our own source is not live, so the holder is unknown; `renewedAgo` is the age of the data
 */
export type LeaseStatus =
  | { readonly state: "held"; readonly holder: Holder; readonly expiresIn: Seconds }
  | { readonly state: "late"; readonly holder: Holder; readonly expiresIn: Seconds }
  | { readonly state: "expired"; readonly holder: Holder; readonly expiredFor: Seconds }
  | { readonly state: "vacant"; readonly vacantFor: Seconds }
  | { readonly state: "unknown"; readonly holder: Holder | undefined };

/** Upstream's ratio: a leader tries every 2 s to renew a lease of 15 s. */
const RETRY_SHARE = 2 / 15;
/** client-go waits retryPeriod * (1 + JitterFactor 1.2) at most between two tries of a follower. */
const JITTER = 2.2;
/** What upstream sets, and what is assumed where the object has no `leaseDurationSeconds`, or nonsense. */
export const UPSTREAM_DURATION: Seconds = 15;

/** The lease's duration, in seconds; upstream's default where the object has none, or one that cannot be. */
export function durationOf(record: LeaseRecord): Seconds {
  const d = record.leaseDurationSeconds;
  return d !== undefined && d > 0 ? d : UPSTREAM_DURATION;
}

/** The gap between renewals to be expected: the median of those seen, else what upstream's ratio gives. */
export function usualGap(gaps: readonly Seconds[], duration: Seconds): Seconds {
  const sorted = [...gaps].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? duration * RETRY_SHARE;
}

/**
 * How much later than it was written a change may be seen: a Lease is watched, an annotation is read once a second, and
 * two renewals within one second are one, because its times are whole seconds.
 */
function slack({ kind }: LeaseRecord): Seconds {
  return kind === "Lease" ? 0 : 2;
}

/** From when on a renewal is late: over twice the usual gap, and at least 5 s (of 15). */
export function lateAfter(gaps: readonly Seconds[], duration: Seconds): Seconds {
  return Math.max(2 * usualGap(gaps, duration), earliestLate(duration));
}

function earliestLate(duration: Seconds): Seconds {
  return Math.min(5, duration / 3);
}

/**
 * When a follower takes over from a leader that is gone, counted from its last renewal: a follower may have seen that
 * renewal one wait late, and may look one wait after the lease ran out. 15 to 23.8 s at the defaults; 15.6 to 17.9 s
 * were measured. After a release (`released`) only one wait remains. Source: client-go tools/leaderelection (`acquire`).
 */
export function forecastTakeover(duration: Seconds, retryPeriod: Seconds, released: boolean): Forecast {
  const wait = JITTER * retryPeriod;
  return released ? { from: 0, to: wait } : { from: duration, to: duration + 2 * wait };
}

/** Whether it was not renewed for longer than usual; it may have expired meanwhile. */
export function isLate({ record, gaps, changedAt }: ObservedLease, now: Instant): boolean {
  const [age, duration] = [secondsBetween(changedAt, now), durationOf(record)];
  // Most leases are younger than that: their usual gap need not be known.
  if (age <= earliestLate(duration)) return false;
  return age > lateAfter(gaps, duration) + slack(record);
}

/** Whether it names no holder, or one that did not renew it for its whole duration. */
export function hasEnded({ record, changedAt }: ObservedLease, now: Instant): boolean {
  return record.holderIdentity === "" || secondsBetween(changedAt, now) >= durationOf(record);
}
