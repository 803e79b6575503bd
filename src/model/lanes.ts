import type { LeadershipHistory, Interval } from "./state.ts";
import type { Instant } from "./time.ts";

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
export function withOpenInterval(history: LeadershipHistory, tail: Interval | undefined): LeadershipHistory {
  return tail ? { subject: history.subject, intervals: writePart(history.intervals, tail) } : history;
}

/** The part that says who led from `from` on. */
export function led(who: string, from: Instant): Interval {
  return { kind: "led", who, from };
}
