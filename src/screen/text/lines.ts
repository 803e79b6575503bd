import type { Fill, Span, Style, Tone, Line } from "../screen.ts";
import { cutText, textWidth } from "../../text/width.ts";

/** The default style: the terminal's own text. */
export const PLAIN: Style = {};
/** Labels, ages, rules; and what is old. */
export const DIM: Style = { dim: true };
/** The answer in a row. */
export const BOLD: Style = { bold: true };
/** Keys, and what has the focus. */
export const ACCENT: Style = { tone: "accent" };
/** A key's name. */
export const KEY: Style = { tone: "accent", bold: true };

/** A piece of text in one style. */
export function span(text: string, style: Style = PLAIN): Span {
  return { text, style };
}

/** A coloured word that is to be seen first. */
export function strong(tone: Tone): Style {
  return { tone, bold: true };
}

/** Text in a block of trouble. */
export function filled(fill: Fill, weight: "bold" | "plain" | "soft" = "plain"): Style {
  return { fill, bold: weight === "bold", soft: weight === "soft" };
}

/** Blank cells. */
export function blank(width: number, style: Style = PLAIN): Span {
  return span(" ".repeat(Math.max(0, width)), style);
}

/** How many cells a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((width, s) => width + textWidth(s.text), 0);
}

/** Of forms of the same, the longest first: the first that has room, else the last. */
export function firstThatFits(forms: readonly Line[], width: number): Line {
  return forms.find((line) => lineWidth(line) <= width) ?? forms.at(-1) ?? [];
}

/**
 * Cuts (`…`) or fills a line to exactly `width` cells; `style` is that of the cells that fill it. A number is shown whole
 * or not at all: `in 0.5 s` cut to `in 0…` would be another number.
 */
export function fit(line: Line, width: number, style: Style = PLAIN): Line {
  const over = lineWidth(line) - width;
  if (over === 0) return line;
  if (over < 0) return [...line, blank(-over, style)];
  if (width <= 0) return [];
  const cut = cutLine(line, width - 1);
  const kept = withoutLastNumber(cut);
  const ellipsis = span("…", kept.at(-1)?.style ?? style);
  const gap = blank(width - 1 - lineWidth(kept), style);
  // A wide character that would lie on the edge leaves its first cell blank.
  const end = kept === cut ? [gap, ellipsis] : [ellipsis, gap];
  return [...kept, ...end].filter((s) => s.text !== "");
}

/**
 * A number, a time of day, or a length of time as the end of a text, its unit cut or not: `13 h 53` is another length than
 * `13 h 53 min`. An address, which has more dots, is none.
 */
const LAST_NUMBER = /(?:(?:^| +)[+-]?\d[\d,:]*(?:\.\d*)?(?: (?:d|h|m|mi|min|s|ms))?)+ *$/;

function withoutLastNumber(line: Line): Line {
  const number = LAST_NUMBER.exec(line.map((s) => s.text).join(""));
  return number ? cutLine(line, lineWidth(line) - number[0].length) : line;
}

function cutLine(line: Line, width: number): Line {
  let left = width;
  const kept: Span[] = [];
  for (const { text, style } of line) {
    const part = cutText(text, left);
    if (part !== "") kept.push(span(part, style));
    if (part !== text) break;
    left -= textWidth(part);
  }
  return kept;
}

/** A left and a right part in `width` cells, and what fills the gap between them. */
export function spread(left: Line, right: Line, width: number, filling: Span = span(" ")): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  return fit([...left, span(filling.text.repeat(Math.max(0, gap)), filling.style), ...right], width);
}

/** Exactly `height` lines of exactly `width` cells. */
export function block(
  lines: readonly Line[],
  width: number,
  height: number,
  style: Style = PLAIN,
): readonly Line[] {
  const shown = lines.slice(0, Math.max(0, height)).map((line) => fit(line, width, style));
  while (shown.length < height) shown.push(fit([], width, style));
  return shown;
}

/** A figure and its unit, as `duration`, `bytes` and `percent` write them: they stay on one line. */
const FIGURE = /\d (?:s|ms|min|h|d|%|B|kB|MB|GB)(?![\p{L}\d])/uy;

/** A text in lines of at most `width` cells, broken between words; within a word only where it alone is too long. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width) {
    const most = cutText(rest, Math.max(1, width));
    const whole = lastBreak(rest, most.length);
    // A character of two cells has no room in one: it is shown all the same.
    const end =
      whole > 0 ? whole : Math.max(most.length, String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" && lines.length > 0 ? lines : [...lines, rest];
}

/** The last blank up to there at which a line may end; -1 if there is none. */
function lastBreak(text: string, most: number): number {
  let at = text.lastIndexOf(" ", most);
  while (at > 0 && isWithinFigure(text, at)) at = text.lastIndexOf(" ", at - 1);
  return at > 0 ? at : text.lastIndexOf(" ", most);
}

function isWithinFigure(text: string, blank: number): boolean {
  FIGURE.lastIndex = blank - 1;
  return FIGURE.test(text);
}
