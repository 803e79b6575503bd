import type { Style, Line, Screen } from "../screen/screen.ts";
import type { Depth, Capabilities } from "./capabilities.ts";
import type { BlessedCell, BlessedRow, BlessedScreen } from "./blessed.ts";
import { characterWidth, isMark } from "../text/width.ts";
import { chartOn } from "./chart.ts";

/** The eight ANSI colours, which a theme adapts to its own background. */
const TONES = { bad: 1, ok: 2, warn: 3, accent: 6 };

/** A block's colours by their numbers; undefined: the terminal's own. */
interface Block {
  readonly background?: number;
  readonly ink?: number;
  /** of less loud text */
  readonly soft?: number;
  readonly inverse?: boolean;
}

/**
 * Blocks bring their own background. With 256 colours both sides of the contrast are fixed; with 16, amber is the
 * inverse of amber text, because a light theme's yellow is dark.
 */
const BLOCKS: Record<Depth, Record<"bad" | "warn", Block>> = {
  "256": { bad: { background: 160, ink: 231, soft: 224 }, warn: { background: 179, ink: 16 } },
  "16": { bad: { background: 1, ink: 15 }, warn: { ink: TONES.warn, inverse: true } },
  none: { bad: { inverse: true }, warn: { inverse: true } },
};

/** Bits of blessed's flags. It knows no dim: its blink, which is never meant, leaves as dim (see `dimForBlink`). */
const FLAGS = { bold: 1, underline: 2, dim: 4, inverse: 8 };
/** blessed's number for the terminal's own colour. */
const OWN = 0x1ff;

/** A style as blessed keeps it with each cell: flags, ink and background, nine bits each. */
export function attribute(style: Style, depth: Depth): number {
  const { background = OWN, ink = OWN, soft, inverse } = colours(style, depth);
  const flags =
    (style.bold ? FLAGS.bold : 0) |
    (style.underline ? FLAGS.underline : 0) |
    (style.dim ? FLAGS.dim : 0) |
    (inverse ? FLAGS.inverse : 0);
  return (flags << 18) | ((style.soft ? (soft ?? ink) : ink) << 9) | background;
}

function colours({ fill, tone }: Style, depth: Depth): Block {
  if (fill) return BLOCKS[depth][fill];
  return tone && depth !== "none" ? { ink: TONES[tone] } : {};
}

/**
 * Rewrites blessed's blink (5) to dim (2) in colour codes only: blessed writes bold, underline and blink first and in
 * this order, and a looser pattern would also rewrite cursor moves.
 */
export function dimForBlink(output: string): string {
  return output.replace(/\u001b\[((?:1;)?(?:4;)?)5(?=(?:;[\d;]*)?m)/g, "\u001b[$12");
}

const PLAIN = /^[\u0020-\u007e\u2500-\u25cf]*$/;
const ASCII = /^[\u0020-\u007e]*$/;

/**
 * The text as the terminal can show it in exactly the cells that the layout counted for it: what it cannot is `?` in each
 * of its cells. What takes no cell, an escape among it, is left out, but for the marks that join the character before.
 */
export function drawable(text: string, utf8: boolean): string {
  if (ASCII.test(text) || (utf8 && PLAIN.test(text))) return text;
  return Array.from(text, (character) => {
    const width = characterWidth(character);
    if (width === 0) return utf8 && isMark(character) ? character : "";
    return utf8 || ASCII.test(character) ? character : "?".repeat(width);
  }).join("");
}

/** What paints screens onto one terminal: it writes all cells; blessed compares them and sends those that changed. */
export interface Painter {
  paint(screen: Screen): void;
}

/**
 * A painter for a blessed screen. `drawnLater` is called when a part of the picture is ready only after it was painted:
 * the picture has to be painted once more.
 */
export function painter(
  onto: BlessedScreen,
  able: Pick<Capabilities, "depth" | "utf8">,
  drawnLater: () => void,
): Painter {
  const chart = chartOn(onto, able.depth, drawnLater);
  const attributes = new WeakMap<Style, number>();
  const attributeOf = (style: Style): number => {
    const known = attributes.get(style) ?? attribute(style, able.depth);
    attributes.set(style, known);
    return known;
  };
  return {
    paint({ panes }) {
      for (const row of onto.lines) blankRow(row, onto.dattr);
      if (!able.utf8 || panes.every((pane) => pane.chart === undefined)) chart.remove();
      for (const { left, top, width, height, lines, chart: points } of panes) {
        lines.forEach((line, i) => {
          writeLine(onto.lines[top + i], line, { from: left, to: left + width }, able.utf8, attributeOf);
        });
        // It lies over the lines of its own pane, and below what comes after.
        if (able.utf8 && points) chart.show(points, { left, top: top + 1, width, height: height - 1 });
      }
      onto.draw(0, onto.lines.length - 1);
    },
  };
}

function blankRow(row: BlessedRow, attr: number): void {
  for (const cell of row) {
    cell[0] = attr;
    cell[1] = " ";
  }
  // Its cells are to be compared with those that were sent.
  row.dirty = true;
}

/** blessed's sign for the second cell of a wide character. */
const SECOND_CELL = "\u0003";
/** What comes before it takes one cell each. */
const FIRST_MARK = "\u0300";
/** UTF-16 units that one cell holds, with the marks that join its character. */
const MOST_MARKS = 8;

/** Writes a line into its cells; what lies beyond them, because the terminal has just become smaller, is left out. */
function writeLine(
  row: BlessedRow | undefined,
  line: Line,
  { from, to }: { readonly from: number; readonly to: number },
  utf8: boolean,
  attributeOf: (style: Style) => number,
): void {
  let x = from;
  let last: BlessedCell | undefined;
  const put = (attr: number, character: string): BlessedCell | undefined => {
    const cell = x < to ? row?.[x] : undefined;
    if (cell) {
      cell[0] = attr;
      cell[1] = character;
    }
    x += 1;
    return cell;
  };
  for (const { text, style } of line) {
    const attr = attributeOf(style);
    for (const character of drawable(text, utf8)) {
      const width = character < FIRST_MARK ? 1 : characterWidth(character);
      if (width > 0) last = put(attr, character);
      else if (last !== undefined && last[1].length < MOST_MARKS) last[1] += character;
      if (width === 2) put(attr, SECOND_CELL);
    }
  }
}
