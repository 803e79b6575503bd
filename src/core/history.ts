import type { LeadershipHistory, Interval, ClusterState } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import type { EtcdSummary, LeaseRow, LeasesSummary } from "./assessment.ts";
import { nameOfId } from "./etcd/cluster.ts";
import { sourceDownSince, sourceOf } from "./leases/source.ts";

/** The lane of etcd's leader, and the lane of how many members answer. */
export const ETCD_HISTORY = "etcd";
export const MEMBERS_HISTORY = "etcd members up";

const PARTS_KEPT = 60;

/**
 * Writes into a subject's lane that from `part.from` on it was so; what stood there from then on is overwritten,
 * because a gap is known only when it is over. A part that says the same as the one before it lengthens that one.
 */
export function appendInterval(
  histories: readonly LeadershipHistory[],
  subject: string,
  ...written: readonly Interval[]
): readonly LeadershipHistory[] {
  const history = histories.find((l) => l.subject === subject);
  const before = history?.intervals ?? [];
  const intervals = written.reduce(writePart, before);
  // The same lanes when nothing is new: who shows them can tell that by a glance.
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

/** A lane with `part` as what is true now, without keeping it: how a lane's end is shown while its outcome is open. */
function withOpenInterval(history: LeadershipHistory, tail: Interval | undefined): LeadershipHistory {
  return tail ? { subject: history.subject, intervals: writePart(history.intervals, tail) } : history;
}

/** The part that says who led from `from` on. */
export function led(who: string, from: Instant): Interval {
  return { kind: "led", who, from };
}

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
