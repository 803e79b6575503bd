import type { SidePane } from "../pane.ts";
import type { View } from "../view.ts";
import { ETCD } from "../panes/etcd.ts";
import { LEADERSHIP } from "../panes/leadership.ts";
import { LEASES } from "../panes/leases.ts";
import { MEMBERS } from "../panes/members.ts";

/** How many rows each pane gets, its head among them. */
export interface Rows {
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

/**
 * How many rows each pane gets of those that it wants, on a screen of `height` rows, of which `room` are for LEASES, ETCD
 * and LEADERSHIP: many leases and many histories share what ETCD leaves.
 */
export function sharedRows(view: View, height: number, room: number): Rows {
  const leastLeases = height >= LEAST_LEASES.from ? LEAST_LEASES.high : LEAST_LEASES.low;
  const leastHistory = view.tall ? LEAST_HISTORY.high : LEAST_HISTORY.low;
  const etcd = wanted(ETCD, view);
  const all = wanted(LEASES, view);
  const shared = room - etcd;
  const leases = within(all, leastLeases, shared - leastHistory);
  const history = within(wanted(LEADERSHIP, view), 2, Math.max(leastHistory, shared - leases));
  return { leases, allLeases: Math.max(all, leastLeases), etcd, members: wanted(MEMBERS, view), history };
}

/** The rows that a pane wants; one that says nothing takes what is left. */
export function wanted({ wants }: Pick<SidePane, "wants">, view: View): number {
  return wants?.(view) ?? Infinity;
}

function within(n: number, least: number, most: number): number {
  return Math.max(least, Math.min(n, most));
}
