import type { LeaseRow } from "../../core/assessment.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import type { Fill, Tone } from "../screen.ts";
import { timeOfDay, timeToTenth } from "../../output/format.ts";

/**
 * The headline pane in trouble: a title, a count three rows tall, three facts beside it, more below, and the bar that
 * runs towards the takeover. Words come in two lengths; where the short one has no room, it ends with an ellipsis.
 */
export interface Banner {
  /** down now or old: a block; else words in a colour */
  readonly look: { readonly fill: Fill } | { readonly tone: Tone };
  readonly sign: "bad" | "unknown" | "warn" | "tookOver";
  /** the subject of the title (`cp-2 TOOK OVER`); cut when there is no room */
  readonly who?: string;
  readonly title: string;
  /** the lease or the numbers that it is about, in full and short */
  readonly subject: readonly string[];
  /** how many more leases it is about; in the title where the words below have no room */
  readonly others?: number;
  readonly count: Seconds;
  /** three rows */
  readonly facts: readonly Fact[];
  /** the most important first: the last ones go when there is no room */
  readonly below: readonly Fact[];
  /** the lease whose own fields are shown */
  readonly lease: LeaseRow | undefined;
  readonly window: Window | undefined;
}

/** One row of words, in full and, for narrow screens, short. */
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

/** A row of words, in full and short. */
export function fact(weight: Fact["weight"], full: string, short = full): Fact {
  return { weight, words: [full, short] };
}

/** When the count began, to the tenth of a second where there is room. `what`: what happened then. */
export function sinceFact(weight: Fact["weight"], at: Instant, what = "since"): Fact {
  return fact(weight, `${what} ${timeToTenth(at)}`, `since ${timeOfDay(at)}`);
}
