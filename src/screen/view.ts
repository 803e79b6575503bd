import type { Assessment } from "../core/assessment.ts";
import type { TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Contents } from "./contents.ts";
import type { Glyphs } from "./text/glyphs.ts";
import type { Chart, Line, VisibleRows } from "./screen.ts";

/** What there is to show at a moment: while paused, the moment in which the picture stopped. */
export interface Shown {
  readonly monitor: Contents;
  readonly assessment: Assessment;
  /** newest first, marks among them */
  readonly events: readonly TimelineEvent[];
}

/** All that a screen is drawn from, but for what differs from pane to pane. */
export interface View extends Shown {
  readonly glyphs: Glyphs;
  /** the present; the picture may be older: `assessment.now` */
  readonly now: Instant;
  /** the headline pane stands beside LEASES, not in the place of other panes */
  readonly headlineBeside: boolean;
  /** there are rows enough for the nice to have */
  readonly tall: boolean;
}

/** All that a pane is drawn from: it knows of itself whether it has the focus, and nothing of other panes. */
export interface PaneView extends View {
  readonly title: string;
  readonly focused: boolean;
  /** it has the whole screen */
  readonly zoomed: boolean;
  /** the key of its selected row, or of that of the pane that it belongs to; undefined: the first */
  readonly selected: string | undefined;
}

/** How many cells a pane has. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a pane shows; lines may be shorter than the pane is wide, and fewer than it is high. */
export interface Body {
  readonly lines: readonly Line[];
  readonly chart?: Chart | undefined;
  readonly list?: VisibleRows | undefined;
}
