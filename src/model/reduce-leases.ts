import type { Failure } from "./failure.ts";
import type { LeaseRecord, ObservedLease } from "./lease.ts";
import { judgeLease } from "./lease.ts";
import { led, writeLane } from "./lanes.ts";
import { narrateChange, narrateTime } from "./narrate-lease.ts";
import type { LeaseObservation } from "./observation.ts";
import { observeLease } from "./observed-lease.ts";
import type { ClusterState, Lane, LeaseKey, SourceState, TimelineEvent } from "./state.ts";
import type { Instant } from "./time.ts";
import { addEvents } from "./timeline.ts";

/** The key of a lease: `namespace/name`. */
export function leaseKey(record: LeaseRecord): LeaseKey {
  return `${record.namespace}/${record.name}`;
}

/** What the watch of leases told, written into the state, the lanes and the timeline. */
export function reduceLeases(
  state: ClusterState,
  seen: LeaseObservation & { readonly at: Instant },
): ClusterState {
  const { at } = seen;
  const blind = state.leaseSource.state === "failed";
  switch (seen.kind) {
    case "leases-failed":
      return { ...state, leaseSource: failed(state.leaseSource, seen.failure, at) };
    case "leases-alive":
      return live(state, at);
    case "leases-listed": {
      const kept = new Set(seen.leases.map(leaseKey));
      const gone = [...state.leases].filter(([key]) => !kept.has(key));
      const without = gone.reduce((s, [, lease]) => forget(s, lease.record, at), live(state, at));
      return seen.leases.reduce((s, record) => observe(s, record, at, blind), without);
    }
    // What a failed source still delivers may be a burst of what happened long ago: it does not prove the source alive.
    case "lease-changed":
      return observe(blind ? state : live(state, at), seen.lease, at, blind);
    case "lease-deleted":
      return forget(blind ? state : live(state, at), seen.lease, at);
  }
}

/** Time went by: leases that are late, ran out, or are overdue by now are told of, each once. */
export function reduceTime(state: ClusterState, now: Instant): ClusterState {
  if (state.leaseSource.state !== "live") return state;
  const leases = new Map(state.leases);
  const events: TimelineEvent[] = [];
  for (const [key, lease] of leases) {
    if (lease.record.apiServerHost !== undefined) continue;
    const narrated = narrateTime(lease, now);
    if (narrated.told !== lease.told) leases.set(key, { ...lease, told: narrated.told });
    events.push(...narrated.events);
  }
  return events.length === 0 ? state : { ...state, leases, events: addEvents(state.events, events) };
}

function failed(before: SourceState, failure: Failure, at: Instant): SourceState {
  return {
    state: "failed",
    since: before.state === "failed" ? before.since : at,
    provedAt: before.state === "asking" ? undefined : before.provedAt,
    failure,
  };
}

function live(state: ClusterState, at: Instant): ClusterState {
  const before = state.leaseSource;
  const leaseSource: SourceState = { state: "live", provedAt: at };
  if (before.state !== "failed") return { ...state, leaseSource };
  return { ...state, leaseSource, lanes: unseen(state, before.provedAt ?? before.since, at) };
}

/** What could not be seen stays unknown in the lanes, also when it turns out well. */
function unseen(state: ClusterState, from: Instant, to: Instant): readonly Lane[] {
  return [...state.leases.values()].reduce((lanes, lease) => {
    if (lease.record.apiServerHost !== undefined || lease.lastHeld === undefined) return lanes;
    // A takeover that was heard of meanwhile is already written, with the times it carried.
    const last = lanes.find((lane) => lane.subject === lease.record.name)?.parts.at(-1);
    if (last && last.from.mono > from.mono) return lanes;
    return writeLane(
      lanes,
      lease.record.name,
      { kind: "unknown", who: "", from },
      led(lease.lastHeld.holder.host, to),
    );
  }, state.lanes);
}

/** `blind`: this is the first that came after a time in which nothing could be seen. */
function observe(state: ClusterState, record: LeaseRecord, at: Instant, blind: boolean): ClusterState {
  const key = leaseKey(record);
  const before = state.leases.get(key);
  const after = observeLease(before, record, at, blind);
  if (after === before) return state;
  const leases = new Map(state.leases).set(key, after);
  if (record.apiServerHost !== undefined || after.changedAt === before?.changedAt)
    return { ...state, leases };
  return {
    ...state,
    leases,
    lanes: writeChange(state.lanes, before, after, at),
    events: addEvents(state.events, narrateChange(before, after, at)),
  };
}

function writeChange(
  lanes: readonly Lane[],
  before: ObservedLease | undefined,
  after: ObservedLease,
  at: Instant,
): readonly Lane[] {
  const subject = after.record.name;
  const holder = after.record.holderIdentity === "" ? undefined : after.lastHeld?.holder.host;
  if (holder === undefined) return writeLane(lanes, subject, { kind: "gap", who: "", from: at });
  const { takeover } = after;
  if (takeover && takeover !== before?.takeover) {
    return writeLane(
      lanes,
      subject,
      { kind: "gap", who: "", from: takeover.silentSince },
      led(holder, takeover.at),
    );
  }
  const hold = before && judgeLease(before, true, at);
  const nobody = hold?.state === "expired" || hold?.state === "vacant";
  return nobody
    ? writeLane(lanes, subject, { kind: "gap", who: "", from: before?.changedAt ?? at }, led(holder, at))
    : writeLane(lanes, subject, led(holder, at));
}

function forget(state: ClusterState, record: LeaseRecord, at: Instant): ClusterState {
  const key = leaseKey(record);
  const lease = state.leases.get(key);
  if (lease === undefined) return state;
  const leases = new Map(state.leases);
  if (record.apiServerHost !== undefined) {
    leases.delete(key);
    return { ...state, leases };
  }
  // A deleted lease stays as a released one: its holder may make it again at once, and a follower may take it.
  const none = { ...record, holderIdentity: "", resourceVersion: "" };
  leases.set(key, { ...lease, record: none, changedAt: at, basis: "observed", told: undefined });
  return {
    ...state,
    leases,
    lanes: writeLane(state.lanes, record.name, { kind: "gap", who: "", from: at }),
    events: addEvents(state.events, [
      { at, tone: "bad", subject: record.name, text: "the lease was deleted" },
    ]),
  };
}
