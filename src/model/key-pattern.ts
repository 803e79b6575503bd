/** What keys are looked for. */
export interface KeyPattern {
  readonly kind: "substring" | "prefix" | "regex" | "exact";
  readonly text: string;
  readonly ignoreCase: boolean;
}

/**
 * The expression that a key, read as UTF-8, must match; undefined where bytes can be compared without one. Throws
 * SyntaxError for a regex that is none. Expressions are JavaScript's, with Unicode.
 */
export function expressionOf({ kind, text, ignoreCase }: KeyPattern): RegExp | undefined {
  if (kind !== "regex" && !ignoreCase) return undefined;
  return new RegExp(sourceOf(kind, text), ignoreCase ? "iu" : "u");
}

function sourceOf(kind: KeyPattern["kind"], text: string): string {
  switch (kind) {
    case "regex":
      return text;
    case "substring":
      return escaped(text);
    case "prefix":
      return `^${escaped(text)}`;
    case "exact":
      return `^${escaped(text)}$`;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
