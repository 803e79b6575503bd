import { closedKeysPane, openKeysPane } from "./keys-pane.ts";
import { etcdPane } from "./etcd-pane.ts";
import { findingsPane } from "./findings-pane.ts";
import { leadershipPane } from "./lanes-pane.ts";
import { leasesPane } from "./leases-pane.ts";
import type { LowerPane } from "./lower-pane.ts";
import { lowerPane } from "./lower-pane.ts";
import { membersPane } from "./members-pane.ts";
import type { Place, Rectangle } from "./place.ts";
import type { PaneId } from "./screen.ts";
import { headlinePane } from "./stage-pane.ts";
import { timelinePane } from "./timeline-pane.ts";
import type { Draw, View } from "./view.ts";
import type { WantedRows } from "./wanted-rows.ts";
import { wantedRows } from "./wanted-rows.ts";

/** Where both URLs of a member have room, MEMBERS has a row of its own. */
const ROOMY = { width: 150, height: 44 };
/** Below this, there are no blank rows. */
const WITH_AIR = 34;
const GAP = 2;
/** Rows for what stands below: TIMELINE and MEMBERS, KEYS. */
const BELOW = 7;

/** LEASES and the stage side by side, ETCD, WHO LED, then TIMELINE and MEMBERS side by side, KEYS or FINDINGS. */
export function arrangeWide(view: View, room: Rectangle, height: number): readonly Place[] {
  const wanted = wantedRows(view, height, room.height - BELOW);
  const roomy = room.width >= ROOMY.width && height >= ROOMY.height;
  const left = Math.max(57, Math.round(room.width * 0.57));
  const right = { left: left + GAP, width: room.width - left - GAP };
  const air = airOf(room, wanted, roomy, height);
  const places: Place[] = [];
  let top = room.top + air.next();
  const put = (id: PaneId, draw: Draw, at: Partial<Rectangle>): void => {
    const rows = Math.min(at.height ?? 0, room.top + room.height - top);
    if (rows > 0) places.push({ id, ...room, top, ...at, height: rows, draw });
  };
  const row = (id: PaneId, draw: Draw, rows: number): void => {
    put(id, draw, { height: rows });
    top += rows + air.next();
  };
  put("leases", leasesPane, { width: left, height: wanted.leases });
  put("stage", headlinePane, { ...right, height: wanted.leases });
  top += wanted.leases + air.next();
  row("etcd", etcdPane, wanted.etcd);
  if (roomy) row("members", membersPane, wanted.members);
  // The last row is that of KEYS.
  row("lanes", leadershipPane, Math.min(wanted.history, room.top + room.height - top - 1));
  const between = air.next();
  const rest = room.top + room.height - top;
  const which = lowerPane(view.monitor);
  const opened = which === "events" ? 1 : openRows(rest - wanted.members - between, rest);
  const events = rest - opened - between;
  if (events > 1) put("timeline", timelinePane, { width: roomy ? room.width : left, height: events });
  if (events > 1 && !roomy) put("members", membersPane, { ...right, height: events });
  top = room.top + room.height - opened;
  put(LOWER[which].id, LOWER[which].draw, { height: opened });
  return places;
}

/** What stands at the bottom: one row of KEYS below TIMELINE and MEMBERS, or what was opened. */
const LOWER: Readonly<Record<LowerPane, Pick<Place, "id" | "draw">>> = {
  events: { id: "keys", draw: closedKeysPane },
  findings: { id: "findings", draw: findingsPane },
  keys: { id: "keys", draw: openKeysPane },
};

/** Open, KEYS or FINDINGS takes the place of TIMELINE and MEMBERS, unless all three have room. */
function openRows(spare: number, rest: number): number {
  return spare > 8 ? Math.min(spare, 14) : rest;
}

/** The blank rows, handed out from the top: when there are few, the lower panes have none between them. */
function airOf(room: Rectangle, wanted: WantedRows, roomy: boolean, height: number): { next: () => number } {
  const panes = wanted.leases + wanted.etcd + wanted.members + wanted.history + 1 + (roomy ? 5 : 0);
  let left = height >= WITH_AIR ? Math.min(6, room.height - panes) : 0;
  return { next: () => (left-- > 0 ? 1 : 0) };
}
