import { cleanText } from "../text/clean.ts";
import { textWidth } from "../text/width.ts";

/** How a word is meant; shown as colour where there is colour, and never by colour alone. */
export type Tone = "good" | "look" | "bad";

/** What stands in one cell. */
export type Cell = string | { readonly text: string; readonly tone: Tone | undefined };

/**
 * One column: its head in capitals, and the cell of a row. `wide`: only `-o wide` shows it. `atLeast`: its width, in
 * cells, so that rows that come later stand below the first ones. `longest`: characters after which a cell is cut,
 * where it is not the usual length.
 */
export interface Column<Row> {
  readonly head: string;
  readonly wide?: true;
  readonly atLeast?: number;
  readonly longest?: number;
  readonly cell: (row: Row) => Cell;
}

/** How tables are written: `-o wide`, `--no-headers`, and whether colour may be used. */
export interface TableStyle {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly colour: boolean;
}

/** What stands where something is known to be absent, and where it is not known; kubectl's own words. */
export const NONE = "<none>";
export const UNKNOWN = "<unknown>";

/** Longer cells are cut, so that a hostile name does not fill the screen. */
const LONGEST = 160;
/** Ten members may have failed, each with a reason of 300 characters. */
const LONGEST_LINE = 4000;
const GAP = "   ";
const COLOURS: Readonly<Record<Tone, string>> = { good: "32", look: "33", bad: "31" };

/**
 * Writes tables as kubectl does: capitals, no borders, three blanks between columns. The returned function takes the
 * rows that come later, too: heads are written once, and columns never become narrower than they were.
 */
export function tablePrinter<Row>(
  columns: readonly Column<Row>[],
  style: TableStyle,
): (rows: readonly Row[]) => string {
  const shown = columns.filter((column) => style.wide || column.wide !== true);
  const widths = shown.map(({ head, atLeast = 0 }) => Math.max(atLeast, style.headers ? head.length : 0));
  let headed = !style.headers;
  return (rows) => {
    const cells = rows.map((row) => shown.map((column) => clean(column.cell(row), column.longest)));
    for (const line of cells)
      line.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, lengthOf(cell))));
    const heads = headed ? [] : [shown.map((column) => column.head)];
    headed = true;
    return [...heads, ...cells].map((line) => `${lineOf(line, widths, style.colour)}\n`).join("");
  };
}

/** One whole table. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: TableStyle): string {
  return tablePrinter(columns, style)(rows);
}

/** A whole line by itself: it may be far longer than a cell. */
export function lineText(cell: Cell, colour: boolean): string {
  return coloured(clean(cell, LONGEST_LINE), colour);
}

/** One cell by itself. */
export function cellText(cell: Cell, colour: boolean): string {
  return coloured(clean(cell), colour);
}

function coloured(cell: Cell, colour: boolean): string {
  const { text, tone } = parts(cell);
  return colour && tone !== undefined ? `\u001b[${COLOURS[tone]}m${text}\u001b[0m` : text;
}

function lineOf(cells: readonly Cell[], widths: readonly number[], colour: boolean): string {
  return cells
    .map((cell, i) => {
      const isLast = i === cells.length - 1;
      const fill = isLast ? "" : " ".repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(cell)));
      return coloured(cell, colour) + fill;
    })
    .join(GAP);
}

function clean(cell: Cell, longest = LONGEST): Cell {
  const { text, tone } = parts(cell);
  const shown = cleanText(text, longest);
  return tone === undefined ? shown : { text: shown, tone };
}

function parts(cell: Cell): { text: string; tone: Tone | undefined } {
  return typeof cell === "string" ? { text: cell, tone: undefined } : cell;
}

/** Terminal cells: a wide character takes two, a combining mark none. */
function lengthOf(cell: Cell): number {
  return textWidth(parts(cell).text);
}
