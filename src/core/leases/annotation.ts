import type { ObservedLease } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import type { AnnotationObservation } from "../facts/observation.ts";
import type { ClusterFacts, LeaseKey, SourceState } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { failed, isSourceDown, sourceOf } from "./source.ts";
import { isSameTurn, forgetRecord, isDeleted, leaseKey, observeRecords } from "./track.ts";

/**
 * Writes what a poll of a leader's annotation delivered into the facts. The Lease wins: beside one, an annotation is of no account, and after
 * one it counts only once it is seen to change, because it may be stale.
 */
export function reduceAnnotation(
  facts: ClusterFacts,
  seen: AnnotationObservation & { readonly at: Instant },
): ClusterFacts {
  const { at } = seen;
  const key = leaseKey(seen.kind === "annotation-read" ? seen.lease : seen);
  const before = facts.leases.get(key);
  if (before?.record.kind === "Lease" && !isDeleted(before)) return facts;
  if (seen.kind === "annotation-read") return readRecord(facts, seen.lease, at, before);
  // A deleted Lease is enough: there is no annotation in its place.
  if (before?.record.kind === "Lease") return facts;
  if (before === undefined) return withoutRecord(facts, key, seen);
  if (seen.kind === "annotation-absent") return forgetRecord(live(facts, key, at), before.record, at);
  return withSource(facts, key, failed(sourceOf(facts, key, before), seen.failure, at));
}

/** Nothing was ever read there: it is known that there is nothing, or that it is not known. */
function withoutRecord(
  facts: ClusterFacts,
  key: LeaseKey,
  seen: Exclude<AnnotationObservation, { kind: "annotation-read" }> & { readonly at: Instant },
): ClusterFacts {
  const before = facts.annotations.get(key);
  if (seen.kind === "annotation-failed") {
    const { failure, at } = seen;
    return withSource(facts, key, failed(before ?? { state: "asking", since: at }, failure, at));
  }
  if (before === undefined) return facts;
  const annotations = new Map(facts.annotations);
  annotations.delete(key);
  return { ...facts, annotations };
}

function readRecord(
  facts: ClusterFacts,
  record: LeaseRecord,
  at: Instant,
  before: ObservedLease | undefined,
): ClusterFacts {
  const key = leaseKey(record);
  if (
    before?.record.kind === "Lease" &&
    (!before.staleAnnotation || isSameTurn(before.staleAnnotation, record))
  ) {
    return { ...facts, leases: new Map(facts.leases).set(key, { ...before, staleAnnotation: record }) };
  }
  if (before === undefined || before.record.kind === "Lease")
    return observeRecords(live(facts, key, at), [record], at, false);
  const sourceDown = isSourceDown(sourceOf(facts, key, before), at);
  return observeRecords(live(facts, key, at), [record], at, sourceDown);
}

/** The annotation could be read. */
function live(facts: ClusterFacts, key: LeaseKey, at: Instant): ClusterFacts {
  return withSource(facts, key, { state: "live", provedAt: at });
}

function withSource(facts: ClusterFacts, key: LeaseKey, source: SourceState): ClusterFacts {
  return { ...facts, annotations: new Map(facts.annotations).set(key, source) };
}
