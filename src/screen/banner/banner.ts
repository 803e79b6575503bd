import type { LeaseRow } from "../../core/assessment.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import type { Fill, Tone } from "../screen.ts";
import { timeOfDay, timeToTenth } from "../../output/format.ts";

/**
 * What the stage wears while there is something to tell: a title, a count three rows tall, three facts beside it,
 * more below, and the bar that runs towards the takeover. Where words have no room, shorter ones stand in.
 */
export interface Banner {
  /** down now or old: a block; else words in a colour */
  readonly look: { readonly fill: Fill } | { readonly tone: Tone };
  readonly sign: "bad" | "unknown" | "warn" | "tookOver";
  /** whose deed the title tells; cut when there is no room */
  readonly who?: string;
  readonly title: string;
  /** what it is true of, from the longest words to the shortest */
  readonly subject: readonly string[];
  /** how many more it is true of; the title tells where the words below have no room */
  readonly others?: number;
  readonly count: Seconds;
  /** three rows, each from the longest words to the shortest */
  readonly facts: readonly Fact[];
  /** the most important first: the last ones go when there is no room */
  readonly below: readonly Fact[];
  /** whose own words stand on the stage */
  readonly lease: LeaseRow | undefined;
  readonly window: Window | undefined;
}

/** One row of words in several lengths, the longest first; "" last where a number must not be cut. */
export interface Fact {
  readonly words: readonly string[];
  readonly weight: "bold" | "plain" | "soft";
  /** where there are rows to spare, a long sentence goes on in a second one */
  readonly wraps?: boolean;
}

/** When the takeover is to be expected, in seconds of the count. */
export interface Window {
  readonly from: Seconds;
  readonly to: Seconds;
  /** what happens at `from`; undefined: nothing, the window is open from the start */
  readonly fromIs: string | undefined;
}

/** A row of words, the longest form first. */
export function fact(weight: Fact["weight"], ...words: readonly string[]): Fact {
  return { weight, words };
}

/** Since when, to the tenth of a second where there is room. */
export function sinceFact(weight: Fact["weight"], at: Instant): Fact {
  return fact(weight, `since ${timeToTenth(at)}`, `since ${timeOfDay(at)}`, timeOfDay(at), "");
}
