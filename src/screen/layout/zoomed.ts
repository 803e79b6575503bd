import type { ScreenView } from "../monitor.ts";
import type { FocusId } from "../panes.ts";
import type { Place, Rectangle } from "./place.ts";
import { isUrgent, lower } from "./place.ts";
import { wanted } from "./rows.ts";
import { paneOf } from "../input/focus.ts";
import { ETCD } from "../panes/etcd.ts";
import { HEADLINE } from "../panes/headline.ts";
import { LEASES } from "../panes/leases.ts";
import { MEMBER } from "../panes/member.ts";
import { GAPS } from "../panes/renew-gaps.ts";

/** Below the leases that are zoomed: the rows of the headline, and the fewest in which a chart can be read. */
const HEADLINE_BELOW = 10;
const CHART_BELOW = 8;

/** Below the members that are zoomed: the fewest rows in which one of them can say the most important. */
const MEMBER_BELOW = 6;

/**
 * A pane at full size. Below all the members the selected one shows its whole status. Below all the leases the selected
 * one has its detail and the chart of its gaps; where there is room for one of them only, the chart, or the headline in
 * trouble.
 */
export function zoomed(view: ScreenView, id: FocusId, room: Rectangle): readonly Place[] {
  const { leases, apiServers, etcd } = view.assessment;
  if (id === ETCD.id && etcd.state === "members") return zoomedEtcd(room, wanted(ETCD, view) + 1);
  const rows = 4 + leases.rows.length + apiServers.rows.length;
  const below = lower(room, rows);
  const full: Place = { pane: paneOf(id), ...room };
  if (id !== LEASES.id || below.height < CHART_BELOW) return [full];
  const both = below.height >= HEADLINE_BELOW + CHART_BELOW;
  const headline = both || (isUrgent(view) && below.height >= HEADLINE_BELOW) ? HEADLINE_BELOW : 0;
  const places: Place[] = [{ ...full, height: rows }];
  if (headline > 0) places.push({ pane: HEADLINE, ...below, height: headline });
  if (both || headline === 0) places.push({ pane: GAPS, ...lower(below, headline) });
  return places;
}

function zoomedEtcd(room: Rectangle, rows: number): readonly Place[] {
  const below = lower(room, rows);
  if (below.height < MEMBER_BELOW) return [{ pane: ETCD, ...room }];
  return [
    { pane: ETCD, ...room, height: rows },
    { pane: MEMBER, ...below },
  ];
}
