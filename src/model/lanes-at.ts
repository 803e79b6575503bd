import type { EtcdSummary, LeaseRow, LeasesSummary } from "./assessment.ts";
import { memberName } from "./judge-etcd.ts";
import { sourceDownSince, sourceOf } from "./lease-source.ts";
import { ETCD_HISTORY, MEMBERS_HISTORY, withOpenInterval } from "./lanes.ts";
import type { ClusterState, LeadershipHistory, Interval } from "./state.ts";

/** The lanes up to now: what is settled, and at the end of each what is open yet. */
export function historyAt(
  state: ClusterState,
  leases: LeasesSummary,
  etcd: EtcdSummary,
): readonly LeadershipHistory[] {
  const ofLeases = leases.rows.flatMap((row) => {
    if (row.standing === "orphaned") return [];
    const history = state.history.find((l) => l.subject === row.record.name);
    return history ? [withOpenInterval(history, tail(row, leases, state))] : [];
  });
  if (etcd.state !== "members") return ofLeases;
  const named = (part: Interval): Interval => ({
    ...part,
    who: part.who && memberName(part.who, state.etcd),
  });
  const ofEtcd = state.history.flatMap((history) => {
    if (history.subject === ETCD_HISTORY) return [{ ...history, intervals: history.intervals.map(named) }];
    return history.subject === MEMBERS_HISTORY ? [history] : [];
  });
  return [...ofLeases, ...ofEtcd];
}

function tail(row: LeaseRow, leases: LeasesSummary, state: ClusterState): Interval | undefined {
  const { standing, renewedAt } = row;
  if (standing === "leaderless") return { kind: "gap", who: "", from: renewedAt };
  if (standing === "late") return { kind: "unknown", who: "", from: renewedAt };
  const source = row.freshness === leases.freshness ? state.leaseSource : sourceOf(state, row.key, row);
  if (standing !== "unknown" || source.state === "asking") return undefined;
  const from = sourceDownSince(source);
  return { kind: "unknown", who: "", from };
}
