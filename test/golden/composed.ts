import type { Screen } from "../../src/screen/screen.ts";
import { characterWidth, textWidth } from "../../src/text/width.ts";

/** A cell as it was laid out; the second cell of a wide character has no text. */
export interface ComposedCell {
  readonly text: string;
  /** it belongs to a block of trouble */
  readonly filled: boolean;
}

/** The cells of a screen, from its panes alone; charts, which are drawn over them later, are left out. */
export function composed(screen: Screen): readonly (readonly ComposedCell[])[] {
  const blank: ComposedCell = { text: " ", filled: false };
  const cells = Array.from({ length: screen.rows }, () => Array<ComposedCell>(screen.columns).fill(blank));
  for (const { left, top, lines } of screen.panes)
    lines.forEach((line, i) => {
      const row = line.flatMap(({ text, style }) =>
        Array.from(text).flatMap((character): ComposedCell[] => {
          const cell = { text: character, filled: style.fill !== undefined };
          return characterWidth(character) === 2 ? [cell, { ...cell, text: "" }] : [cell];
        }),
      );
      cells[top + i]?.splice(left, row.length, ...row);
    });
  return cells;
}

/** What is wrong with the places of the panes: each has to be in the screen, full, and beside the others. */
export function misplaced({ columns, rows, panes }: Screen): string[] {
  const used = new Map<string, string>();
  return panes.flatMap(({ id, left, top, width, height, lines }) => {
    const wrong: string[] = [];
    if (left < 0 || top < 0 || left + width > columns || top + height > rows)
      wrong.push(`${id} lies beyond the screen`);
    if (lines.length !== height) wrong.push(`${id} has ${lines.length} lines in ${height} rows`);
    const widths = lines.map((line) => line.reduce((sum, { text }) => sum + textWidth(text), 0));
    if (widths.some((cells) => cells !== width)) wrong.push(`${id} has lines that are not ${width} wide`);
    // A dialog lies on top on purpose.
    for (let y = top; id !== "dialog" && y < top + height; y++)
      for (let x = left; x < left + width; x++) {
        const other = used.get(`${x},${y}`);
        if (other !== undefined && other !== id) wrong.push(`${id} and ${other} share ${x},${y}`);
        used.set(`${x},${y}`, id);
      }
    return wrong.slice(0, 3);
  });
}
