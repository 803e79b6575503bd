import type { Failure } from "./failure.ts";
import type { Mark } from "./key.ts";
import type { Instant, Seconds } from "./time.ts";

/** A key that matches. `text`: fit to be shown; `marks`: undefined until the members were asked. */
export interface KeyHit {
  readonly key: Uint8Array;
  readonly text: string;
  readonly marks: readonly Mark[] | undefined;
}

/** Why a member is asked for small pages, one at a time: it leads, or, as its status may not be read, it might. */
export type ThrottleReason = "leads" | "may-lead";

/**
 * A search for a part of a key, as far as it has come: over the keys that were read so far from one member. `hits` are the
 * first ones; those that not every member has come first once that is known. `matched` counts all of them.
 */
export interface KeySearch {
  readonly query: string;
  /** every member by its name, in the order of the marks */
  readonly members: readonly string[];
  /** whose keys are read; "" while nobody is known */
  readonly scanned: string;
  readonly throttled: ThrottleReason | undefined;
  /** reading: keys are missing still; ready: all are there, and are kept up to date; failed: see `failure` */
  readonly state: "reading" | "ready" | "failed";
  readonly failure: Failure | undefined;
  /** the revision at which the marks hold; undefined: there are none yet */
  readonly revision: bigint | undefined;
  /** keys that were read, and how many there are (undefined: not known yet) */
  readonly seen: number;
  readonly total: number | undefined;
  /** when the oldest of them was read, or was last known to be true */
  readonly readAt: Instant | undefined;
  /** whether all keys that are there were searched */
  readonly isWhole: boolean;
  readonly matched: number;
  readonly hits: readonly KeyHit[];
  /** how long it took to go through the keys that were there */
  readonly took: Seconds;
}
