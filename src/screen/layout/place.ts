import type { Monitor } from "../monitor.ts";
import type { FocusId, PaneId } from "../screen.ts";
import type { Draw, View } from "../view.ts";
import { etcdPane } from "../panes/etcd.ts";
import { openKeysPane } from "../panes/keys.ts";
import { findingsPane } from "../panes/findings.ts";
import { leasesPane } from "../panes/leases.ts";
import { membersPane } from "../panes/members.ts";
import { timelinePane } from "../panes/timeline.ts";

/** What shares the place below LEADERSHIP. */
export type LowerPane = "events" | "findings" | "keys";

/**
 * Which of those that share the lower place is seen: the one with the focus, else what was opened, else what happened
 * and who is a member.
 */
export function lowerPane({ focus, findings, search }: Monitor): LowerPane {
  if (focus === "timeline" || focus === "members") return "events";
  if (focus === "keys" && search) return "keys";
  if (findings) return "findings";
  return search ? "keys" : "events";
}

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

/** Whether the headline is trouble. */
export function isUrgent({ assessment }: View): boolean {
  return assessment.headline.kind !== "calm" && assessment.headline.kind !== "starting";
}
