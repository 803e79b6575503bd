import type { MemberStatus, SizeSample } from "../facts/member.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";

/** How fast what is used grows, in bytes a second, as seen `over` so many seconds. */
export interface Growth {
  readonly perSecond: number;
  readonly over: Seconds;
}

/** A sample so often, and so far back: a compaction every five minutes, as API servers ask for, is seen whole. */
const STEP: Seconds = 10;
const WINDOW: Seconds = 600;
/** Over less time one write of a batch would look like a trend. */
const LEAST: Seconds = 60;

/** The samples with another one, if it is time for one. */
export function sampled(samples: readonly SizeSample[], at: Instant, inUse: bigint): readonly SizeSample[] {
  const last = samples.at(-1);
  if (last !== undefined && secondsBetween(last.at, at) < STEP) return samples;
  return [...samples.filter((one) => secondsBetween(one.at, at) <= WINDOW), { at, inUse }];
}

/** How the used part grew from the oldest sample until now; undefined while that is not a minute. */
export function growthOf(samples: readonly SizeSample[], now: SizeSample): Growth | undefined {
  const [oldest] = samples;
  const over = oldest === undefined ? 0 : secondsBetween(oldest.at, now.at);
  if (oldest === undefined || over < LEAST) return undefined;
  return { perSecond: Number(now.inUse - oldest.inUse) / over, over };
}

/**
 * When the quota is reached if the used part grows on as it did: free pages are used first, then the file grows, and
 * etcd compares the file with the quota. Undefined: no quota is reported (before 3.6), or nothing grows.
 */
export function fullIn(
  { dbSizeInUse, dbSizeQuota }: MemberStatus,
  growth: Growth | undefined,
): Seconds | undefined {
  if (dbSizeQuota === undefined || growth === undefined || growth.perSecond <= 0) return undefined;
  return Math.max(0, Number(dbSizeQuota - dbSizeInUse) / growth.perSecond);
}
