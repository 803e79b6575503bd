import type { KubeApi } from "../kube/client.ts";
import type { Observation } from "../model/observation.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import { readElectionEvent } from "./election-event.ts";
import { followObjects } from "./followed-objects.ts";
import { channel } from "./merge.ts";
import { readNode } from "./node-report.ts";

/** Who is asked. `timeout`: deadline of each request. */
export interface EvidenceSource {
  readonly api: KubeApi;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/** Whether the control plane's nodes are ready; workers may be thousands, and lead nothing. */
export function observeNodes(source: EvidenceSource, signal: AbortSignal): AsyncGenerator<Observation> {
  const { clock } = source;
  return channel(signal, (emit, inner) =>
    followObjects(
      {
        ...source,
        path: "/api/v1/nodes",
        selector: { labelSelector: "node-role.kubernetes.io/control-plane" },
        listed: (objects) => {
          const nodes = objects.map(readNode).filter((node) => node !== undefined);
          emit({ at: clock(), kind: "nodes-listed", nodes });
        },
        failed: (failure) => {
          emit({ at: clock(), kind: "nodes-failed", failure });
        },
      },
      inner,
    ),
  );
}

/** What leaders said of themselves in the namespace of their leases: an API server keeps it for an hour. */
export function observeElectionEvents(
  source: EvidenceSource & { readonly namespace: string },
  signal: AbortSignal,
): AsyncGenerator<Observation> {
  const { clock } = source;
  return channel(signal, (emit, inner) =>
    followObjects(
      {
        ...source,
        path: `/api/v1/namespaces/${encodeURIComponent(source.namespace)}/events`,
        selector: { fieldSelector: "reason=LeaderElection" },
        listed: (objects) => {
          const events = objects.map(readElectionEvent).filter((event) => event !== undefined);
          emit({ at: clock(), kind: "election-events-listed", events });
        },
        failed: (failure) => {
          emit({ at: clock(), kind: "election-events-failed", failure });
        },
      },
      inner,
    ),
  );
}
