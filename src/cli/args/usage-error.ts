import type { HelpTopic } from "./command.ts";
import { cleanText } from "../../text/clean.ts";
import { UserError } from "../../core/facts/failure.ts";

/** More edits than this, and it is another word rather than a slip of the fingers. */
const MAX_EDITS = 3;
/** A word is no slip of another when less than this share of it fits. */
const MIN_FIT = 0.4;

/** Letters to change, add, drop or swap with their neighbour to make `a` of `b` (optimal string alignment). */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same, swapped));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The one of `words` that was probably meant, or undefined when none is near. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = MAX_EDITS + 1;
  for (const word of words) {
    const length = Math.max(word.length, typed.length);
    if (Math.abs(word.length - typed.length) > MAX_EDITS) continue;
    const needed = edits(typed, word);
    if (needed < fewest && (length - needed) / length > MIN_FIT) {
      best = word;
      fewest = needed;
    }
  }
  return best;
}

/** A word from the argument list as a message may show it. */
export function quoted(word: string | undefined): string {
  return `"${cleanText(word ?? "", 60)}"`;
}

/** Wrong usage, and where the right one is to be read. */
export function usageError(what: string, command: HelpTopic | undefined): UserError {
  const help = command === undefined ? "kubectl ha --help" : `kubectl ha ${command} --help`;
  return new UserError(what.endsWith("?") ? `${what} See '${help}'` : `${what}; see '${help}'`, 2);
}
