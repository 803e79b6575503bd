import { textWidth } from "./cells.ts";
import type { Glyphs } from "./glyphs.ts";
import type { Binding } from "./keymap.ts";
import { BINDINGS } from "./keymap.ts";
import { fit } from "./lines.ts";
import type { Line, Span } from "./screen.ts";
import { ACCENT, DIM, KEY, blank, span, strong } from "./spans.ts";

/** What `?` shows: every key, every sign, and what blocks and dim text mean. */
export function helpLines(glyphs: Glyphs): readonly Line[] {
  const half = Math.ceil(BINDINGS.length / 2);
  const keys = BINDINGS.slice(0, half).map((left, i): Line => {
    const right = BINDINGS[half + i];
    return [...keyCell(left, 8, 30), ...(right ? keyCell(right, 7, 0) : [])];
  });
  return [
    ...keys,
    [],
    [
      ...signCell(span(glyphs.ok, strong("ok")), "good"),
      ...signCell(span(glyphs.warn, strong("warn")), "look here"),
      ...signCell(span(glyphs.bad, strong("bad")), "failed"),
      ...signCell(span(glyphs.unknown, strong("warn")), "unknown"),
      ...signCell(span(glyphs.tookOver, strong("ok")), "took over"),
    ],
    [
      ...signCell(span(glyphs.note, ACCENT), "mark, note"),
      ...signCell(span(glyphs.selected, KEY), "selected"),
      ...signCell(span(glyphs.unknown, DIM), "not asked yet"),
    ],
    [],
    [span("Red block: down now. Amber block: what you see is old or paused.", DIM)],
    [span("Dim: a label, or the last value known. Healthy: no block.", DIM)],
  ];
}

function keyCell({ keys, long }: Binding, keyWidth: number, textWidthLeast: number): Line {
  return [
    ...fit([span(keys, KEY)], keyWidth),
    ...fit([span(long)], Math.max(textWidthLeast, textWidth(long))),
  ];
}

function signCell(sign: Span, words: string): Line {
  return [sign, blank(1), ...fit([span(words)], Math.max(12, textWidth(words) + 1))];
}

/** A dialog: a frame with a title, one blank cell around it. */
export function dialog(glyphs: Glyphs, width: number, title: string, body: readonly Line[]): readonly Line[] {
  const [topLeft, topRight, bottomLeft, bottomRight] = glyphs.corners;
  const inner = width - 4;
  const edge = glyphs.horizontal;
  const top = [
    span(`${topLeft}${edge} `, ACCENT),
    span(title, KEY),
    span(` ${edge.repeat(Math.max(0, inner - textWidth(title) - 3))}${topRight}`, ACCENT),
  ];
  const bottom = [span(`${bottomLeft}${edge.repeat(inner)}${bottomRight}`, ACCENT)];
  const side = span(glyphs.vertical, ACCENT);
  const rows = [[], ...body, []].map((line): Line => [side, ...fit([blank(2), ...line], inner), side]);
  return [top, ...rows, bottom].map((line) => fit([blank(1), ...line], width));
}
