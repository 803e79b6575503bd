import type { Instant } from "../../core/facts/time.ts";
import type { Monitor } from "../monitor.ts";
import { shownEvents, shownState } from "../monitor.ts";
import type { Line, Pane, Screen } from "../screen.ts";
import type { View } from "../view.ts";
import { assess } from "../../core/assess.ts";
import { HEADLINE_BESIDE, TALL, arrange } from "./arrange.ts";
import { hasLiveTimer } from "../repaint.ts";
import { glyphs, plainText } from "../text/glyphs.ts";
import { dialog, dialogWidth, helpLines, helpWindow } from "../panes/help.ts";
import { block, BOLD, span } from "../text/lines.ts";

/** The smallest screen that can show anything. */
const LEAST = { columns: 40, rows: 10 };

/**
 * The screen at `now`, in so many cells; `ascii`: without a character beyond ASCII. Pure: the same monitor, size and
 * moment give the same screen.
 */
export function layout(
  monitor: Monitor,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  now: Instant,
  { ascii = false }: { readonly ascii?: boolean } = {},
): Screen {
  if (columns < LEAST.columns || rows < LEAST.rows) return tooSmall(columns, rows);
  const shown = shownState(monitor, now);
  const view: View = {
    glyphs: glyphs(ascii),
    now,
    assessment: assess(shown.state, shown.now),
    events: shownEvents(monitor, shown.state),
    monitor,
    headlineBeside: columns >= HEADLINE_BESIDE && rows >= 24 && monitor.zoomed === undefined,
    tall: rows >= TALL,
  };
  const places = arrange(view, { width: columns, height: rows });
  const panes = places.map(({ draw, ...place }): Pane => {
    const { lines, chart, list } = draw(view, place);
    return { ...place, lines: block(lines, place.width, place.height), chart, list };
  });
  const all = monitor.help ? [...panes, helpPane(view, columns, rows)] : panes;
  return {
    columns,
    rows,
    panes: ascii ? all.map(inAscii) : all,
    hasLiveTimer: monitor.paused === undefined && hasLiveTimer(view.assessment),
  };
}

function tooSmall(columns: number, rows: number): Screen {
  const words = `needs ${LEAST.columns} x ${LEAST.rows}, has ${columns} x ${rows}`;
  const lines = block([[span(words, BOLD)]], columns, rows);
  return {
    columns,
    rows,
    panes: [{ id: "too-small", left: 0, top: 0, width: columns, height: rows, lines }],
    hasLiveTimer: false,
  };
}

function helpPane({ glyphs: signs, monitor }: View, columns: number, rows: number): Pane {
  const body = helpLines(signs, columns);
  const width = Math.min(columns, dialogWidth(body));
  // The last row stays: it says how to leave.
  const spacing = body.length + 4 <= rows - 1;
  const { shown, more } = helpWindow(body, monitor.helpTop, rows - 1 - (spacing ? 4 : 2));
  const lines = dialog(signs, width, { title: "Keys and signs", body: shown, foot: more, spacing });
  const height = lines.length;
  const left = Math.floor((columns - width) / 2);
  const top = Math.floor((rows - 1 - height) / 2);
  return { id: "dialog", left, top, width, height, lines: block(lines, width, height) };
}

function inAscii(pane: Pane): Pane {
  const plain = (line: Line): Line => line.map((s) => span(plainText(s.text), s.style));
  // The dots of a chart's line are braille.
  return { ...pane, lines: pane.lines.map(plain), chart: undefined };
}
