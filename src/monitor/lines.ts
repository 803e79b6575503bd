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

/** Cuts (`…`) or fills a line to exactly `width` cells; `style` is that of the cells that fill it. */
export function fit(line: Line, width: number, style: Style = PLAIN): Line {
  const over = lineWidth(line) - width;
  if (over === 0) return line;
  if (over < 0) return [...line, blank(-over, style)];
  if (width <= 0) return [];
  const kept = cutLine(line, width - 1);
  // A wide character that would lie on the edge leaves its first cell blank.
  const gap = blank(width - 1 - lineWidth(kept), style);
  return [...kept, gap, span("…", kept.at(-1)?.style ?? style)].filter((s) => s.text !== "");
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
