import type { Line } from "../screen.ts";
import type { PaneView } from "../view.ts";
import { DIM, blank, span } from "../text/lines.ts";

/** Rows for members before any is known: three are the usual number. */
export const USUAL_MEMBERS = 3;

/** Which rows of a list are seen: `count` from `first` on, and how many are not. */
export interface Window {
  readonly first: number;
  readonly count: number;
  readonly hidden: number;
}

/** Where the selected row stands among the rows with these keys: the first, when it is gone or none was selected. */
export function selectedIndex(selected: string | undefined, keys: readonly string[]): number {
  return selected === undefined ? 0 : Math.max(0, keys.indexOf(selected));
}

/**
 * Which of `total` rows fit into `height` lines, the selected one among them. Where not all fit, the last line is
 * left for the words that say so.
 */
export function visibleRows(total: number, selected: number, height: number): Window {
  if (total <= height) return { first: 0, count: total, hidden: 0 };
  const count = Math.max(0, height - 1);
  const first = Math.max(0, Math.min(selected - count + 1, total - count));
  return { first: count === 0 ? 0 : first, count, hidden: total - count };
}

/** The name of the rows, how to see the others, and whether these need attention. */
export interface HiddenWords {
  readonly what: string;
  readonly how: string;
  readonly loud: boolean;
}

/** The line below a list that did not fit. */
export function hiddenRows(window: Window, { what, how, loud }: HiddenWords): Line {
  const words = window.count === 0 ? `${window.hidden} ${what}` : `and ${window.hidden} more`;
  const style = loud ? ({ tone: "warn", bold: true } as const) : DIM;
  return [blank(2), span(`${words}, ${how}`, style)];
}

/** The keys that show the hidden rows of a list now. */
export function howToSee({ zoomed, focused }: PaneView): string {
  if (zoomed) return "j shows them";
  return focused ? "enter shows them" : "tab here, then enter";
}
