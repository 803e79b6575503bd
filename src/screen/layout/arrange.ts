import type { View, Draw, Size } from "../view.ts";
import type { LowerPane, Place, Rectangle } from "./place.ts";
import { lowerPane, isUrgent, PANES } from "./place.ts";
import type { PaneId, FocusId } from "../screen.ts";
import { possibleHistories, leadershipPane } from "../panes/leadership.ts";
import { closedKeysPane, openKeysPane } from "../panes/keys.ts";
import { etcdPane } from "../panes/etcd.ts";
import { findingsPane } from "../panes/findings.ts";
import { leasesPane } from "../panes/leases.ts";
import { membersPane } from "../panes/members.ts";
import { headlinePane } from "../panes/headline.ts";
import { timelinePane } from "../panes/timeline.ts";
import { summaryBar } from "../panes/summary-bar.ts";
import { footer } from "../panes/footer.ts";
import { gapsPane } from "../panes/renew-gaps.ts";
import { memberPane } from "../panes/member.ts";

/** How many rows each pane wants, its head among them. */
interface WantedRows {
  readonly leases: number;
  /** LEASES with all its rows, however few are left for other panes */
  readonly allLeases: number;
  readonly etcd: number;
  readonly members: number;
  readonly history: number;
}

/**
 * LEASES, and with it the headline, has at least so many rows: three leases and three API servers;
 * where there is room, one more, which gives the headline a blank row under its title.
 */
const LEAST_LEASES = { low: 9, high: 10, from: 36 };
/** LEADERSHIP gets so many before LEASES grows: three leases, etcd, its members. */
const LEAST_HISTORY = { low: 5, high: 6 };
/** Rows that a table of members wants before anything is known: three members are the usual number. */
const USUAL = 3;

/**
 * How many rows each pane wants on a screen of `height` rows, of which `room` are for LEASES, ETCD and LEADERSHIP:
 * many leases and many histories share what ETCD leaves.
 */
function wantedRows(view: View, height: number, room: number): WantedRows {
  const { leases, apiServers, etcd } = view.assessment;
  const histories = possibleHistories(view);
  const known = etcd.state === "members";
  const tried = etcd.state === "notConfigured" && !etcd.managed ? Math.min(etcd.tried.length, 4) : USUAL;
  const status = 2 + (known ? etcd.rows.length : tried);
  const members = 2 + (known && etcd.list.members.length > 0 ? etcd.list.members.length : USUAL);
  const leastLeases = height >= LEAST_LEASES.from ? LEAST_LEASES.high : LEAST_LEASES.low;
  const leastHistory = view.tall ? LEAST_HISTORY.high : LEAST_HISTORY.low;
  const servers = apiServers.rows.length === 0 ? 0 : apiServers.rows.length + 1;
  const shared = room - status;
  const all = 2 + leases.rows.length + servers;
  const leasesRows = within(all, leastLeases, shared - leastHistory);
  return {
    leases: leasesRows,
    allLeases: Math.max(all, leastLeases),
    etcd: status,
    members,
    history: within(
      1 + (histories.length === 0 ? USUAL + 1 : histories.length),
      2,
      Math.max(leastHistory, shared - leasesRows),
    ),
  };
}

function within(n: number, least: number, most: number): number {
  return Math.max(least, Math.min(n, most));
}

/** Where both URLs of a member have room, MEMBERS has a row of its own. */
const ROOMY = { width: 150, height: 44 };
/** Below this, there are no blank rows. */
const WITH_AIR = 34;
const GAP = 2;
/** Rows for what stands below: TIMELINE and MEMBERS, KEYS. */
const BELOW = 7;

/** LEASES and the headline side by side, ETCD, LEADERSHIP, then TIMELINE and MEMBERS side by side, KEYS or FINDINGS. */
function arrangeWide(view: View, room: Rectangle, height: number): readonly Place[] {
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
  put("headline", headlinePane, { ...right, height: wanted.leases });
  top += wanted.leases + air.next();
  row("etcd", etcdPane, wanted.etcd);
  if (roomy) row("members", membersPane, wanted.members);
  // The last row is that of KEYS.
  row("leadership", leadershipPane, Math.min(wanted.history, room.top + room.height - top - 1));
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

/** The rows of the headline, and how many must be left for a pane below it. */
const HEADLINE = 8;
const USEFUL = 4;
/** Rows for TIMELINE. */
const BELOW_NARROW = 2;

/**
 * One below the other: LEASES, ETCD, LEADERSHIP, TIMELINE. The headline, KEYS, FINDINGS or the pane that has the focus takes
 * the place of the last two; beside another one the headline is its title only, because the summary bar counts.
 */
function arrangeNarrow(view: View, room: Rectangle, height: number): readonly Place[] {
  const wanted = wantedRows(view, height, room.height - BELOW_NARROW);
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
    put("headline", headlinePane, other && rest() < HEADLINE + USEFUL ? 1 : HEADLINE);
  }
  if (lower !== "events") {
    put(lower, lower === "keys" ? openKeysPane : findingsPane, rest());
    return places;
  }
  if (focus === "members") put("members", membersPane, wanted.members);
  else if (rest() > wanted.history && !(focus === "timeline" && rest() < wanted.history + USEFUL))
    put("leadership", leadershipPane, wanted.history);
  if (rest() > 1) put("timeline", timelinePane, rest());
  return places;
}

/** From this width on the headline stands beside LEASES. */
export const HEADLINE_BESIDE = 100;
/** From so many rows on there are blank rows between the panes, and a lane of the members that are up. */
export const TALL = 34;
/** Smaller than this, one pane is shown at a time. */
const SEVERAL = { width: 80, height: 24 };

/**
 * Where each pane goes. What goes first when cells are few: air, events, columns, the lease's detail, lanes;
 * then it is one pane at a time.
 */
export function arrange(view: View, { width, height }: Size): readonly Place[] {
  const small = width < SEVERAL.width || height < SEVERAL.height;
  const summaryHeight = small ? 1 : 2;
  const footerHeight = height >= 30 ? 2 : 1;
  const top = summaryHeight + (small && height >= 12 ? 1 : 0);
  const room = { left: 0, top, width, height: height - footerHeight - top };
  return [
    { id: "summary", left: 0, top: 0, width, height: summaryHeight, draw: summaryBar },
    ...body(view, room, { width, height }),
    { id: "footer", left: 0, top: height - footerHeight, width, height: footerHeight, draw: footer },
  ];
}

function body(view: View, room: Rectangle, { width, height }: Size): readonly Place[] {
  if (view.monitor.zoomed) return zoomed(view, view.monitor.zoomed, height >= TALL ? lower(room, 1) : room);
  if (width < SEVERAL.width || height < SEVERAL.height) return onePane(view, room);
  return width >= HEADLINE_BESIDE ? arrangeWide(view, room, height) : arrangeNarrow(view, room, height);
}

/** Below the leases that are zoomed: the rows of the headline, and the fewest in which a chart can be read. */
const HEADLINE_BELOW = 10;
const CHART_BELOW = 8;

/** Below the members that are zoomed: the fewest rows in which one of them can say the most important. */
const MEMBER_BELOW = 6;

/**
 * A pane at full size. Below all the members the selected one shows its whole status. Below all the leases the selected one has its detail and the chart of its gaps; where there is
 * room for one of them only, the chart, or the headline in trouble.
 */
function zoomed(view: View, id: FocusId, room: Rectangle): readonly Place[] {
  const { leases, apiServers, etcd } = view.assessment;
  if (id === "etcd" && etcd.state === "members") return zoomedEtcd(room, etcd.rows.length + 3);
  const rows = 4 + leases.rows.length + apiServers.rows.length;
  const below = lower(room, rows);
  const full: Place = { id, ...room, draw: PANES[id] };
  if (id !== "leases" || below.height < CHART_BELOW) return [full];
  const both = below.height >= HEADLINE_BELOW + CHART_BELOW;
  const headline = both || (isUrgent(view) && below.height >= HEADLINE_BELOW) ? HEADLINE_BELOW : 0;
  const places: Place[] = [{ ...full, height: rows }];
  if (headline > 0) places.push({ id: "headline", ...below, height: headline, draw: headlinePane });
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
 * The headline if there is trouble, then the pane with the focus: where both have no room, the headline is its title. LEASES
 * and ETCD stand one below the other where both have room, and TIMELINE has what they leave.
 */
function onePane(view: View, room: Rectangle): readonly Place[] {
  const { focus } = view.monitor;
  const tall = focus === "leases" || room.height > 8 + 2 ? Math.min(8, room.height) : 1;
  const headline = isUrgent(view) ? tall : 0;
  const rest = lower(room, headline);
  const places: Place[] = [];
  if (headline > 0) places.push({ id: "headline", ...room, height: headline, draw: headlinePane });
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
