import type { Observation } from "../../core/facts/observation.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Emit } from "../async/channel.ts";
import { readLease } from "./lease-record.ts";
import type { KubeSource, ListWatch } from "./list-watch.ts";
import { listWatch } from "./list-watch.ts";

/** Whose leases are followed. `once`: for one look, which opens no watch. */
export interface LeaseSource extends KubeSource {
  readonly namespace: string;
  readonly once?: boolean;
}

/** How long nothing may come from the watch until the leases are read as proof. */
const PROOF_INTERVAL: Seconds = 1;
/** How long the watch may lag behind what was read. */
const LAG: Seconds = 1;

/**
 * The leases of one namespace: a list, then what changes. In each second without an event the leases themselves are
 * read, from etcd's majority; see listWatch. Where no watch is to be had, the leases are listed every second.
 */
export async function observeLeases(
  source: LeaseSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, clock, once = false } = source;
  const of: ListWatch = {
    ...source,
    path: `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`,
    ...{ answer: "list of leases", proofInterval: PROOF_INTERVAL, lag: LAG, afterBadWatch: "list" },
    // One look is mostly over after the list; while something else is waited for, a list each second keeps it fresh.
    watchAfter: once ? Infinity : 0,
    listed: (objects) => {
      const leases = objects.map(readLease).filter((lease) => lease !== undefined);
      emit({ at: clock(), kind: "leases-listed", leases });
    },
    changed: (object, isDeleted) => {
      const lease = readLease(object);
      if (lease !== undefined)
        emit({ at: clock(), kind: isDeleted ? "lease-deleted" : "lease-changed", lease });
    },
    proved: () => {
      emit({ at: clock(), kind: "leases-alive" });
    },
    failed: (failure) => {
      emit({ at: clock(), kind: "leases-failed", failure });
    },
  };
  await listWatch(of, signal);
}
