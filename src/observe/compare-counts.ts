import type { KeyBucket } from "../etcd/key-buckets.ts";
import { failureOf } from "../model/failed.ts";
import type { Failure } from "../model/failure.ts";
import type { Seconds } from "../model/time.ts";
import { whenCaughtUp } from "./catch-up.ts";
import type { Clock } from "./clock.ts";
import type { ScannedMember } from "./key-scan.ts";

/** A part of the keyspace, and how many keys another member has in it. */
export interface CountedPart {
  readonly range: KeyBucket;
  readonly keys: number;
}

/** What a comparison came to: in which parts (by index) a member holds another number, or why it could not be had. */
export type Comparison = { readonly countMismatch: readonly number[] } | { readonly failure: Failure };

/**
 * Compares how many keys a member holds in each part at a revision with how many another one does: it costs the member a
 * fraction of a scan (it walks its index only). Parts that may not be read are left out. Throws Failed with code
 * `compacted` only.
 */
export async function compareCounts(
  member: ScannedMember,
  parts: readonly CountedPart[],
  revision: bigint,
  about: { readonly timeout: Seconds; readonly clock: Clock },
  signal: AbortSignal,
): Promise<Comparison> {
  const countMismatch: number[] = [];
  const { timeout, clock } = about;
  for (const [index, { range, keys }] of parts.entries()) {
    try {
      const ask = (): Promise<number> => member.api.countKeys({ ...range, revision }, { signal, timeout });
      if ((await whenCaughtUp(ask, timeout, clock, signal)) !== keys) countMismatch.push(index);
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = failureOf(error);
      if (failure.code === "compacted") throw error;
      if (failure.code !== "forbidden") return { failure };
    }
  }
  return { countMismatch };
}
