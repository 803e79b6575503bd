import type { Assessment } from "../core/assessment.ts";
import type { TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Glyphs } from "./text/glyphs.ts";
import type { Monitor } from "./monitor.ts";
import type { Chart, FocusId, Line, VisibleRows } from "./screen.ts";

/** All that a pane is drawn from. */
export interface View {
  readonly glyphs: Glyphs;
  /** the present; the picture may be older: `assessment.now` */
  readonly now: Instant;
  readonly assessment: Assessment;
  /** newest first, marks among them */
  readonly events: readonly TimelineEvent[];
  readonly monitor: Monitor;
  /** the headline pane stands beside LEASES, not in the place of other panes */
  readonly headlineBeside: boolean;
  /** there are rows enough for the nice to have */
  readonly tall: boolean;
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

/** Draws a pane. */
export type Draw = (view: View, size: Size) => Body;

/** Whether a pane has the focus. */
export function hasFocus(view: View, id: FocusId): boolean {
  return view.monitor.focus === id;
}
