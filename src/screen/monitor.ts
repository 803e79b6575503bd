import type { ClusterState, TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Contents } from "./contents.ts";
import type { Effect } from "./effect.ts";
import type { FocusId } from "./panes.ts";
import type { Shown, View } from "./view.ts";
import { assess } from "../core/assess.ts";
import { groupEvents } from "../core/timeline.ts";
import { initialState } from "../core/reduce.ts";
import { FIRST } from "./panes.ts";

/** All that the full screen shows: the state of the cluster and of the user interface. Immutable. */
export interface Monitor extends Contents {
  readonly focus: FocusId;
  /** the headline pane shows the detail of the selected lease */
  readonly selected: Selection;
  /** the pane that its key opened; where the focus goes when it closes */
  readonly opened: { readonly pane: FocusId; readonly back: FocusId } | undefined;
  /** the pane that has the whole screen */
  readonly zoomed: FocusId | undefined;
  readonly help: boolean;
  /** the first line of help that is seen, where not all have room */
  readonly helpTop: number;
  readonly toast: Toast | undefined;
}

/** The selected row of each pane by its key, so that others may come and go before it; undefined: the first one. */
export type Selection = Readonly<Partial<Record<FocusId, string | undefined>>>;

/** A message of one line above the keys; `esc` drops it. */
export interface Toast {
  readonly text: string;
  readonly tone: "ok" | "warn" | "bad";
  readonly at: Instant;
  /** it happened while the screen was paused */
  readonly whilePaused: boolean;
}

/** The next state of the screen, and what the world is asked for. */
export interface Updated {
  readonly monitor: Monitor;
  readonly effects: readonly Effect[];
}

/** The screen before anything was seen. */
export function startMonitor(
  about: { readonly cluster: string; readonly server: string | undefined },
  at: Instant,
): Monitor {
  return {
    cluster: about.cluster,
    server: about.server,
    state: initialState(at),
    focus: FIRST,
    selected: {},
    opened: undefined,
    zoomed: undefined,
    help: false,
    helpTop: 0,
    paused: undefined,
    search: undefined,
    toast: undefined,
    marks: [],
  };
}

/** What the layout and the last rows are drawn from, unlike panes also from what has the focus. */
export interface ScreenView extends View {
  readonly monitor: Monitor;
}

/** What is shown, and as of when: the present, or while paused the moment in which the picture stopped. */
export function shownState(monitor: Contents, now: Instant): { state: ClusterState; now: Instant } {
  return monitor.paused
    ? { state: monitor.paused.state, now: monitor.paused.at }
    : { state: monitor.state, now };
}

/** The timeline with the marks in it, newest first. */
export function shownEvents(monitor: Contents, state: ClusterState): readonly TimelineEvent[] {
  const events = groupEvents(state.events);
  if (monitor.marks.length === 0) return events;
  return [...monitor.marks, ...events].sort((a, b) => b.at.mono - a.at.mono);
}

/** What there is to show at that moment. */
export function shownAt(monitor: Contents, at: Instant): Shown {
  const { state, now } = shownState(monitor, at);
  return { monitor, assessment: assess(state, now), events: shownEvents(monitor, state) };
}
