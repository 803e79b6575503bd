import type { Failure } from "../facts/failure.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import type { ClusterFacts, LeaseKey, SourceState } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { TRUSTED_FOR } from "../freshness.ts";

/** The source of a lease: the watch of Leases, or the polling of the annotation that keeps its record. */
export function sourceOf(
  facts: ClusterFacts,
  key: LeaseKey,
  { record }: { readonly record: LeaseRecord },
): SourceState {
  return record.kind === "Lease" ? facts.leaseSource : (facts.annotations.get(key) ?? facts.leaseSource);
}

/**
 * Whether nothing could be seen until `at`: the source failed, or it neither proved its life nor reported a failure,
 * as when this process itself was stopped.
 */
export function isSourceDown(source: SourceState, at: Instant): boolean {
  if (source.state === "live") return secondsBetween(source.provedAt, at) > TRUSTED_FOR;
  return source.state === "failed";
}

/** Since when a source that is down has delivered nothing that counts: when it last proved its life. */
export function sourceDownSince(source: SourceState): Instant {
  if (source.state === "asking") return source.since;
  return source.state === "live" ? source.provedAt : (source.provedAt ?? source.since);
}

/** A source that failed; since its first failure, if it failed before. */
export function failed(before: SourceState, failure: Failure, at: Instant): SourceState {
  return {
    state: "failed",
    since: before.state === "failed" ? before.since : at,
    provedAt: before.state === "asking" ? undefined : before.provedAt,
    failure,
  };
}
