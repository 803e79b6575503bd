import type { Failure } from "../facts/failure.ts";
import type { Mark } from "./key.ts";
import type { Instant, Seconds } from "../facts/time.ts";

/** What keys are looked for. */
export interface KeyPattern {
  readonly kind: "substring" | "prefix" | "regex" | "exact";
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** A regular expression that is none; the message says why. */
export class BadExpression extends Error {}

/**
 * The expression that a key, read as UTF-8, must match where capital letters are as small ones. It repeats nothing, so it
 * takes no longer than the key is.
 */
export function caselessExpression(kind: Exclude<KeyPattern["kind"], "regex">, text: string): RegExp {
  const [begin, end] = [kind === "substring" ? "" : "^", kind === "exact" ? "$" : ""];
  return new RegExp(`${begin}${escaped(text)}${end}`, "iu");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

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
  /** the member whose keys are read; "" while unknown */
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
