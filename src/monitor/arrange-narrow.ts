import { etcdPane } from "./etcd-pane.ts";
import { findingsPane } from "./findings-pane.ts";
import { openKeysPane } from "./keys-pane.ts";
import { leadershipPane } from "./lanes-pane.ts";
import { leasesPane } from "./leases-pane.ts";
import { lowerPane } from "./lower-pane.ts";
import { membersPane } from "./members-pane.ts";
import type { Place, Rectangle } from "./place.ts";
import { isUrgent } from "./place.ts";
import type { PaneId } from "./screen.ts";
import { headlinePane } from "./stage-pane.ts";
import { timelinePane } from "./timeline-pane.ts";
import type { Draw, View } from "./view.ts";
import { wantedRows } from "./wanted-rows.ts";

/** The rows of the stage, and how many must be left for a pane below it. */
const STAGE = 8;
const USEFUL = 4;
/** Rows for TIMELINE. */
const BELOW = 2;

/**
 * One below the other: LEASES, ETCD, WHO LED, TIMELINE. The stage, KEYS, FINDINGS or the pane that has the focus takes
 * the place of the last two; beside another one the stage is its title only, because the tile counts.
 */
export function arrangeNarrow(view: View, room: Rectangle, height: number): readonly Place[] {
  const wanted = wantedRows(view, height, room.height - BELOW);
  const { focus } = view.monitor;
  const lower = lowerPane(view.monitor);
  const places: Place[] = [];
  let top = room.top;
  const rest = (): number => room.top + room.height - top;
  const put = (id: PaneId, draw: Draw, rows: number): void => {
    const fits = Math.min(rows, rest());
    if (fits > 0) places.push({ id, ...room, top, height: fits, draw });
    top += Math.max(0, fits);
  };
  put("leases", leasesPane, wanted.leases);
  put("etcd", etcdPane, wanted.etcd);
  if (isUrgent(view)) {
    const other = lower !== "events" || focus === "members" || focus === "timeline";
    put("stage", headlinePane, other && rest() < STAGE + USEFUL ? 1 : STAGE);
  }
  if (lower !== "events") {
    put(lower, lower === "keys" ? openKeysPane : findingsPane, rest());
    return places;
  }
  if (focus === "members") put("members", membersPane, wanted.members);
  else if (rest() > wanted.history && !(focus === "timeline" && rest() < wanted.history + USEFUL))
    put("lanes", leadershipPane, wanted.history);
  if (rest() > 1) put("timeline", timelinePane, rest());
  return places;
}
