import type { Observation } from "./facts/observation.ts";
import type { ClusterState } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import { recordBaseline } from "./baseline.ts";
import { reduceAnnotation } from "./leases/annotation.ts";
import { reduceApiServers } from "./servers/track.ts";
import { reduceEvidence } from "./evidence/track.ts";
import { reduceEtcd } from "./etcd/track.ts";
import { reduceLeases, reduceTime } from "./leases/track.ts";

/** What is known before anything was seen. */
export function initialState(at: Instant): ClusterState {
  return {
    startedAt: at,
    baselineRecorded: false,
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
      agreed: undefined,
      noLeaderSince: undefined,
      leaderChanges: [],
      clientCertificateEnds: undefined,
      reported: undefined,
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
  };
}

/** What one more observation makes of what is known. Pure and total: the only way to a new state. */
export function reduce(state: ClusterState, seen: Observation): ClusterState {
  switch (seen.kind) {
    case "tick":
      return recordBaseline(reduceTime(state, seen.at), seen.at);
    case "leases-listed":
    case "lease-changed":
    case "lease-deleted":
    case "leases-alive":
    case "leases-failed":
      return reduceLeases(state, seen);
    case "annotation-read":
    case "annotation-absent":
    case "annotation-failed":
      return reduceAnnotation(state, seen);
    case "version":
    case "api-servers-found":
    case "api-servers-unknown":
    case "api-server-answered":
    case "api-server-failed":
      return reduceApiServers(state, seen);
    case "etcd-not-configured":
    case "etcd-routes":
    case "member-answered":
    case "member-failed":
    case "members-listed":
    case "members-failed":
    case "member-clock":
    case "member-read":
    case "member-clock-unknown":
      return reduceEtcd(state, seen);
    case "pods-listed":
    case "pods-failed":
    case "nodes-listed":
    case "nodes-failed":
    case "election-events-listed":
    case "election-events-failed":
      return reduceEvidence(state, seen);
  }
}
