import type { Glyphs } from "../text/glyphs.ts";
import type { Binding } from "../input/bindings.ts";
import { BINDINGS } from "../input/keymap.ts";
import type { Line, Span } from "../screen.ts";
import { textWidth } from "../../text/width.ts";
import { fit, lineWidth, ACCENT, DIM, KEY, blank, span, strong } from "../text/lines.ts";

/** Cells of the widest help, its keys in two columns. */
const TWO_COLUMNS = 80;
const FRAME = 8;

/** What `?` shows: every key, every sign, and what blocks and dim text mean. On a small screen the keys come first. */
export function helpLines(glyphs: Glyphs, columns: number): readonly Line[] {
  if (columns < TWO_COLUMNS)
    return [...BINDINGS.map((b) => keyCell(b, 7, 0)), [], ...inRows(signCells(glyphs), 3)];
  const half = Math.ceil(BINDINGS.length / 2);
  const keys = BINDINGS.slice(0, half).map((left, i): Line => {
    const right = BINDINGS[half + i];
    return [...keyCell(left, 8, 28), ...(right ? [blank(1), ...keyCell(right, 7, 0)] : [])];
  });
  return [
    ...keys,
    [],
    ...inRows(signCells(glyphs), 5),
    [],
    [span("Red block: down now. Amber block: the data is old or paused.", DIM)],
    [span("Dim: a label, or the last known value. Healthy: no block.", DIM)],
  ];
}

function signCells({ ok, warn, bad, unknown, tookOver, has, note, selected }: Glyphs): readonly Line[] {
  const cells: readonly [Span, string][] = [
    [span(ok, strong("ok")), "good"],
    [span(warn, strong("warn")), "warning"],
    [span(bad, strong("bad")), "failed"],
    [span(unknown, strong("warn")), "unknown"],
    [span(tookOver, strong("ok")), "took over"],
    [span(has, strong("ok")), "has key"],
    [span(bad, strong("bad")), "lacks key"],
    [span(note, ACCENT), "note, mark"],
    [span(selected, KEY), "selected"],
    [span(unknown, DIM), "not asked"],
  ];
  return cells.map(([glyph, words]) => [glyph, blank(1), ...fit([span(words)], 12)]);
}

function inRows(cells: readonly Line[], perRow: number): readonly Line[] {
  const rows = Math.ceil(cells.length / perRow);
  return Array.from({ length: rows }, (_, i) => cells.slice(i * perRow, (i + 1) * perRow).flat());
}

function keyCell({ keys, long }: Binding, keyWidth: number, least: number): Line {
  return [...fit([span(keys, KEY)], keyWidth), ...fit([span(long)], Math.max(least, textWidth(long)))];
}

/** How far help can be scrolled: on the smallest screen to its end. */
export const HELP_SCROLLS = BINDINGS.length + 5 - 7;

/** Of all lines of help those that `most` rows have room for, from the line `top` on, and words for how many are below. */
export function helpWindow(
  body: readonly Line[],
  top: number,
  most: number,
): { shown: readonly Line[]; more: string } {
  const first = Math.max(0, Math.min(top, body.length - most));
  const below = Math.max(0, body.length - most - first);
  const more = body.length <= most ? "" : below > 0 ? `j: ${below} more` : "k: back";
  return { shown: body.slice(first, first + most), more };
}

/** The width of a dialog that shows all of these lines. */
export function dialogWidth(body: readonly Line[]): number {
  return Math.max(...body.map(lineWidth)) + FRAME;
}

/** What a dialog shows; `foot` stands in its lower edge, `spacing`: blank rows within the frame. */
export interface Dialog {
  readonly title: string;
  readonly body: readonly Line[];
  readonly foot: string;
  readonly spacing: boolean;
}

/** A dialog: a frame with a title, one blank cell around it. */
export function dialog(
  glyphs: Glyphs,
  width: number,
  { title, body, foot, spacing }: Dialog,
): readonly Line[] {
  const [topLeft, topRight, bottomLeft, bottomRight] = glyphs.corners;
  const inner = width - 4;
  const edge = glyphs.horizontal;
  const top = [
    span(`${topLeft}${edge} `, ACCENT),
    span(title, KEY),
    span(` ${edge.repeat(Math.max(0, inner - textWidth(title) - 3))}${topRight}`, ACCENT),
  ];
  const words = foot === "" ? "" : ` ${foot} ${edge}`;
  const bottom = [
    span(`${bottomLeft}${edge.repeat(Math.max(0, inner - textWidth(words)))}${words}${bottomRight}`, ACCENT),
  ];
  const side = span(glyphs.vertical, ACCENT);
  const rows = (spacing ? [[], ...body, []] : body).map((line): Line => [
    side,
    ...fit([blank(2), ...line], inner),
    side,
  ]);
  return [top, ...rows, bottom].map((line) => fit([blank(1), ...line], width));
}
