import type { ScreenView } from "../monitor.ts";
import type { Place, Rectangle } from "./place.ts";
import type { Rows } from "./rows.ts";
import { openedPane } from "./place.ts";
import { sharedRows, wanted } from "./rows.ts";
import { ETCD } from "../panes/etcd.ts";
import { HEADLINE } from "../panes/headline.ts";
import { CLOSED_KEYS } from "../panes/keys.ts";
import { LEADERSHIP } from "../panes/leadership.ts";
import { LEASES } from "../panes/leases.ts";
import { MEMBERS } from "../panes/members.ts";
import { TIMELINE } from "../panes/timeline.ts";

/** Where both URLs of a member have room, MEMBERS has a row of its own. */
const ROOMY = { width: 150, height: 44 };
/** Below this, there are no blank rows. */
const WITH_AIR = 34;
const GAP = 2;
/** Rows for what stands below: TIMELINE and MEMBERS, KEYS. */
const BELOW = 7;

/** Rows that stay for what was opened; or for the head and the newest event of TIMELINE, and KEYS. */
const LEAST_OPENED = 5;
const LEAST_BELOW = 3;
/** Rows that stay for ETCD: two members, and how many more there are. */
const LEAST_ETCD = 5;

/** LEASES and the headline side by side, ETCD, LEADERSHIP, then TIMELINE and MEMBERS side by side, KEYS or what was opened. */
export function arrangeWide(view: ScreenView, room: Rectangle, height: number): readonly Place[] {
  const rows = sharedRows(view, height, room.height - BELOW);
  const roomy = room.width >= ROOMY.width && height >= ROOMY.height;
  const left = Math.max(57, Math.round(room.width * 0.57));
  const right = { left: left + GAP, width: room.width - left - GAP };
  const air = airOf(room, rows, roomy, height);
  const opened = openedPane(view.monitor);
  const places: Place[] = [];
  let top = room.top + air.next();
  const rest = (): number => room.top + room.height - top;
  const put = (pane: Place["pane"], at: Partial<Rectangle>): void => {
    const fits = Math.min(at.height ?? 0, rest());
    if (fits > 0) places.push({ pane, ...room, top, ...at, height: fits });
  };
  const row = (pane: Place["pane"], rowsOf: number): void => {
    put(pane, { height: rowsOf });
    top += rowsOf + air.next();
  };
  put(LEASES, { width: left, height: rows.leases });
  put(HEADLINE, { ...right, height: rows.leases });
  top += rows.leases + air.next();
  row(ETCD, opened ? Math.min(rows.etcd, Math.max(LEAST_ETCD, rest() - LEAST_OPENED)) : rows.etcd);
  if (roomy) row(MEMBERS, rows.members);
  // LEADERSHIP gives its rows first: a head alone says nothing.
  const history = rest() - (opened ? LEAST_OPENED : LEAST_BELOW);
  if (history > 1) row(LEADERSHIP, Math.min(rows.history, history));
  const between = air.next();
  const below = opened ? openedRows(rest() - rows.members - between, rest(), wanted(opened, view)) : 1;
  const events = rest() - below - between;
  if (events > 1) put(TIMELINE, { width: roomy ? room.width : left, height: events });
  if (events > 1 && !roomy) put(MEMBERS, { ...right, height: events });
  top = room.top + room.height - below;
  put(opened ?? CLOSED_KEYS, { height: below });
  return places;
}

/** What was opened takes the place of TIMELINE and MEMBERS, unless all three have room. */
function openedRows(spare: number, rest: number, wants: number): number {
  return spare > 8 ? Math.min(spare, wants) : rest;
}

/** The blank rows, handed out from the top: when there are few, the lower panes have none between them. */
function airOf(room: Rectangle, rows: Rows, roomy: boolean, height: number): { next: () => number } {
  const panes = rows.leases + rows.etcd + rows.members + rows.history + 1 + (roomy ? 5 : 0);
  let left = height >= WITH_AIR ? Math.min(6, room.height - panes) : 0;
  return { next: () => (left-- > 0 ? 1 : 0) };
}
