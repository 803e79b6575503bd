import { shownLanes } from "./lanes-pane.ts";
import type { View } from "./view.ts";

/** How many rows each pane wants, its head among them. */
export interface WantedRows {
  readonly leases: number;
  readonly etcd: number;
  readonly members: number;
  readonly lanes: number;
}

/**
 * LEASES, and with it the stage, has at least so many rows: three leases and three API servers;
 * where there is room, one more, which gives the stage air under its title.
 */
const LEAST_LEASES = { low: 9, high: 10, from: 36 };
/** Rows that a table of members wants before anything is known: three members are the usual number. */
const USUAL = 3;

/** How many rows each pane wants on a screen of `height` rows; LEASES and WHO LED leave room for the others. */
export function wantedRows(view: View, height: number): WantedRows {
  const { leases, apiServers, etcd } = view.assessment;
  const servers = apiServers.rows.length === 0 ? 0 : apiServers.rows.length + 1;
  const known = etcd.state === "members";
  const tried = etcd.state === "no-way" ? Math.min(etcd.tried.length, 4) : USUAL;
  const lanes = shownLanes(view).length;
  const leastLeases = height >= LEAST_LEASES.from ? LEAST_LEASES.high : LEAST_LEASES.low;
  return {
    leases: within(2 + leases.rows.length + servers, leastLeases, Math.floor(height * 0.45)),
    etcd: 2 + (known ? etcd.rows.length : tried),
    members: 2 + (known && etcd.list.members.length > 0 ? etcd.list.members.length : USUAL),
    lanes: within(1 + (lanes === 0 ? USUAL + 1 : lanes), 2, Math.max(6, Math.floor(height * 0.25))),
  };
}

function within(n: number, least: number, most: number): number {
  return Math.max(least, Math.min(n, most));
}
