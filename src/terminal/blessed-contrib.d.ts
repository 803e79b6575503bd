// The line chart by its own file: the index of the package pulls in all widgets, and files beside its code.
declare module "blessed-contrib/lib/widget/charts/line.js" {
  /** What the screen's `attach` needs is made when it is appended: `setData` comes after that. */
  interface LineChart {
    /** sets how many dots there are: two a cell in a row, four a cell in a column */
    calcSize: (this: LineChart) => void;
    canvasSize: { width: number; height: number };
    setData(data: readonly LineData[]): void;
    /** writes its cells */
    render(): void;
    detach(): void;
  }
  interface LineData {
    readonly x: readonly string[];
    readonly y: readonly number[];
  }
  interface LineOptions {
    /** blessed's screen; without it, the newest screen of the process */
    readonly screen: object;
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
    readonly wrap: false;
    readonly minY: number;
    readonly maxY: number;
    readonly numYLabels: number;
    readonly showNthLabel: number;
    /** dots from the left to the axis, and from a value's first cell to the axis */
    readonly xPadding: number;
    readonly xLabelPadding: number;
    /** one of the eight colours by name, or `normal` for the terminal's own */
    readonly style: { readonly line: string; readonly text: string; readonly baseline: string };
  }
  const line: (options: LineOptions) => LineChart;
  export default line;
}
