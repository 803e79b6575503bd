import type { Cell } from "./headless.ts";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A painted terminal as text that can be read, and compared line by line: above the characters, below a letter for
 * the look of each cell (a blank where it is the terminal's own).
 */
export function picture(cells: readonly (readonly Cell[])[]): string {
  const text = cells.map((row) =>
    row
      .map((c) => c.text)
      .join("")
      .trimEnd(),
  );
  const looks = cells.map((row) =>
    row
      .map((c) => (c.text === "" ? "" : look(c)))
      .join("")
      .trimEnd(),
  );
  return [...text, "", ...LEGEND, "", ...looks, ""].join("\n");
}

const LEGEND = [
  "-- looks: d dim, b bold, u bold underlined; green g G(bold), yellow y Y, red r R, cyan c C;",
  "   blocks: 1 red, 2 red bold, 3 red soft, 5 amber, 6 amber bold; inverse i I(bold), with yellow z Z; ! any other",
];

const INK: Readonly<Record<number, [plain: string, bold: string]>> = {
  1: ["r", "R"],
  2: ["g", "G"],
  3: ["y", "Y"],
  6: ["c", "C"],
};

/** The letter for what a cell looks like. */
export function look(cell: Cell): string {
  const { fg, bg, bold, dim, underline, inverse, blink } = cell;
  if (blink) return "!";
  if (bg === 160) return fg === 224 ? "3" : fg === 231 ? (bold ? "2" : "1") : "!";
  if (bg === 179) return fg === 16 ? (bold ? "6" : "5") : "!";
  // White is 7 for a terminal of eight colours.
  if (bg === 1) return fg === 15 || fg === 7 ? (bold ? "2" : "1") : "!";
  if (bg !== -1) return "!";
  if (inverse) return fg === 3 ? (bold ? "Z" : "z") : fg === -1 ? (bold ? "I" : "i") : "!";
  if (fg !== -1) return underline || dim ? "!" : (INK[fg]?.[bold ? 1 : 0] ?? "!");
  if (underline) return bold ? "u" : "!";
  if (dim) return bold ? "!" : "d";
  return bold ? "b" : " ";
}

/** Where the golden files are. */
export const FOLDER = join(__dirname, "screens");
const UPDATES = process.env["UPDATE_GOLDEN"] === "1";

/** Compares a picture with the file of that name; `UPDATE_GOLDEN=1` writes the file instead. */
export function expectGolden(name: string, shown: string): void {
  const file = join(FOLDER, `${name}.txt`);
  if (UPDATES) writeFileSync(file, shown);
  if (!existsSync(file)) throw new Error(`there is no ${file}: UPDATE_GOLDEN=1 writes it`);
  expect(shown).toBe(readFileSync(file, "utf8"));
}
