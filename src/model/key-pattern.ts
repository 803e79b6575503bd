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
