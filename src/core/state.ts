import type { ComponentPod, ElectionEvent, NodeReport } from "./facts/evidence.ts";
import type { Failure } from "./facts/failure.ts";
import type { ObservedLease } from "./leases/lease.ts";
import type { ListedMember, ObservedMember } from "./facts/member.ts";
import type { Attempt } from "./facts/observation.ts";
import type { RouteKey } from "./facts/route.ts";
import type { Instant, Seconds } from "./facts/time.ts";

/** All that is known, made only by `reduce` from observations. Immutable. */
export interface ClusterState extends ClusterFacts, Derived {}

/** What was observed. Nothing in it is judged or reported yet. Immutable. */
export interface ClusterFacts {
  readonly startedAt: Instant;
  readonly gitVersion: string | undefined;
  readonly leases: ReadonlyMap<LeaseKey, ObservedLease>;
  readonly leaseSource: SourceState;
  /** how the reading of each annotation does that a leader keeps its record in */
  readonly annotations: ReadonlyMap<LeaseKey, SourceState>;
  readonly apiServers: ReadonlyMap<string, ObservedApiServer>;
  /** why the list of API servers is unknown */
  readonly apiServersUnknown: Failure | undefined;
  readonly etcd: EtcdState;
  readonly evidence: EvidenceState;
}

/** What follows from how the facts changed. Immutable. */
export interface Derived {
  readonly history: readonly LeadershipHistory[];
  /** newest first, at most 500 */
  readonly events: readonly TimelineEvent[];
  readonly reported: Reported;
}

/** What the timeline reports already, so that it reports each once. */
export interface Reported {
  /** whether it has the initial state */
  readonly baseline: boolean;
  /** the worst of each lease since its last change */
  readonly leases: ReadonlyMap<LeaseKey, LeaseTrouble>;
  /** by server: since when it is not ready, and how it failed since */
  readonly apiServers: ReadonlyMap<
    string,
    { readonly since: Instant; readonly troubles: readonly ServerTrouble[] }
  >;
  /** etcd as it was when it was last judged; undefined: it never was */
  readonly etcd: EtcdState | undefined;
  /** a missing leader of etcd; undefined once one is named again */
  readonly noEtcdLeader: "lost" | "election" | undefined;
  /** the member list that all members of etcd served when they last agreed */
  readonly memberList: readonly ListedMember[] | undefined;
}

/** What becomes of a lease without a renewal. */
export type LeaseTrouble = "late" | "expired" | "overdue";

/** The facts before and after one observation, and when it was made. */
export interface FactChange {
  readonly before: ClusterFacts;
  readonly after: ClusterFacts;
  readonly at: Instant;
}

/** `namespace/name`. */
export type LeaseKey = string;

/**
 * How a source does.
 * - asking: no answer yet
 * - live: what it gave is to be trusted as of `provedAt`
 * - failed: since `since` it gives nothing; what it gave before is old
 */
export type SourceState =
  | { readonly state: "asking"; readonly since: Instant }
  | { readonly state: "live"; readonly provedAt: Instant }
  | {
      readonly state: "failed";
      readonly since: Instant;
      readonly provedAt: Instant | undefined;
      readonly failure: Failure;
    };

/** One API server, asked by itself for `/readyz`. */
export interface ObservedApiServer {
  /** `host:port` */
  readonly server: string;
  /** node name, from its mirror pod */
  readonly host: string;
  readonly lastAnswer:
    | {
        readonly ready: boolean;
        readonly failing: readonly string[];
        readonly took: Seconds;
        readonly at: Instant;
      }
    | undefined;
  readonly failing: { readonly failure: Failure; readonly since: Instant } | undefined;
}

/** How an API server can fail: by its own answer, or without one. */
export type ServerTrouble = "not ready" | "failed";

/** What is known of the control plane beside its leases, each from a source of its own. */
export interface EvidenceState {
  readonly podSource: SourceState;
  /** by the pod's name */
  readonly processes: ReadonlyMap<string, ObservedProcess>;
  readonly nodeSource: SourceState;
  readonly nodes: readonly NodeReport[];
  readonly eventSource: SourceState;
  readonly electionEvents: readonly ElectionEvent[];
}

/** A mirror pod, and when its report was first seen as it is. */
export interface ObservedProcess {
  readonly pod: ComponentPod;
  readonly changedAt: Instant;
}

/** The leader of etcd, its raft term (undefined: not known), and when a member last named it. */
export interface EtcdLeader {
  readonly memberId: string;
  readonly term: bigint | undefined;
  readonly at: Instant;
  /** when it was first named in this term; undefined: at the start already */
  readonly since: Instant | undefined;
  /** a moment at which a majority followed it for certain, the newest that is known of: see majorityAt */
  readonly majorityAt: Instant | undefined;
}

/** The state of etcd: not configured, or its members by route. */
export interface EtcdState {
  readonly askedAt: Instant;
  /** not empty: etcd is not configured; what was tried */
  readonly tried: readonly Attempt[];
  readonly members: ReadonlyMap<RouteKey, ObservedMember>;
  /** by the ID of each member that ever answered: what its row is known by, see rowKey */
  readonly rowKeys: ReadonlyMap<string, string>;
  /** the leader that was last seen and when the members last had one */
  readonly leader: EtcdLeader | undefined;
  readonly noLeaderSince: Instant | undefined;
  /** whether the members were seen without a leader before they first named one */
  readonly startedLeaderless: boolean;
  /** when another raft term was seen to have a leader, newest last, at most a hundred */
  readonly leaderChanges: readonly Instant[];
  /** until when our client certificate is good, in ms of the wall clock */
  readonly clientCertificateEnds: number | undefined;
}

/** Who led, over time: one history a lease, one for etcd's leader, one for how many members are up. */
export interface LeadershipHistory {
  readonly subject: string;
  /** oldest first; the last one runs on to now. In the history of etcd's leader `who` is the member's ID in the state, its name in an assessment */
  readonly intervals: readonly Interval[];
}

/**
 * led: `who` led; gap: no leader; unknown: not observed; less: fewer members up than there are.
 * An interval ends where the next one starts.
 */
export interface Interval {
  readonly kind: "led" | "gap" | "unknown" | "less";
  readonly who: string;
  readonly from: Instant;
}

/** One line of the timeline. `tone` "up" is a takeover, "note" is neutral. */
export interface TimelineEvent {
  readonly at: Instant;
  readonly tone: "ok" | "warn" | "bad" | "up" | "note";
  /** `kube-scheduler`, `etcd cp-3`, `API servers` */
  readonly subject: string;
  readonly text: string;
  /** the same in fewer words, where there is no room for `text`; absent: there are none */
  readonly short?: string;
}
