import type { LeadershipHistory, Interval, ClusterState } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import type { EtcdSummary, LeaseRow, LeasesSummary } from "./assessment.ts";
import { nameOfId } from "./etcd/cluster.ts";
import { sourceDownSince, sourceOf } from "./leases/source.ts";

/** The history of etcd's leader, and of how many members answer. */
export const ETCD_HISTORY = "etcd";
export const MEMBERS_HISTORY = "etcd members up";

const PARTS_KEPT = 60;

/**
 * Writes intervals into a subject's history, each from its `from` on; what stood there from then on is overwritten,
 * because a gap is known only when it is over. An interval equal to the one before it lengthens that one.
 */
export function appendInterval(
  histories: readonly LeadershipHistory[],
  subject: string,
  ...written: readonly Interval[]
): readonly LeadershipHistory[] {
  const history = histories.find((l) => l.subject === subject);
  const before = history?.intervals ?? [];
  const intervals = written.reduce(writePart, before);
  // The same object when nothing changed: the repaint compares by identity.
  if (history && intervals === before) return histories;
  const next = { subject, intervals: intervals.slice(-PARTS_KEPT) };
  return history ? histories.map((l) => (l === history ? next : l)) : [...histories, next];
}

function writePart(intervals: readonly Interval[], part: Interval): readonly Interval[] {
  const before = intervals.filter((p) => p.from.mono < part.from.mono);
  const last = before.at(-1);
  if (last?.kind !== part.kind || last.who !== part.who) return [...before, part];
  return before.length === intervals.length ? intervals : before;
}

/** A history with `tail` as its current end, which is not kept: its outcome is open. */
function withOpenInterval(history: LeadershipHistory, tail: Interval | undefined): LeadershipHistory {
  return tail ? { subject: history.subject, intervals: writePart(history.intervals, tail) } : history;
}

/** The interval in which `who` led from `from` on. */
export function led(who: string, from: Instant): Interval {
  return { kind: "led", who, from };
}

/** The histories up to now: settled intervals, and at the end of each the open one. */
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
    who: part.who && nameOfId(part.who, state.etcd),
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
