import { timeOfDay } from "../view/format.ts";
import { textWidth } from "../model/cells.ts";
import { fit, lineWidth } from "./lines.ts";
import type { Line, Style } from "./screen.ts";
import { sign, signStyle } from "./signs.ts";
import { BOLD, DIM, PLAIN, blank, filled, span } from "./spans.ts";
import type { Tile } from "./tiles.ts";
import { tiles } from "./tiles.ts";
import type { Body, Size, View } from "./view.ts";

/** The two top rows, or one where there is no room: the four answers, always in the same place. */
export function drawTiles(view: View, { width, height }: Size): Body {
  const shown = tiles(view).filter((t) => width >= 100 || t.label !== "API SERVERS");
  return { lines: height < 2 ? [oneRow(view, shown, width)] : twoRows(view, shown, width) };
}

function oneRow(view: View, shown: readonly Tile[], width: number): Line {
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

function twoRows(view: View, shown: readonly Tile[], width: number): readonly Line[] {
  const { monitor, assessment } = view;
  const nameWidth = width >= 120 ? Math.round(width * 0.15) : 14;
  const above = [fit([span(` ${monitor.cluster}`, BOLD)], nameWidth)];
  const below = [fit([span(` ${timeOfDay(assessment.now)} UTC`, DIM)], nameWidth)];
  const shares = shown.length === 4 ? SHARES.four : SHARES.three;
  shown.forEach((tile, i) => {
    const cells = Math.floor((width - nameWidth) * (shares[i] ?? 0)) - 1;
    above.push(labelOf(tile, cells), [blank(1)]);
    below.push(answerOf(view, tile, cells), [blank(1)]);
  });
  return [above.flat(), below.flat()];
}

function labelOf(tile: Tile, width: number): Line {
  const style = tile.block ? filled(tile.block, "soft") : DIM;
  return fit([span(` ${tile.label}`, style)], width, tile.block ? filled(tile.block) : PLAIN);
}

function answerOf({ glyphs }: View, tile: Tile, width: number): Line {
  const fill = tile.block && filled(tile.block, "bold");
  const glyph = sign(glyphs, tile.sign);
  const words: Style = fill ?? (tile.sign === "ok" ? BOLD : signStyle(tile.sign));
  const text = textWidth(tile.text) + 4 <= width ? tile.text : tile.short;
  const line = [span(" ", fill), span(glyph.text, fill ?? glyph.style), span(` ${text}`, words)];
  return fit(line, width, tile.block ? filled(tile.block) : PLAIN);
}
