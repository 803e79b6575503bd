import type { FocusId, Line } from "../screen.ts";
import type { View } from "../view.ts";
import { DIM, blank, span } from "../text/lines.ts";

/** Which rows of a list are seen: `count` from `first` on, and how many are not. */
export interface Window {
  readonly first: number;
  readonly count: number;
  readonly hidden: number;
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
export function howToSee({ monitor }: View, list: FocusId): string {
  if (monitor.zoomed === list) return "j shows them";
  return monitor.focus === list ? "enter shows them" : "tab here, then enter";
}
