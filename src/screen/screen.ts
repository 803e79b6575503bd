/**
 * What is to be seen: panes of lines of spans. No escape codes, no terminal: any renderer can show it, and
 * a test can read it. Made by `layout`, painted by `terminal/`.
 */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** later ones lie on top of earlier ones */
  readonly panes: readonly Pane[];
  /** something in it counts up or down and must not wait a second for its repaint */
  readonly hasLiveTimer: boolean;
}

/** A rectangle of cells and the lines in it; lines are cut and filled to `width` already. */
export interface Pane {
  /** its name: a `PaneId` */
  readonly id: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  /** lies over all lines but the first, the head; where it cannot be drawn, the lines below say it their way */
  readonly chart?: Chart | undefined;
  /** where the rows that can be selected are, for the mouse */
  readonly list?: VisibleRows | undefined;
}

/**
 * Rows of a list in a pane, by their keys, from the pane's line `line` on.
 * `heights`: how many lines each of them has; undefined: one.
 */
export interface VisibleRows {
  readonly line: number;
  readonly keys: readonly string[];
  readonly heights?: readonly number[] | undefined;
}

/** A line of points at equal distances, from 0 to `maxY`: never scaled to the data. */
export interface Chart {
  /** from left to right, at least two */
  readonly points: readonly ChartPoint[];
  readonly maxY: number;
  /** the distance of the values written beside the axis, from 0 on */
  readonly stepY: number;
  /** each how many points a label is written, from the first on */
  readonly labelEvery: number;
}

/** A point of a chart, and what it is called below the axis. */
export interface ChartPoint {
  readonly label: string;
  readonly y: number;
}

/** Spans from left to right. */
export type Line = readonly Span[];

/** A piece of text in one style. The text is clean: no control characters. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/**
 * How text looks, by what it means. `fill` is a block of trouble: its own background and foreground,
 * so a tone within it has no colour of its own; `soft` is less loud text in such a block.
 */
export interface Style {
  readonly tone?: Tone | undefined;
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly fill?: Fill | undefined;
  readonly soft?: boolean | undefined;
}

/** Colour of text: good, look here, failed, focus and keys. Never alone: a glyph and a word say the same. */
export type Tone = "ok" | "warn" | "bad" | "accent";

/** Colour of a block: down now; old or paused. */
export type Fill = "bad" | "warn";
