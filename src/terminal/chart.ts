import type newLine from "blessed-contrib/lib/widget/charts/line.js";
import type { Chart } from "../monitor/screen.ts";
import type { BlessedBox } from "./blessed.ts";
import type { Depth } from "./capabilities.ts";

type NewLine = typeof newLine;

/** A chart in a pane, below the pane's first line. It goes when the pane goes. */
export interface ChartIn {
  /** Shows a chart in a pane of so many cells; `undefined` takes it away. */
  show(chart: Chart | undefined, width: number, height: number): void;
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

async function loadLine(): Promise<NewLine> {
  line ??= (await import("blessed-contrib/lib/widget/charts/line.js")).default;
  return line;
}

/**
 * The place of a chart in a box. The chart is made anew when something of it changed: its canvas has one size.
 * `drawn` tells that one came in later than it was asked for, so that the screen has to be rendered.
 */
export function chartIn(box: BlessedBox, depth: Depth, drawn: () => void): ChartIn {
  let shown: string | undefined;
  let takeOut: (() => void) | undefined;
  return {
    show(chart, width, height) {
      const key = chart && JSON.stringify([chart, width, height]);
      if (key === shown) return;
      shown = key;
      takeOut?.();
      takeOut = undefined;
      if (chart === undefined) return;
      const put = (make: NewLine): void => {
        takeOut = draw(make, box, chart, { width, height: height - 1, depth });
      };
      if (line) put(line);
      else
        void loadLine().then((make) => {
          // It may have gone, or gone and come back, meanwhile.
          if (shown !== key || takeOut) return;
          put(make);
          drawn();
        });
    },
  };
}

/** Draws a chart into a box; the result takes it out again. */
function draw(
  make: NewLine,
  box: BlessedBox,
  { points, maxY, stepY, labelEvery }: Chart,
  { width, height, depth }: { readonly width: number; readonly height: number; readonly depth: Depth },
): () => void {
  const xLabelPadding = String(maxY).length * DOTS.wide + AFTER_VALUE;
  const chart = make({
    ...{ left: 0, top: 1, width, height, wrap: false },
    ...{ minY: 0, maxY, numYLabels: maxY / stepY, showNthLabel: labelEvery },
    ...{ xPadding: xLabelPadding + MARGIN, xLabelPadding },
    style: { line: depth === "none" ? "normal" : "green", text: "normal", baseline: "normal" },
  });
  const dots = { width: width * DOTS.wide, height: height * DOTS.high };
  // Its own leaves room for a border.
  chart.calcSize = () => {
    chart.canvasSize = dots;
  };
  // It has no canvas before it has a parent.
  box.append(chart);
  // What lies above the canvas is not drawn: a gap longer than the scale runs along its upper edge.
  const highest = (maxY * (dots.height - BELOW_LINE)) / (dots.height - BELOW_SCALE);
  chart.setData([{ x: points.map((p) => p.label), y: points.map((p) => Math.min(p.y, highest)) }]);
  return () => {
    chart.detach();
  };
}
