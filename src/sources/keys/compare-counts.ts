import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { KeyBucket } from "../../transport/etcd-grpc/key-buckets.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import type { ScannedMember } from "./key-scan.ts";
import { isOver } from "../async/scope.ts";

/** How often one that is behind is asked whether it has come. */
const AGAIN: Seconds = 0.05;

/** Asks again and again while a member says that it is `behind` the revision asked for, at most `patience` long. */
export async function whenCaughtUp<T>(
  ask: () => Promise<T>,
  patience: Seconds,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const since = clock();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (isOver(signal) || failureOf(error).code !== "behind") throw error;
      if (secondsBetween(since, clock()) >= patience) throw error;
      await pause(AGAIN, signal);
    }
  }
}

/** A part of the keyspace, and how many keys another member has in it. */
interface CountedPart {
  readonly range: KeyBucket;
  readonly keys: number;
}

/** What a comparison came to: in which parts (by index) a member holds another number, or why it could not be had. */
type Comparison = { readonly countMismatch: readonly number[] } | { readonly failure: Failure };

/**
 * Compares how many keys a member holds in each part at a revision with how many another one does: it costs the member a
 * fraction of a scan (it walks its index only). Parts that may not be read are left out. Throws RequestError with code
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
