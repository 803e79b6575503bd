import type { ScreenView } from "../monitor.ts";
import type { Place, Rectangle } from "./place.ts";
import { isBelow, isUrgent, lower, openedPane } from "./place.ts";
import { sharedRows } from "./rows.ts";
import { paneOf } from "../input/focus.ts";
import { ETCD } from "../panes/etcd.ts";
import { HEADLINE } from "../panes/headline.ts";
import { LEADERSHIP } from "../panes/leadership.ts";
import { LEASES } from "../panes/leases.ts";
import { MEMBERS } from "../panes/members.ts";
import { TIMELINE } from "../panes/timeline.ts";

/** The rows of the headline, and how many must be left for a pane below it. */
const HEADLINE_ROWS = 8;
const USEFUL = 4;
/** Rows for TIMELINE. */
const BELOW = 2;

/**
 * One below the other: LEASES, ETCD, LEADERSHIP, TIMELINE. The headline, what was opened or the pane that has the focus takes
 * the place of the last two; beside another one the headline is its title only, because the summary bar counts.
 */
export function arrangeNarrow(view: ScreenView, room: Rectangle, height: number): readonly Place[] {
  const rows = sharedRows(view, height, room.height - BELOW);
  const { focus } = view.monitor;
  const opened = openedPane(view.monitor);
  const places: Place[] = [];
  let top = room.top;
  const rest = (): number => room.top + room.height - top;
  const put = (pane: Place["pane"], rowsOf: number): void => {
    const fits = Math.min(rowsOf, rest());
    if (fits > 0) places.push({ pane, ...room, top, height: fits });
    top += Math.max(0, fits);
  };
  put(LEASES, rows.leases);
  put(ETCD, rows.etcd);
  if (isUrgent(view)) {
    const other = opened !== undefined || isBelow(view.monitor);
    put(HEADLINE, other && rest() < HEADLINE_ROWS + USEFUL ? 1 : HEADLINE_ROWS);
  }
  if (opened) {
    put(opened, rest());
    return places;
  }
  if (focus === MEMBERS.id) put(MEMBERS, rows.members);
  else if (rest() > rows.history && !(focus === TIMELINE.id && rest() < rows.history + USEFUL))
    put(LEADERSHIP, rows.history);
  if (rest() > 1) put(TIMELINE, rest());
  return places;
}

/** Rows for TIMELINE: its head and two events; and for LEASES: three leases and three API servers. */
const EVENTS = 3;
const LEAST_LEASES = 9;

/**
 * The headline if there is trouble, then the pane with the focus: where both have no room, the headline is its title. LEASES
 * and ETCD stand one below the other where both have room, and TIMELINE has what they leave.
 */
export function onePane(view: ScreenView, room: Rectangle): readonly Place[] {
  const { focus } = view.monitor;
  const tall =
    focus === LEASES.id || room.height > HEADLINE_ROWS + 2 ? Math.min(HEADLINE_ROWS, room.height) : 1;
  const headline = isUrgent(view) ? tall : 0;
  const rest = lower(room, headline);
  const places: Place[] = [];
  if (headline > 0) places.push({ pane: HEADLINE, ...room, height: headline });
  if (rest.height > 2) places.push(...panesBelow(view, rest));
  return places;
}

function panesBelow(view: ScreenView, room: Rectangle): readonly Place[] {
  const { focus } = view.monitor;
  const { etcd, allLeases } = sharedRows(view, room.height, room.height);
  const leases = Math.min(allLeases, room.height - etcd);
  const left = room.height - leases - etcd;
  if ((focus !== LEASES.id && focus !== ETCD.id) || leases < LEAST_LEASES)
    return [{ pane: paneOf(focus), ...room }];
  const places: Place[] = [
    { pane: LEASES, ...room, height: leases },
    { pane: ETCD, ...lower(room, leases), height: etcd + (left < EVENTS ? left : 0) },
  ];
  if (left >= EVENTS) places.push({ pane: TIMELINE, ...lower(room, leases + etcd) });
  return places;
}
