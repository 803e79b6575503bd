import type { Monitor } from "../monitor.ts";
import type { PaneSpec, SidePane } from "../pane.ts";
import type { FocusId, PaneId } from "../panes.ts";
import type { View } from "../view.ts";
import { PANES } from "../panes.ts";
import { isOpen } from "../input/focus.ts";
import { MEMBERS } from "../panes/members.ts";
import { TIMELINE } from "../panes/timeline.ts";

/** Where a pane goes. */
export interface Place extends Rectangle {
  readonly pane: PaneSpec<FocusId> | SidePane<PaneId, FocusId>;
}

/** Cells of the screen. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A part of the screen without its first rows. */
export function lower(room: Rectangle, by: number): Rectangle {
  return { ...room, top: room.top + by, height: room.height - by };
}

/** Whether TIMELINE or MEMBERS has the focus: they are seen then, whatever was opened in their place. */
export function isBelow({ focus }: Monitor): boolean {
  return focus === TIMELINE.id || focus === MEMBERS.id;
}

/** The opened pane that is seen: the one with the focus, else the first; undefined: none, or TIMELINE and MEMBERS are. */
export function openedPane(monitor: Monitor): PaneSpec<FocusId> | undefined {
  if (isBelow(monitor)) return undefined;
  const open = PANES.filter((pane) => pane.opening && isOpen(monitor, pane));
  return open.find(({ id }) => id === monitor.focus) ?? open[0];
}

/** Whether the headline is trouble. */
export function isUrgent({ assessment }: View): boolean {
  return assessment.headline.kind !== "calm" && assessment.headline.kind !== "starting";
}
