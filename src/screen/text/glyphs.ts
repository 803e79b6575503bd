import type { Span, Style } from "../screen.ts";
import { DIM, span, strong } from "./lines.ts";

/**
 * The signs of the screen, in the terminal's character set. Never ✔ ✖ ⚠ ▶: emoji, two cells wide in some terminals.
 */
export interface Glyphs {
  /** nothing beyond ASCII is shown, in names neither */
  readonly isAscii: boolean;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  /** a member has the key; one that lacks it has `bad` */
  readonly has: string;
  readonly unknown: string;
  readonly tookOver: string;
  readonly note: string;
  readonly selected: string;
  /** a pane's head, without and with the focus */
  readonly rule: string;
  readonly heavyRule: string;
  /** what is left of a lease: gone by, half a cell, left */
  readonly barOn: string;
  readonly barHalf: string;
  readonly barOff: string;
  /** the banner's bar: the gap so far, until the window, the window of a takeover */
  readonly full: string;
  readonly wait: string;
  readonly window: string;
  /** a lane: led, not observed, no leader (a filled cell) */
  readonly led: string;
  readonly unobserved: string;
  readonly gap: string;
  readonly caret: string;
  /** eight heights of a bar */
  readonly levels: readonly string[];
  /** corners (top left, top right, bottom left, bottom right) and edges of a dialog */
  readonly corners: readonly [string, string, string, string];
  readonly horizontal: string;
  readonly vertical: string;
  readonly digits: "blocks" | "segments";
}

const UTF8: Glyphs = {
  isAscii: false,
  ok: "●",
  warn: "!",
  bad: "✕",
  has: "✓",
  unknown: "?",
  tookOver: "▲",
  note: "◆",
  selected: "▌",
  rule: "─",
  heavyRule: "━",
  barOn: "━",
  barHalf: "╾",
  barOff: "─",
  full: "█",
  wait: "░",
  window: "▒",
  led: "─",
  unobserved: "┄",
  gap: " ",
  caret: "▌",
  levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  corners: ["╭", "╮", "╰", "╯"],
  horizontal: "─",
  vertical: "│",
  digits: "blocks",
};

const ASCII: Glyphs = {
  isAscii: true,
  ok: "*",
  warn: "!",
  bad: "X",
  has: "+",
  unknown: "?",
  tookOver: "^",
  note: "#",
  selected: ">",
  rule: "-",
  heavyRule: "=",
  barOn: "=",
  barHalf: "-",
  barOff: ".",
  full: "#",
  wait: ".",
  window: "%",
  led: "-",
  unobserved: "?",
  gap: "X",
  caret: "_",
  levels: ["_", ".", "-", "=", "+", "*", "%", "#"],
  corners: ["+", "+", "+", "+"],
  horizontal: "-",
  vertical: "|",
  digits: "segments",
};

/** What `…` and `→`, which stand in the midst of sentences, become in a terminal without UTF-8. */
export function plainText(text: string): string {
  return text.replaceAll("…", "~").replaceAll("→", ">");
}

/** The signs for a terminal that shows UTF-8, or for one that does not. */
export function glyphs(ascii: boolean): Glyphs {
  return ascii ? ASCII : UTF8;
}

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
