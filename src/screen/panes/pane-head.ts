import type { Line } from "../screen.ts";
import type { PaneView } from "../view.ts";
import { lineWidth, spread, ACCENT, BOLD, DIM, KEY, filled, span, strong } from "../text/lines.ts";

/** The words of a pane's head: beside the title the most important, at the right what is equal for all rows. */
export interface HeadWords {
  /** undefined: that of the pane */
  readonly title?: string;
  readonly beside?: Line | undefined;
  /** from the most to the least; left out when there is no room for any */
  readonly right?: readonly Line[];
}

/** A pane's head: a rule with a title in it; with the focus it is heavy and in the accent colour. */
export function paneHead(
  view: PaneView,
  width: number,
  { title = view.title, beside = [], right = [] }: HeadWords = {},
): Line {
  const { glyphs, focused } = view;
  const rule = focused ? span(glyphs.heavyRule, ACCENT) : span(glyphs.rule, DIM);
  const named = [rule, span(" "), span(title, focused ? KEY : BOLD), span(" ")];
  const left = beside.length > 0 ? [...named, ...beside, span(" ")] : named;
  const fitting = right.find((line) => line.length > 0 && lineWidth(left) + lineWidth(line) + 4 <= width);
  return spread(left, fitting ? [span(" "), ...fitting, span(" "), rule] : [], width, rule);
}

/** Beside a title: a block with the age of all data below. */
export function oldChip(age: string): Line {
  return [span(` ! ${age} old `, filled("warn", "bold"))];
}

/** Beside a title: a warning. */
export function warning(words: string): Line {
  return [span(`! ${words}`, strong("warn"))];
}
