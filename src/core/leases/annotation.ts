import type { ObservedLease } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import type { AnnotationObservation } from "../facts/observation.ts";
import type { ClusterState, LeaseKey, SourceState } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { sourceDownSince, failed, isSourceDown, sourceOf } from "./source.ts";
import { isSameTurn, forgetRecord, isDeleted, leaseKey, observeRecord, recordUnobserved } from "./track.ts";

/**
 * Writes what a poll of a leader's annotation delivered into the state. The Lease wins: beside one, an annotation is of no account, and after
 * one it counts only once it is seen to change, because it may be stale.
 */
export function reduceAnnotation(
  state: ClusterState,
  seen: AnnotationObservation & { readonly at: Instant },
): ClusterState {
  const { at } = seen;
  const key = leaseKey(seen.kind === "annotation-read" ? seen.lease : seen);
  const before = state.leases.get(key);
  if (before?.record.kind === "Lease" && !isDeleted(before)) return state;
  if (seen.kind === "annotation-read") return readRecord(state, seen.lease, at, before);
  // A deleted Lease is enough: there is no annotation in its place.
  if (before?.record.kind === "Lease") return state;
  if (before === undefined) return withoutRecord(state, key, seen);
  if (seen.kind === "annotation-absent") return forgetRecord(live(state, key, before, at), before.record, at);
  return withSource(state, key, failed(sourceOf(state, key, before), seen.failure, at));
}

/** Nothing was ever read there: it is known that there is nothing, or that it is not known. */
function withoutRecord(
  state: ClusterState,
  key: LeaseKey,
  seen: Exclude<AnnotationObservation, { kind: "annotation-read" }> & { readonly at: Instant },
): ClusterState {
  const before = state.annotations.get(key);
  if (seen.kind === "annotation-failed") {
    const { failure, at } = seen;
    return withSource(state, key, failed(before ?? { state: "asking", since: at }, failure, at));
  }
  if (before === undefined) return state;
  const annotations = new Map(state.annotations);
  annotations.delete(key);
  return { ...state, annotations };
}

function readRecord(
  state: ClusterState,
  record: LeaseRecord,
  at: Instant,
  before: ObservedLease | undefined,
): ClusterState {
  const key = leaseKey(record);
  if (
    before?.record.kind === "Lease" &&
    (!before.staleAnnotation || isSameTurn(before.staleAnnotation, record))
  ) {
    return { ...state, leases: new Map(state.leases).set(key, { ...before, staleAnnotation: record }) };
  }
  if (before === undefined || before.record.kind === "Lease")
    return observeRecord(withSource(state, key, { state: "live", provedAt: at }), record, at, false);
  const sourceDown = isSourceDown(sourceOf(state, key, before), at);
  return observeRecord(live(state, key, before, at), record, at, sourceDown);
}

/** The annotation could be read; if it could not before, what was missed stays unknown in its history. */
function live(state: ClusterState, key: LeaseKey, lease: ObservedLease, at: Instant): ClusterState {
  const source = sourceOf(state, key, lease);
  const proved = withSource(state, key, { state: "live", provedAt: at });
  if (!isSourceDown(source, at)) return proved;
  return { ...proved, history: recordUnobserved(proved, [lease], sourceDownSince(source), at) };
}

function withSource(state: ClusterState, key: LeaseKey, source: SourceState): ClusterState {
  return { ...state, annotations: new Map(state.annotations).set(key, source) };
}
