import { arrangeNarrow } from "./arrange-narrow.ts";
import { arrangeWide } from "./arrange-wide.ts";
import type { FocusId } from "./screen.ts";
import { summaryBar } from "./draw-tiles.ts";
import { etcdPane } from "./etcd-pane.ts";
import { footer } from "./footer.ts";
import { gapsPane } from "./gaps-pane.ts";
import { memberPane } from "./member-pane.ts";
import type { Place, Rectangle } from "./place.ts";
import { PANES, isUrgent } from "./place.ts";
import { headlinePane } from "./stage-pane.ts";
import type { Size, View } from "./view.ts";
import { wantedRows } from "./wanted-rows.ts";

/** From this width on the stage stands beside LEASES. */
export const HEADLINE_BESIDE = 100;
/** From so many rows on there is air between the panes, and a lane of the members that are up. */
export const TALL = 34;
/** Smaller than this, one pane is shown at a time. */
const SEVERAL = { width: 80, height: 24 };

/**
 * Where each pane goes. What goes first when cells are few: air, events, columns, the lease's detail, lanes;
 * then it is one pane at a time.
 */
export function arrange(view: View, { width, height }: Size): readonly Place[] {
  const small = width < SEVERAL.width || height < SEVERAL.height;
  const tilesHeight = small ? 1 : 2;
  const footerHeight = height >= 30 ? 2 : 1;
  const top = tilesHeight + (small && height >= 12 ? 1 : 0);
  const room = { left: 0, top, width, height: height - footerHeight - top };
  return [
    { id: "tiles", left: 0, top: 0, width, height: tilesHeight, draw: summaryBar },
    ...body(view, room, { width, height }),
    { id: "footer", left: 0, top: height - footerHeight, width, height: footerHeight, draw: footer },
  ];
}

function body(view: View, room: Rectangle, { width, height }: Size): readonly Place[] {
  if (view.monitor.zoomed) return zoomed(view, view.monitor.zoomed, height >= TALL ? lower(room, 1) : room);
  if (width < SEVERAL.width || height < SEVERAL.height) return onePane(view, room);
  return width >= HEADLINE_BESIDE ? arrangeWide(view, room, height) : arrangeNarrow(view, room, height);
}

/** Below the leases that are zoomed: the rows of the stage, and the fewest in which a chart can be read. */
const STAGE_BELOW = 10;
const CHART_BELOW = 8;

/** Below the members that are zoomed: the fewest rows in which one of them can say the most important. */
const MEMBER_BELOW = 6;

/**
 * A pane at full size. Below all the members the selected one says all that it has to say. Below all the leases the selected one has its detail and the chart of its gaps; where there is
 * room for one of them only, the chart, or the stage while it has something to tell.
 */
function zoomed(view: View, id: FocusId, room: Rectangle): readonly Place[] {
  const { leases, apiServers, etcd } = view.assessment;
  if (id === "etcd" && etcd.state === "members") return zoomedEtcd(room, etcd.rows.length + 3);
  const rows = 4 + leases.rows.length + apiServers.rows.length;
  const below = lower(room, rows);
  const full: Place = { id, ...room, draw: PANES[id] };
  if (id !== "leases" || below.height < CHART_BELOW) return [full];
  const both = below.height >= STAGE_BELOW + CHART_BELOW;
  const headline = both || (isUrgent(view) && below.height >= STAGE_BELOW) ? STAGE_BELOW : 0;
  const places: Place[] = [{ ...full, height: rows }];
  if (headline > 0) places.push({ id: "stage", ...below, height: headline, draw: headlinePane });
  if (both || headline === 0) places.push({ id: "gaps", ...lower(below, headline), draw: gapsPane });
  return places;
}

function zoomedEtcd(room: Rectangle, rows: number): readonly Place[] {
  const below = lower(room, rows);
  const full: Place = { id: "etcd", ...room, draw: etcdPane };
  if (below.height < MEMBER_BELOW) return [full];
  return [
    { ...full, height: rows },
    { id: "member", ...below, draw: memberPane },
  ];
}

function lower(room: Rectangle, by: number): Rectangle {
  return { ...room, top: room.top + by, height: room.height - by };
}

/** Rows for TIMELINE: its head and two events; and for LEASES: three leases and three API servers. */
const EVENTS = 3;
const LEASES = 9;

/**
 * The stage if there is trouble, then the pane with the focus: where both have no room, the stage is its title. LEASES
 * and ETCD stand one below the other where both have room, and TIMELINE has what they leave.
 */
function onePane(view: View, room: Rectangle): readonly Place[] {
  const { focus } = view.monitor;
  const tall = focus === "leases" || room.height > 8 + 2 ? Math.min(8, room.height) : 1;
  const headline = isUrgent(view) ? tall : 0;
  const rest = lower(room, headline);
  const places: Place[] = [];
  if (headline > 0) places.push({ id: "stage", ...room, height: headline, draw: headlinePane });
  if (rest.height > 2) places.push(...panesBelow(view, rest));
  return places;
}

function panesBelow(view: View, room: Rectangle): readonly Place[] {
  const { focus } = view.monitor;
  const { etcd, allLeases } = wantedRows(view, room.height, room.height);
  const leases = Math.min(allLeases, room.height - etcd);
  const left = room.height - leases - etcd;
  if ((focus !== "leases" && focus !== "etcd") || leases < LEASES)
    return [{ id: focus, ...room, draw: PANES[focus] }];
  const places: Place[] = [
    { id: "leases", ...room, height: leases, draw: PANES.leases },
    { id: "etcd", ...lower(room, leases), height: etcd + (left < EVENTS ? left : 0), draw: etcdPane },
  ];
  if (left >= EVENTS) places.push({ id: "timeline", ...lower(room, leases + etcd), draw: PANES.timeline });
  return places;
}
