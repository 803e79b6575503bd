import type { OpenedKey } from "../core/keys/value.ts";
import type { KeyHit, KeySearch } from "../core/keys/search.ts";
import type { ClusterState, TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";
import type { FocusId } from "./screen.ts";
import { groupEvents } from "../core/timeline.ts";
import { initialState } from "../core/reduce.ts";

/** All that the full screen shows: the state of the cluster and of the user interface. Immutable. */
export interface Monitor {
  /** the name of the cluster: the kubeconfig's context */
  readonly cluster: string;
  /** `host:port` of the API server that the kubeconfig names */
  readonly server: string | undefined;
  readonly state: ClusterState;
  readonly focus: FocusId;
  /** the headline pane shows the detail of the selected lease */
  readonly selected: Selection;
  /** FINDINGS is open; where the focus goes when it closes */
  readonly findings: { readonly back: FocusId } | undefined;
  /** the pane that has the whole screen */
  readonly zoomed: FocusId | undefined;
  readonly help: boolean;
  /** the first line of help that is seen, where not all have room */
  readonly helpTop: number;
  readonly paused: Paused | undefined;
  readonly search: SearchBox | undefined;
  readonly toast: Toast | undefined;
  /** what the person marked, newest first */
  readonly marks: readonly TimelineEvent[];
}

/** The selected row of each list by its key, so that others may come and go before it; undefined: the first one. */
export type Selection = Readonly<Partial<Record<FocusId, string | undefined>>>;

/** The screen shows the state of `at`; new data is still received. */
export interface Paused {
  readonly at: Instant;
  readonly state: ClusterState;
}

/** The search box: what is typed into it, and how far the search has come. */
export interface SearchBox {
  readonly query: string;
  /** keys go into the box */
  readonly typing: boolean;
  readonly result: KeySearch | undefined;
  /** a hit that was opened, "asking" until the members have answered; `top`: its first line that is seen */
  readonly opened: { readonly key: OpenedKey | "asking"; readonly top: number } | undefined;
}

/** A message of one line above the keys; `esc` drops it. */
export interface Toast {
  readonly text: string;
  readonly tone: "ok" | "warn" | "bad";
  readonly at: Instant;
  /** it happened while the screen was paused */
  readonly whilePaused: boolean;
}

/** What the program asks of the world after an update. */
export type Effect =
  | { readonly kind: "quit" }
  /** keys are read, if they are not yet, and searched; "": they are only read */
  | { readonly kind: "search"; readonly query: string }
  | { readonly kind: "open-key"; readonly hit: KeyHit }
  | { readonly kind: "cancel-search" };

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
    focus: "leases",
    selected: {},
    findings: undefined,
    zoomed: undefined,
    help: false,
    helpTop: 0,
    paused: undefined,
    search: undefined,
    toast: undefined,
    marks: [],
  };
}

/** What is shown, and as of when: the present, or while paused the moment in which the picture stopped. */
export function shownState(monitor: Monitor, now: Instant): { state: ClusterState; now: Instant } {
  return monitor.paused
    ? { state: monitor.paused.state, now: monitor.paused.at }
    : { state: monitor.state, now };
}

/** The timeline with the marks in it, newest first. */
export function shownEvents(monitor: Monitor, state: ClusterState): readonly TimelineEvent[] {
  const events = groupEvents(state.events);
  if (monitor.marks.length === 0) return events;
  return [...monitor.marks, ...events].sort((a, b) => b.at.mono - a.at.mono);
}
