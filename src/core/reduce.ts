import type { Observation } from "./facts/observation.ts";
import type { ClusterFacts, ClusterState } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import { derive, deriveTime } from "./derive.ts";
import { reduceAnnotation } from "./leases/annotation.ts";
import { reduceApiServers } from "./servers/track.ts";
import { reduceEvidence } from "./evidence/track.ts";
import { reduceEtcd } from "./etcd/track.ts";
import { reduceLeases } from "./leases/track.ts";

/** What is known before anything was seen. */
export function initialState(at: Instant): ClusterState {
  return {
    startedAt: at,
    gitVersion: undefined,
    leases: new Map(),
    leaseSource: { state: "asking", since: at },
    annotations: new Map(),
    apiServers: new Map(),
    apiServersUnknown: undefined,
    etcd: {
      askedAt: at,
      tried: [],
      members: new Map(),
      rowKeys: new Map(),
      leader: undefined,
      noLeaderSince: undefined,
      startedLeaderless: false,
      leaderChanges: [],
      clientCertificateEnds: undefined,
    },
    evidence: {
      podSource: { state: "asking", since: at },
      processes: new Map(),
      nodeSource: { state: "asking", since: at },
      nodes: [],
      eventSource: { state: "asking", since: at },
      electionEvents: [],
    },
    history: [],
    events: [],
    reported: {
      baseline: false,
      leases: new Map(),
      apiServers: new Map(),
      etcd: undefined,
      noEtcdLeader: undefined,
      memberList: undefined,
    },
  };
}

/** What one more observation makes of what is known. Pure and total: the only way to a new state. */
export function reduce(state: ClusterState, seen: Observation): ClusterState {
  if (seen.kind === "tick") return deriveTime(state, seen.at);
  return derive(state, observe(state, seen), seen.at);
}

type Seen = Exclude<Observation, { readonly kind: "tick" }>;

/** What one observation makes of the facts. */
function observe(facts: ClusterFacts, seen: Seen): ClusterFacts {
  switch (seen.kind) {
    case "leases-listed":
    case "lease-changed":
    case "lease-deleted":
    case "leases-alive":
    case "leases-failed":
      return reduceLeases(facts, seen);
    case "annotation-read":
    case "annotation-absent":
    case "annotation-failed":
      return reduceAnnotation(facts, seen);
    case "version":
    case "api-servers-found":
    case "api-servers-unknown":
    case "api-server-answered":
    case "api-server-failed":
      return reduceApiServers(facts, seen);
    case "etcd-not-configured":
    case "etcd-routes":
    case "member-answered":
    case "member-failed":
    case "members-listed":
    case "members-failed":
    case "member-clock":
    case "member-read":
    case "member-clock-unknown":
      return reduceEtcd(facts, seen);
    case "pods-listed":
    case "pods-failed":
    case "nodes-listed":
    case "nodes-failed":
    case "election-events-listed":
    case "election-events-failed":
      return reduceEvidence(facts, seen);
  }
}
