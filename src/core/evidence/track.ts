import type { EvidenceObservation } from "../facts/evidence.ts";
import type { ClusterFacts, EvidenceState, ObservedProcess } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { failed } from "../leases/source.ts";

/** Writes what pods, nodes and events report into the facts. */
export function reduceEvidence(
  facts: ClusterFacts,
  seen: EvidenceObservation & { readonly at: Instant },
): ClusterFacts {
  const { at } = seen;
  const { evidence: before } = facts;
  const live = { state: "live", provedAt: at } as const;
  const become = (change: Partial<EvidenceState>): ClusterFacts => ({
    ...facts,
    evidence: { ...before, ...change },
  });
  switch (seen.kind) {
    case "pods-failed":
      return become({ podSource: failed(before.podSource, seen.failure, at) });
    case "nodes-failed":
      return become({ nodeSource: failed(before.nodeSource, seen.failure, at) });
    case "election-events-failed":
      return become({ eventSource: failed(before.eventSource, seen.failure, at) });
    case "pods-listed": {
      const processes = seen.pods.map((pod) => observed(before.processes.get(pod.name), pod, at));
      const isSame =
        processes.length === before.processes.size &&
        processes.every((one) => before.processes.get(one.pod.name) === one);
      if (isSame) return become({ podSource: live });
      const after = new Map(processes.map((one) => [one.pod.name, one]));
      return become({ podSource: live, processes: after });
    }
    case "nodes-listed":
      return become({ nodeSource: live, nodes: seen.nodes });
    case "election-events-listed":
      return become({ eventSource: live, electionEvents: seen.events });
  }
}

function observed(
  before: ObservedProcess | undefined,
  pod: ObservedProcess["pod"],
  at: Instant,
): ObservedProcess {
  return before && JSON.stringify(before.pod) === JSON.stringify(pod) ? before : { pod, changedAt: at };
}
