import type { Instant } from "../../core/facts/time.ts";
import type { Monitor, ScreenView } from "../monitor.ts";
import { shownAt } from "../monitor.ts";
import type { PaneId } from "../panes.ts";
import type { Line, Pane, Screen } from "../screen.ts";
import type { Body, PaneView } from "../view.ts";
import type { Place, Rectangle } from "./place.ts";
import { HEADLINE_BESIDE, TALL, arrange } from "./arrange.ts";
import { hasLiveTimer } from "../repaint.ts";
import { glyphs, plainText } from "../text/glyphs.ts";
import { footer } from "../panes/footer.ts";
import { dialog, dialogWidth, helpLines, helpWindow } from "../panes/help.ts";
import { SUMMARY } from "../panes/summary-bar.ts";
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
  const view: ScreenView = {
    ...shownAt(monitor, now),
    monitor,
    glyphs: glyphs(ascii),
    now,
    headlineBeside: columns >= HEADLINE_BESIDE && rows >= 24 && monitor.zoomed === undefined,
    tall: rows >= TALL,
  };
  const panes = [
    ...drawnPanes(view, columns, rows),
    ...(monitor.help ? [helpPane(view, columns, rows)] : []),
  ];
  return {
    columns,
    rows,
    panes: ascii ? panes.map(inAscii) : panes,
    hasLiveTimer: monitor.paused === undefined && hasLiveTimer(view.assessment),
  };
}

function drawnPanes(view: ScreenView, width: number, height: number): readonly Pane[] {
  const { summary, footer: last, body } = arrange(view, { width, height });
  const bar = { left: 0, width, top: height - last, height: last };
  return [
    drawn(view, { pane: SUMMARY, left: 0, top: 0, width, height: summary }),
    ...body.map((place) => drawn(view, place)),
    filled("footer", bar, footer(view, bar)),
  ];
}

function drawn(view: ScreenView, { pane, ...at }: Place): Pane {
  return filled(pane.id, at, pane.render(paneView(view, pane), at));
}

/** What a pane is drawn from; one at the side knows the selected row of the pane that it belongs to. */
function paneView(view: ScreenView, pane: Place["pane"]): PaneView {
  const { focus, zoomed, selected } = view.monitor;
  if (!("title" in pane))
    return { ...view, title: "", focused: false, zoomed: false, selected: pane.of && selected[pane.of] };
  const { id, title } = pane;
  return { ...view, title, focused: focus === id, zoomed: zoomed === id, selected: selected[id] };
}

/** A pane of exactly so many cells. */
function filled(id: PaneId, at: Rectangle, { lines, chart, list }: Body): Pane {
  return { id, ...at, lines: block(lines, at.width, at.height), chart, list };
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

function helpPane({ glyphs: signs, monitor }: ScreenView, columns: number, rows: number): Pane {
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
