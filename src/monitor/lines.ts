import { cutText, textWidth } from "../model/cells.ts";
import type { Line, Span, Style } from "./screen.ts";
import { PLAIN, blank, span } from "./spans.ts";

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

/** A number as the end of a text; an address, which has more dots, is none. */
const LAST_NUMBER = /(?:^| +)[+-]?\d[\d,]*(?:\.\d*)?$/;

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
