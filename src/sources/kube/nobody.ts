import type { Failure } from "../../core/facts/failure.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Emit } from "../async/channel.ts";
import type { Clock } from "../async/clock.ts";

/** Emits that nothing is known of leases, API servers, pods, nodes and events, and why: there is no API server to ask. */
export function observeNobody(failure: Failure, clock: Clock, emit: Emit<Observation>): void {
  const kinds = ["leases-failed", "pods-failed", "nodes-failed", "election-events-failed"] as const;
  for (const kind of kinds) emit({ at: clock(), kind, failure });
  emit({ at: clock(), kind: "api-servers-unknown", failure });
}
