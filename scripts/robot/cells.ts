import type { Terminal } from "@xterm/headless";

/** One cell of a terminal. Colours are indexes of the 256, undefined the terminal's own. */
export interface Cell {
  readonly text: string;
  readonly fg: number | undefined;
  readonly bg: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** The cells of the screen that a terminal shows now; a wide character's second cell has no text. */
export function readCells(terminal: Terminal): Cell[][] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = active.getLine(active.viewportY + y);
    return Array.from({ length: terminal.cols }, (_, x) => {
      const cell = line?.getCell(x);
      if (cell === undefined) return BLANK;
      return {
        text: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
        fg: cell.isFgDefault() ? undefined : cell.getFgColor(),
        bg: cell.isBgDefault() ? undefined : cell.getBgColor(),
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
        underline: cell.isUnderline() !== 0,
        inverse: cell.isInverse() !== 0,
      };
    });
  });
}

const BLANK: Cell = {
  text: " ",
  fg: undefined,
  bg: undefined,
  bold: false,
  dim: false,
  underline: false,
  inverse: false,
};
