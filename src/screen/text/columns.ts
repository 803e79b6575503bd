import type { Line } from "../screen.ts";
import { textWidth } from "../../text/width.ts";
import { fit, lineWidth, DIM, blank, span } from "./lines.ts";

/** A column of a table. */
export interface Column<Id extends string> {
  readonly id: Id;
  readonly head: string;
  /** cells; at least those of the head */
  readonly width: number;
  /** numbers stand right, words left */
  readonly right?: boolean;
  /** takes what is left over */
  readonly flexible?: boolean;
  /** when there is no room, the column with the highest number goes first; one without a number stays */
  readonly goes?: number;
}

/** Blank cells between two columns. */
export const COLUMN_GAP = 2;

const NARROWEST = 6;

/**
 * Which columns fit into `width` cells. What is left over widens the flexible column, else all of them a little;
 * when even those that stay do not fit, the widest is narrowed.
 */
export function chooseColumns<Id extends string>(
  columns: readonly Column<Id>[],
  width: number,
): readonly Column<Id>[] {
  const wanted = columns.map((c) => ({ ...c, width: Math.max(c.width, textWidth(c.head)) }));
  return widen(narrow(leaveOut(wanted, width), width), width);
}

function leaveOut<Id extends string>(columns: readonly Column<Id>[], width: number): readonly Column<Id>[] {
  const last = Math.max(0, ...columns.map((c) => c.goes ?? 0));
  if (last === 0 || tableWidth(columns) <= width) return columns;
  return leaveOut(
    columns.filter((c) => c.goes !== last),
    width,
  );
}

/** Takes a cell from the widest column until all fit. */
function narrow<Id extends string>(columns: readonly Column<Id>[], width: number): readonly Column<Id>[] {
  const widths = columns.map((c) => c.width);
  for (let over = tableWidth(columns) - width; over > 0; over--) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return columns.map((c, i) => ({ ...c, width: widths[i] ?? c.width }));
}

function widen<Id extends string>(columns: readonly Column<Id>[], width: number): readonly Column<Id>[] {
  const spare = Math.max(0, width - tableWidth(columns));
  const flexible = columns.find((c) => c.flexible);
  if (flexible) return columns.map((c) => (c === flexible ? { ...c, width: c.width + spare } : c));
  const each = Math.min(4, Math.floor(spare / Math.max(1, columns.length)));
  return columns.map((c) => ({ ...c, width: c.width + each }));
}

function tableWidth(columns: readonly Column<string>[]): number {
  return columns.reduce((sum, c) => sum + c.width + COLUMN_GAP, -COLUMN_GAP);
}

/** A row of cells; one that is missing is blank. */
export function tableRow<Id extends string>(
  columns: readonly Column<Id>[],
  cells: Partial<Record<Id, Line>>,
): Line {
  return columns.flatMap((c, i) => [...(i > 0 ? [blank(COLUMN_GAP)] : []), ...cell(cells[c.id] ?? [], c)]);
}

/** The heads of the columns, or other words in their places. */
export function tableHead<Id extends string>(
  columns: readonly Column<Id>[],
  heads: Partial<Record<Id, string>> = {},
): Line {
  const cells: Partial<Record<Id, Line>> = {};
  for (const c of columns) cells[c.id] = [span(heads[c.id] ?? c.head, DIM)];
  return tableRow(columns, cells);
}

function cell(line: Line, column: Column<string>): Line {
  const pad = column.width - lineWidth(line);
  return column.right && pad > 0 ? [blank(pad), ...line] : fit(line, column.width);
}

/** The widest of some texts, and at least `least`. */
export function widest(texts: readonly string[], least: number): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), least);
}
