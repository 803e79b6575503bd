import type { Glyphs } from "./glyphs.ts";
import type { Span, Style } from "./screen.ts";
import { DIM, span, strong } from "./spans.ts";

/**
 * What a sign says: good, look here, failed, unknown.
 * `quiet` is unknown and no trouble: not asked yet, or never to be had.
 */
export type Sign = "ok" | "warn" | "bad" | "unknown" | "quiet";

/** The glyph of a sign, in its colour. */
export function sign(glyphs: Glyphs, what: Sign): Span {
  return span(what === "quiet" ? glyphs.unknown : glyphs[what], signStyle(what));
}

/** The style of the words beside a sign. */
export function signStyle(what: Sign): Style {
  if (what === "quiet") return DIM;
  return strong(what === "unknown" ? "warn" : what);
}
