import { characterWidth } from "../model/cells.ts";
import type { Line, Screen, Style } from "../monitor/screen.ts";
import { attribute } from "./attribute.ts";
import type { BlessedCell, BlessedRow, BlessedScreen } from "./blessed.ts";
import type { Capabilities } from "./capabilities.ts";
import { chartOn } from "./chart.ts";
import { drawable } from "./drawable.ts";

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
