import { possibleHistories } from "./lanes-pane.ts";
import type { View } from "./view.ts";

/** How many rows each pane wants, its head among them. */
export interface WantedRows {
  readonly leases: number;
  /** LEASES with all its rows, however few are left for other panes */
  readonly allLeases: number;
  readonly etcd: number;
  readonly members: number;
  readonly history: number;
}

/**
 * LEASES, and with it the stage, has at least so many rows: three leases and three API servers;
 * where there is room, one more, which gives the stage air under its title.
 */
const LEAST_LEASES = { low: 9, high: 10, from: 36 };
/** WHO LED gets so many before LEASES grows: three leases, etcd, its members. */
const LEAST_LANES = { low: 5, high: 6 };
/** Rows that a table of members wants before anything is known: three members are the usual number. */
const USUAL = 3;

/**
 * How many rows each pane wants on a screen of `height` rows, of which `room` are for LEASES, ETCD and WHO LED:
 * many leases and many lanes share what ETCD leaves.
 */
export function wantedRows(view: View, height: number, room: number): WantedRows {
  const { leases, apiServers, etcd } = view.assessment;
  const histories = possibleHistories(view);
  const known = etcd.state === "members";
  const tried = etcd.state === "no-way" && !etcd.managed ? Math.min(etcd.tried.length, 4) : USUAL;
  const status = 2 + (known ? etcd.rows.length : tried);
  const members = 2 + (known && etcd.list.members.length > 0 ? etcd.list.members.length : USUAL);
  const leastLeases = height >= LEAST_LEASES.from ? LEAST_LEASES.high : LEAST_LEASES.low;
  const leastLanes = view.tall ? LEAST_LANES.high : LEAST_LANES.low;
  const servers = apiServers.rows.length === 0 ? 0 : apiServers.rows.length + 1;
  const shared = room - status;
  const all = 2 + leases.rows.length + servers;
  const leasesRows = within(all, leastLeases, shared - leastLanes);
  return {
    leases: leasesRows,
    allLeases: Math.max(all, leastLeases),
    etcd: status,
    members,
    history: within(
      1 + (histories.length === 0 ? USUAL + 1 : histories.length),
      2,
      Math.max(leastLanes, shared - leasesRows),
    ),
  };
}

function within(n: number, least: number, most: number): number {
  return Math.max(least, Math.min(n, most));
}
