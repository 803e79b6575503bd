import type { Instant, Seconds } from "./facts/time.ts";
import { secondsBetween } from "./facts/time.ts";

/** The time in which changes of a leader add up, as in etcd's mixin (etcdHighNumberOfLeaderChanges: `[15m]`). */
export const RECENT: Seconds = 15 * 60;

/** How many of these moments were in the last quarter of an hour. */
export function countRecent(times: readonly Instant[], now: Instant): number {
  return times.filter((at) => secondsBetween(at, now) <= RECENT).length;
}
