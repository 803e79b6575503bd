import type { LeaseRow } from "../model/assessment.ts";
import type { Seconds } from "../model/time.ts";
import type { Fill, Tone } from "./screen.ts";

/**
 * What the stage wears while there is something to tell: a title, a count three rows tall, three facts beside it,
 * more below, and the bar that runs towards the takeover. Where words have no room, shorter ones stand in.
 */
export interface Dress {
  /** down now or old: a block; else words in a colour */
  readonly look: { readonly fill: Fill } | { readonly tone: Tone };
  readonly sign: "bad" | "unknown" | "warn" | "tookOver";
  /** whose deed the title tells; cut when there is no room */
  readonly who?: string;
  readonly title: string;
  readonly subject: string;
  readonly count: Seconds;
  /** three rows, each from the longest words to the shortest */
  readonly facts: readonly Fact[];
  /** the most important first: the last ones go when there is no room */
  readonly below: readonly Fact[];
  /** whose own words stand on the stage */
  readonly lease: LeaseRow | undefined;
  readonly window: Window | undefined;
}

/** One row of words in several lengths, the longest first. */
export interface Fact {
  readonly words: readonly string[];
  readonly weight: "bold" | "plain" | "soft";
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
