import type { ClusterFacts, ClusterState, Derived } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import { recordBaseline } from "./baseline.ts";
import { deriveEtcd } from "./etcd/derive.ts";
import { deriveEvidence } from "./evidence/derive.ts";
import { deriveLeases, deriveLeaseTimes } from "./leases/derive.ts";
import { deriveApiServers } from "./servers/derive.ts";

const PARTS = [deriveLeases, deriveApiServers, deriveEtcd, deriveEvidence];

/**
 * What an observation adds to the timeline and to the leadership history, by the facts before and after it. Each part
 * compares first, and judges only what changed.
 */
export function derive(before: ClusterState, after: ClusterFacts, at: Instant): ClusterState {
  if (after === before) return before;
  const change = { before, after, at };
  const { history, events, reported } = PARTS.reduce<Derived>(
    (derived, part) => part(derived, change),
    before,
  );
  return { ...after, history, events, reported };
}

/** What time alone adds: leases that fall due, and once the initial state. */
export function deriveTime(state: ClusterState, now: Instant): ClusterState {
  return recordBaseline(deriveLeaseTimes(state, now), now);
}
