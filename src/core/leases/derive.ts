import type { LeaseStatus, ObservedLease } from "./lease.ts";
import { hasEnded, isLate } from "./lease.ts";
import type {
  ClusterState,
  Derived,
  FactChange,
  Interval,
  LeadershipHistory,
  LeaseKey,
  LeaseTrouble,
  Reported,
  SourceState,
} from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { appendInterval, led } from "../history.ts";
import { addEvents } from "../timeline.ts";
import { deletedEvent, leaseChangeEvents, leaseTimeEvents, overdueAt } from "./events.ts";
import { isOrphaned, judgeLease, keepsLeases } from "./judge.ts";
import { isSourceDown, sourceDownSince, sourceOf } from "./source.ts";
import { isDeleted, isSameTurn } from "./track.ts";

/** What an observation of leases adds: of those alone that it changed, which a comparison by identity finds. */
export function deriveLeases(derived: Derived, change: FactChange): Derived {
  const observed = { ...derived, history: withUnobserved(derived.history, change) };
  const { before, after } = change;
  if (before.leases === after.leases) return observed;
  const isDeletion = (key: LeaseKey): boolean => isGone(before.leases.get(key), after.leases.get(key));
  const gone = [...before.leases.keys()].filter(isDeletion);
  const changed = [...after.leases.keys()].filter(
    (key) => before.leases.get(key) !== after.leases.get(key) && !isDeletion(key),
  );
  const without = gone.reduce((all, key) => deriveGone(all, key, change), observed);
  return changed.reduce((all, key) => deriveChanged(all, key, change), without);
}

/** Whether a record was deleted, also where it is kept until it is created again. */
function isGone(was: ObservedLease | undefined, is: ObservedLease | undefined): boolean {
  if (was === is || was === undefined) return false;
  return is === undefined || (isDeleted(is) && !isDeleted(was));
}

function gap(from: Instant): Interval {
  return { kind: "gap", who: "", from };
}

function deriveGone(derived: Derived, key: LeaseKey, { before, after, at }: FactChange): Derived {
  const record = before.leases.get(key)?.record;
  const reported = withTrouble(derived.reported, key, undefined);
  if (record === undefined || record.apiServerHost !== undefined) return { ...derived, reported };
  const isKept = after.leases.has(key);
  const history = isKept
    ? appendInterval(derived.history, record.name, gap(at))
    : derived.history.filter(({ subject }) => subject !== record.name);
  return { history, reported, events: addEvents(derived.events, [deletedEvent(record, isKept, at)]) };
}

function withTrouble(reported: Reported, key: LeaseKey, trouble: LeaseTrouble | undefined): Reported {
  if (reported.leases.get(key) === trouble) return reported;
  const leases = new Map(reported.leases);
  if (trouble === undefined) leases.delete(key);
  else leases.set(key, trouble);
  return { ...reported, leases };
}

/** One lease before and after an observation. */
interface LeaseChange {
  readonly before: ObservedLease | undefined;
  readonly after: ObservedLease;
  /** as it was judged when it had ended before; undefined: it was held */
  readonly ended: LeaseStatus | undefined;
  /** it is the first record after a time without observations */
  readonly sourceDown: boolean;
  readonly at: Instant;
}

function deriveChanged(derived: Derived, key: LeaseKey, change: FactChange): Derived {
  const { at } = change;
  const [before, after] = [change.before.leases.get(key), change.after.leases.get(key)];
  if (after === undefined) return derived;
  const isNewer = after.changedAt !== before?.changedAt;
  if (!isNewer && isSameTurn(before.record, after.record)) return derived;
  const reported = withTrouble(derived.reported, key, undefined);
  if (!isNewer || after.record.apiServerHost !== undefined) return { ...derived, reported };
  // One that is renewed in time is not judged.
  const ended = before && hasEnded(before, at) ? judgeLease(before, true, at) : undefined;
  const trouble = derived.reported.leases.get(key);
  const sourceDown = isFirstSinceDown(change, key, { before, after });
  return {
    history: withChange(derived.history, { before, after, ended, sourceDown, at }),
    events: addEvents(derived.events, leaseChangeEvents({ before, after, ended, trouble }, at)),
    reported,
  };
}

/** The first annotation that is read, also in place of a Lease, is dated by itself. */
function isFirstSinceDown(
  { before: facts, at }: FactChange,
  key: LeaseKey,
  { before, after }: Pick<LeaseChange, "before" | "after">,
): boolean {
  const isFirst = before === undefined || before.record.kind === "Lease";
  return !(isFirst && after.record.kind !== "Lease") && isSourceDown(sourceOf(facts, key, after), at);
}

function withChange(
  histories: readonly LeadershipHistory[],
  { before, after, ended, sourceDown, at }: LeaseChange,
): readonly LeadershipHistory[] {
  const { takeover, record, changedAt } = after;
  const subject = record.name;
  const holder = record.holderIdentity === "" ? undefined : after.lastHeld?.holder.host;
  if (holder === undefined) return appendInterval(histories, subject, gap(changedAt));
  if (takeover && takeover !== before?.takeover) {
    return appendInterval(histories, subject, gap(takeover.lastLedAt), led(holder, takeover.at));
  }
  // Whether its holder led all the time is unknown: the history says so once the source is live again.
  if (sourceDown) return histories;
  return before && ended
    ? appendInterval(histories, subject, gap(before.changedAt), led(holder, at))
    : appendInterval(histories, subject, led(holder, at));
}

/** What a source that was down did not show stays unknown in the leadership history, also when it turns out well. */
function withUnobserved(
  histories: readonly LeadershipHistory[],
  { before, after, at }: FactChange,
): readonly LeadershipHistory[] {
  const downSince = (was: SourceState, is: SourceState): Instant | undefined =>
    was !== is && is.state === "live" && isSourceDown(was, at) ? sourceDownSince(was) : undefined;
  const from = downSince(before.leaseSource, after.leaseSource);
  const all = from ? recordUnobserved(histories, before.leases.values(), { from, to: at }) : histories;
  if (before.annotations === after.annotations) return all;
  return [...after.annotations].reduce((some, [key, source]) => {
    const lease = before.leases.get(key);
    if (lease === undefined || lease.record.kind === "Lease") return some;
    const since = downSince(sourceOf(before, key, lease), source);
    return since ? recordUnobserved(some, [lease], { from: since, to: at }) : some;
  }, all);
}

function recordUnobserved(
  histories: readonly LeadershipHistory[],
  leases: Iterable<ObservedLease>,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly LeadershipHistory[] {
  return [...leases].reduce((all, { record, lastHeld }) => {
    if (record.apiServerHost !== undefined || lastHeld === undefined) return all;
    // A takeover that was received meanwhile is already written, with the times it carried.
    const last = all.find(({ subject }) => subject === record.name)?.intervals.at(-1);
    if (last && last.from.mono > from.mono) return all;
    const unknown: Interval = { kind: "unknown", who: "", from };
    return appendInterval(all, record.name, unknown, led(lastHeld.holder.host, to));
  }, histories);
}

/** What time alone adds: leases that are late, expired or overdue by now. Only those that fall due are judged. */
export function deriveLeaseTimes(state: ClusterState, now: Instant): ClusterState {
  if (state.leaseSource.state === "asking" || isSourceDown(state.leaseSource, now)) return state;
  const due = dueLeases(state, now).map(([key, lease]) => {
    const trouble = state.reported.leases.get(key);
    return { key, ...leaseTimeEvents(lease, { trouble, status: judgeLease(lease, true, now) }, now) };
  });
  if (due.length === 0) return state;
  const events = due.flatMap((one) => one.events);
  return {
    ...state,
    events: addEvents(state.events, events),
    reported: due.reduce((all, { key, trouble }) => withTrouble(all, key, trouble), state.reported),
  };
}

/** Which leases fall due: only times are compared. */
function dueLeases(state: ClusterState, now: Instant): readonly (readonly [LeaseKey, ObservedLease])[] {
  const hasLeases = keepsLeases(state);
  return [...state.leases].filter(
    ([key, lease]) =>
      lease.record.apiServerHost === undefined &&
      isDue(lease, state.reported.leases.get(key), now) &&
      !isSourceDown(sourceOf(state, key, lease), now) &&
      !(hasEnded(lease, now) && isOrphaned(lease, hasLeases)),
  );
}

/** Whether a lease came further by now than is reported of it. */
function isDue(lease: ObservedLease, reported: LeaseTrouble | undefined, now: Instant): boolean {
  const isHeld = lease.record.holderIdentity !== "";
  if (isHeld && reported === undefined) return isLate(lease, now) || hasEnded(lease, now);
  if (isHeld && reported === "late") return hasEnded(lease, now);
  const due = reported === "overdue" ? undefined : overdueAt(lease);
  return due !== undefined && due.mono <= now.mono;
}
