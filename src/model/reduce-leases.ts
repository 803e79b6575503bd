import { CONTROL_PLANE } from "./judge-leases.ts";
import { sourceDownSince, failed, isSourceDown, sourceOf } from "./lease-source.ts";
import type { LeaseRecord, ObservedLease } from "./lease.ts";
import { isOrphaned, keepsLeases } from "./judge-leases.ts";
import { judgeLease } from "./lease.ts";
import { led, appendInterval } from "./lanes.ts";
import { leaseChangeEvents, leaseTimeEvents } from "./narrate-lease.ts";
import type { LeaseObservation } from "./observation.ts";
import { observeLease } from "./observed-lease.ts";
import type {
  ClusterState,
  LeadershipHistory,
  Interval,
  LeaseKey,
  SourceState,
  TimelineEvent,
} from "./state.ts";
import type { Instant } from "./time.ts";
import { addEvents } from "./timeline.ts";

/** The key of a lease: `namespace/name`. */
export function leaseKey(record: Pick<LeaseRecord, "namespace" | "name">): LeaseKey {
  return `${record.namespace}/${record.name}`;
}

/** What the watch of leases told, written into the state, the lanes and the timeline. */
export function reduceLeases(
  state: ClusterState,
  seen: LeaseObservation & { readonly at: Instant },
): ClusterState {
  const { at } = seen;
  const sourceDown = isSourceDown(state.leaseSource, at);
  switch (seen.kind) {
    case "leases-failed":
      return { ...state, leaseSource: failed(state.leaseSource, seen.failure, at) };
    case "leases-alive":
      return live(state, at);
    case "leases-listed": {
      const kept = new Set(seen.leases.map(leaseKey));
      const gone = [...state.leases].filter(([key, { record }]) => record.kind === "Lease" && !kept.has(key));
      const without = gone.reduce((s, [, lease]) => forgetRecord(s, lease.record, at), live(state, at));
      return seen.leases.reduce((s, record) => observeRecord(s, record, at, sourceDown), without);
    }
    // What a failed source still delivers may be a burst of what happened long ago: it does not prove the source alive.
    case "lease-changed":
      return observeRecord(sourceDown ? state : live(state, at), seen.lease, at, sourceDown);
    case "lease-deleted":
      return forgetRecord(sourceDown ? state : live(state, at), seen.lease, at);
  }
}

/** Time went by: leases that are late, ran out, or are overdue by now are told of, each once. */
export function reduceTime(state: ClusterState, now: Instant): ClusterState {
  if (state.leaseSource.state === "asking" || isSourceDown(state.leaseSource, now)) return state;
  const leases = new Map(state.leases);
  const hasLeases = keepsLeases(state);
  const events: TimelineEvent[] = [];
  for (const [key, lease] of leases) {
    if (lease.record.apiServerHost !== undefined || isSourceDown(sourceOf(state, key, lease), now)) continue;
    if (isOrphaned(lease, judgeLease(lease, true, now), hasLeases)) continue;
    const due = leaseTimeEvents(lease, now);
    if (due.reported !== lease.reported) leases.set(key, { ...lease, reported: due.reported });
    events.push(...due.events);
  }
  return events.length === 0 ? state : { ...state, leases, events: addEvents(state.events, events) };
}

function live(state: ClusterState, at: Instant): ClusterState {
  const before = state.leaseSource;
  const leaseSource: SourceState = { state: "live", provedAt: at };
  if (before.state === "asking" || !isSourceDown(before, at)) return { ...state, leaseSource };
  return {
    ...state,
    leaseSource,
    history: recordUnobserved(state, [...state.leases.values()], sourceDownSince(before), at),
  };
}

/** What could not be seen of these leases stays unknown in the lanes, also when it turns out well. */
export function recordUnobserved(
  state: ClusterState,
  leases: readonly ObservedLease[],
  from: Instant,
  to: Instant,
): readonly LeadershipHistory[] {
  return leases.reduce((histories, lease) => {
    if (lease.record.apiServerHost !== undefined || lease.lastHeld === undefined) return histories;
    // A takeover that was heard of meanwhile is already written, with the times it carried.
    const last = histories.find((history) => history.subject === lease.record.name)?.intervals.at(-1);
    if (last && last.from.mono > from.mono) return histories;
    return appendInterval(
      histories,
      lease.record.name,
      { kind: "unknown", who: "", from },
      led(lease.lastHeld.holder.host, to),
    );
  }, state.history);
}

/**
 * A record came, wherever it is kept. `blind`: this is the first that came after a time in which nothing could be seen.
 */
export function observeRecord(
  state: ClusterState,
  record: LeaseRecord,
  at: Instant,
  sourceDown: boolean,
): ClusterState {
  const key = leaseKey(record);
  const before = state.leases.get(key);
  const after = observeLease(before, record, at, sourceDown);
  if (after === before) return state;
  const leases = new Map(state.leases).set(key, after);
  if (record.apiServerHost !== undefined || after.changedAt === before?.changedAt)
    return { ...state, leases };
  return {
    ...state,
    leases,
    history: writeChange(state.history, { before, after, at, sourceDown }),
    events: addEvents(state.events, leaseChangeEvents(before, after, at)),
  };
}

interface Change {
  readonly before: ObservedLease | undefined;
  readonly after: ObservedLease;
  readonly at: Instant;
  readonly sourceDown: boolean;
}

function writeChange(
  histories: readonly LeadershipHistory[],
  { before, after, at, sourceDown }: Change,
): readonly LeadershipHistory[] {
  const { takeover, record, changedAt } = after;
  const subject = record.name;
  const gap = (from: Instant): Interval => ({ kind: "gap", who: "", from });
  const holder = record.holderIdentity === "" ? undefined : after.lastHeld?.holder.host;
  if (holder === undefined) return appendInterval(histories, subject, gap(changedAt));
  if (takeover && takeover !== before?.takeover) {
    return appendInterval(histories, subject, gap(takeover.silentSince), led(holder, takeover.at));
  }
  // Whether its holder led all the time could not be seen: the lane says so once the source is live again.
  if (sourceDown) return histories;
  const status = before && judgeLease(before, true, at);
  const nobody = status?.state === "expired" || status?.state === "vacant";
  return before && nobody
    ? appendInterval(histories, subject, gap(before.changedAt), led(holder, at))
    : appendInterval(histories, subject, led(holder, at));
}

/** Whether it is a record that was deleted, kept until somebody makes it again. */
export function isDeleted({ record }: ObservedLease): boolean {
  return record.holderIdentity === "" && record.resourceVersion === "";
}

/** A record is there no longer. */
export function forgetRecord(state: ClusterState, record: LeaseRecord, at: Instant): ClusterState {
  const key = leaseKey(record);
  const lease = state.leases.get(key);
  if (lease?.record.kind !== record.kind || isDeleted(lease)) return state;
  const leases = new Map(state.leases);
  const text = record.kind === "Lease" ? "the lease was deleted" : `the ${record.kind} record was deleted`;
  if (!CONTROL_PLANE.includes(record.name) || isStaleAnnotation(lease, at)) {
    leases.delete(key);
    const history = state.history.filter((history) => history.subject !== record.name);
    if (record.apiServerHost !== undefined) return { ...state, leases };
    const deleted = { at, tone: "note", subject: record.name, text } as const;
    return { ...state, leases, history, events: addEvents(state.events, [deleted]) };
  }
  // Of the control plane it stays as a released one: its holder may make it again, or a follower may take it.
  const none = { ...record, holderIdentity: "", resourceVersion: "" };
  leases.set(key, { ...lease, record: none, changedAt: at, basis: "observed", reported: undefined });
  return {
    ...state,
    leases,
    history: appendInterval(state.history, record.name, { kind: "gap", who: "", from: at }),
    events: addEvents(state.events, [{ at, tone: "bad", subject: record.name, text }]),
  };
}

/** An annotation that had run out before we first looked and was never renewed: who deletes it takes no leader away. */
function isStaleAnnotation(lease: ObservedLease, at: Instant): boolean {
  if (lease.record.kind === "Lease" || lease.basis === "observed") return false;
  const { state } = judgeLease(lease, true, at);
  return state === "expired" || state === "vacant";
}
