import { timeOfDay } from "../view/format.ts";
import { textWidth } from "../model/cells.ts";
import { fit, lineWidth } from "./lines.ts";
import type { Line, Style } from "./screen.ts";
import { sign, signStyle } from "./signs.ts";
import { BOLD, DIM, PLAIN, blank, filled, span } from "./spans.ts";
import type { SummaryItem } from "./tiles.ts";
import { summaryItems } from "./tiles.ts";
import type { Body, Size, View } from "./view.ts";

/** The two top rows, or one where there is no room: the four answers, always in the same place. */
export function summaryBar(view: View, { width, height }: Size): Body {
  const shown = summaryItems(view).filter((t) => width >= 100 || t.label !== "API SERVERS");
  return { lines: height < 2 ? [oneRow(view, shown, width)] : twoRows(view, shown, width) };
}

function oneRow(view: View, shown: readonly SummaryItem[], width: number): Line {
  const name = [span(` ${view.monitor.cluster} `, BOLD)];
  const answers = shown.flatMap((t): Line => {
    const style = t.block ? filled(t.block, "bold") : signStyle(t.sign);
    const text = width < 60 ? t.tiny : t.short;
    return [span(` ${sign(view.glyphs, t.sign).text} ${text} `, style)];
  });
  return lineWidth(name) + lineWidth(answers) <= width ? [...name, ...answers] : answers;
}

/** Shares of the width, after the cluster's name. */
const SHARES = { three: [0.34, 0.34, 0.32], four: [0.3, 0.27, 0.2, 0.23] };

function twoRows(view: View, shown: readonly SummaryItem[], width: number): readonly Line[] {
  const { monitor, assessment } = view;
  const nameWidth = width >= 120 ? Math.round(width * 0.15) : 14;
  const above = [fit([span(` ${monitor.cluster}`, BOLD)], nameWidth)];
  const below = [fit([span(` ${timeOfDay(assessment.now)} UTC`, DIM)], nameWidth)];
  const shares = shown.length === 4 ? SHARES.four : SHARES.three;
  shown.forEach((item, i) => {
    const cells = Math.floor((width - nameWidth) * (shares[i] ?? 0)) - 1;
    above.push(labelOf(item, cells), [blank(1)]);
    below.push(answerOf(view, item, cells), [blank(1)]);
  });
  return [above.flat(), below.flat()];
}

function labelOf(item: SummaryItem, width: number): Line {
  const style = item.block ? filled(item.block, "soft") : DIM;
  return fit([span(` ${item.label}`, style)], width, item.block ? filled(item.block) : PLAIN);
}

function answerOf({ glyphs }: View, item: SummaryItem, width: number): Line {
  const fill = item.block && filled(item.block, "bold");
  const glyph = sign(glyphs, item.sign);
  const words: Style = fill ?? (item.sign === "ok" ? BOLD : signStyle(item.sign));
  const text = textWidth(item.text) + 4 <= width ? item.text : item.short;
  const line = [span(" ", fill), span(glyph.text, fill ?? glyph.style), span(` ${text}`, words)];
  return fit(line, width, item.block ? filled(item.block) : PLAIN);
}
