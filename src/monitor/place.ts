import { etcdPane } from "./etcd-pane.ts";
import { openKeysPane } from "./keys-pane.ts";
import { findingsPane } from "./findings-pane.ts";
import { leasesPane } from "./leases-pane.ts";
import { membersPane } from "./members-pane.ts";
import type { FocusId, PaneId } from "./screen.ts";
import { timelinePane } from "./timeline-pane.ts";
import type { Draw, View } from "./view.ts";

/** Where a pane goes, and what draws it. */
export interface Place extends Rectangle {
  readonly id: PaneId;
  readonly draw: Draw;
}

/** Cells of the screen. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What draws the panes that can have the focus. */
export const PANES: Readonly<Record<FocusId, Draw>> = {
  leases: leasesPane,
  etcd: etcdPane,
  members: membersPane,
  timeline: timelinePane,
  findings: findingsPane,
  keys: openKeysPane,
};

/** Whether the stage has something to tell. */
export function isUrgent({ assessment }: View): boolean {
  return assessment.headline.kind !== "calm" && assessment.headline.kind !== "starting";
}
