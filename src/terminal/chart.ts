import type newLine from "blessed-contrib/lib/widget/charts/line.js";
import type { Rectangle } from "../screen/layout/place.ts";
import type { Chart } from "../screen/screen.ts";
import type { BlessedScreen } from "./blessed.ts";
import type { Depth } from "./capabilities.ts";

type NewLine = typeof newLine;
type Made = ReturnType<NewLine>;

/** The place of a chart on a screen: there is one at most. */
export interface ChartPlace {
  /** Draws it into so many cells, over what was written there. */
  show(chart: Chart, at: Rectangle): void;
  remove(): void;
}

/** Dots of a cell, and how blessed-contrib spends them: so many of the lowest are the axis and what is below it. */
const DOTS = { wide: 2, high: 4 };
const BELOW_LINE = 13;
const BELOW_SCALE = 11;
/** Dots between a value and the axis, and from the left to the longest value. */
const AFTER_VALUE = 2;
const MARGIN = 4;

/** The widget; undefined until the first chart is wanted: few zoom, and all would wait for it at the start. */
let line: NewLine | undefined;

async function loadLine(): Promise<void> {
  line ??= (await import("blessed-contrib/lib/widget/charts/line.js")).default;
}

/**
 * The place of a chart on a screen. The chart is replaced when something of it changed: its canvas has one size.
 * `drawn` reports a chart that loaded after it was asked for, so that the screen has to be painted again.
 */
export function chartOn(screen: BlessedScreen, depth: Depth, drawn: () => void): ChartPlace {
  let shown: string | undefined;
  let made: Made | undefined;
  const remove = (): void => {
    made?.detach();
    made = undefined;
    shown = undefined;
  };
  return {
    remove,
    show(chart, at) {
      const key = JSON.stringify([chart, at]);
      if (key !== shown) {
        remove();
        shown = key;
        if (!line)
          void loadLine().then(() => {
            // It may have gone meanwhile.
            if (shown === key) drawn();
          });
      }
      if (line && !made) made = make(line, screen, chart, at, depth);
      made?.render();
    },
  };
}

/** Makes a chart on a screen. */
function make(
  newLine: NewLine,
  screen: BlessedScreen,
  { points, maxY, stepY, labelEvery }: Chart,
  at: Rectangle,
  depth: Depth,
): Made {
  const xLabelPadding = String(maxY).length * DOTS.wide + AFTER_VALUE;
  const chart = newLine({
    screen,
    ...at,
    wrap: false,
    ...{ minY: 0, maxY, numYLabels: maxY / stepY, showNthLabel: labelEvery },
    ...{ xPadding: xLabelPadding + MARGIN, xLabelPadding },
    style: { line: depth === "none" ? "normal" : "green", text: "normal", baseline: "normal" },
  });
  const dots = { width: at.width * DOTS.wide, height: at.height * DOTS.high };
  // Its own leaves room for a border.
  chart.calcSize = () => {
    chart.canvasSize = dots;
  };
  // It has no canvas before it has a parent.
  screen.append(chart);
  // What lies above the canvas is not drawn: a gap longer than the scale runs along its upper edge.
  const highest = (maxY * (dots.height - BELOW_LINE)) / (dots.height - BELOW_SCALE);
  chart.setData([{ x: points.map((p) => p.label), y: points.map((p) => Math.min(p.y, highest)) }]);
  return chart;
}
