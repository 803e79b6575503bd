import type { ManagedService } from "./etcd/managed.ts";
import type { ComponentPod, ElectionEvent, NodeReport } from "./facts/evidence.ts";
import type { HolderEvidence, PreviousLeader } from "./evidence/holder.ts";
import type { Growth } from "./etcd/growth.ts";
import type { Failure } from "./facts/failure.ts";
import type { Finding } from "./rules/finding.ts";
import type { Holder } from "./facts/holder.ts";
import type { Forecast, LeaseStatus, ObservedLease, Takeover } from "./leases/lease.ts";
import type { LeaseRecord } from "./facts/lease-record.ts";
import type { ListDifference } from "./etcd/member-list.ts";
import type { UsableRoute } from "./etcd/routes.ts";
import type { ListedMember, MemberClock, MemberStatus, QuorumRead } from "./facts/member.ts";
import type { Attempt } from "./facts/observation.ts";
import type { LeadershipHistory, LeaseKey } from "./state.ts";
import type { Route } from "./facts/route.ts";
import type { Instant, Seconds } from "./facts/time.ts";

/**
 * Everything the program says of the cluster at one moment, computed in one place (`assess`) and shown by every
 * face: the screen, the tables, JSON. Nothing that shows it judges by itself.
 */
export interface Assessment {
  readonly now: Instant;
  /** seconds since the first source was asked: no change before that was observed */
  readonly observedFor: Seconds;
  readonly gitVersion: string | undefined;
  readonly leases: LeasesSummary;
  readonly apiServers: ApiServersSummary;
  readonly etcd: EtcdSummary;
  readonly controlPlane: ControlPlaneSummary;
  /** one a lease, then etcd's leader and how many members are up, each up to now */
  readonly history: readonly LeadershipHistory[];
  readonly headline: Headline;
  /** conditions to know or to act on, the worst first */
  readonly findings: readonly Finding[];
}

/** What the findings are made from. */
export type Facts = Omit<Assessment, "findings">;

/**
 * How fresh a picture is. asking: nothing came yet (`waited` so far); live: true as of `age` ago;
 * stale: it is a memory, `age` old (undefined: there never was one), because of `failure`.
 */
export type Freshness =
  | { readonly state: "asking"; readonly waited: Seconds }
  | { readonly state: "live"; readonly age: Seconds }
  | {
      readonly state: "stale";
      readonly age: Seconds | undefined;
      readonly since: Instant;
      readonly failure: Failure;
    };

/** The leases of leaders; those of API servers are in `ApiServersSummary`. */
export interface LeasesSummary {
  readonly freshness: Freshness;
  /** kube-scheduler, kube-controller-manager, cloud-controller-manager, then others by name */
  readonly rows: readonly LeaseRow[];
  /** leaders that may keep their record in an annotation, as before 1.20, but that cannot be read */
  readonly unread: readonly { readonly name: string; readonly failure: Failure }[];
  /** how many are led: their standing is held or late */
  readonly held: number;
  /** how many are there to be led: all but the orphaned ones */
  readonly total: number;
}

/**
 * The judgement of a lease in one word: every face shows this and none judges by itself.
 * - held, late: its holder leads, or may still lead
 * - leaderless: released, run out, or its holder's process is known to be gone
 * - orphaned: released or expired before the start, and no component of the control plane: left over, no trouble of today
 * - unknown: its source is not live
 */
export type Standing = "held" | "late" | "leaderless" | "orphaned" | "unknown";

/** One lease as it is to be shown. */
export interface LeaseRow {
  readonly key: LeaseKey;
  readonly record: LeaseRecord;
  /** of the source of this lease: the watch of all Leases, or the annotation that keeps its record */
  readonly freshness: Freshness;
  readonly status: LeaseStatus;
  readonly standing: Standing;
  /** the last holder, while there is none */
  readonly lastHolder: Holder | undefined;
  /** seconds since the record last changed in our sight */
  readonly renewedAgo: Seconds;
  readonly renewedAt: Instant;
  /** whether a change was seen, or `renewTime` was taken at its word; unknown: it has none that can be, so `renewedAgo` is too little */
  readonly basis: ObservedLease["basis"];
  /** `leaseDurationSeconds` of the last record that named a holder */
  readonly duration: Seconds;
  /** oldest first */
  readonly gaps: readonly Seconds[];
  readonly usualGap: Seconds;
  readonly failoversSeen: number;
  readonly failoversAt: readonly Instant[];
  /** how many of them were in the last quarter of an hour */
  readonly recentChanges: number;
  /** if the holder died now; after a release the window of a release */
  readonly forecast: Forecast;
  /** seconds past the end of the forecast, counted from the last renewal; negative: still within it */
  readonly overdue: Seconds;
  readonly takeover: Takeover | undefined;
  /** seconds by which the writer's clock is ahead of ours (negative: behind), from the newest renewal seen */
  readonly clockAhead: Seconds | undefined;
  /** evidence on its (last) holder beyond the lease; undefined: no component of the control plane that runs as a pod */
  readonly evidence: HolderEvidence | undefined;
  /** the lease still runs, but its holder's process is known to be gone: no leader */
  readonly gone: boolean;
  /** who led before and lost the lease by its end, if that process still runs: it may still act as leader */
  readonly previousLeader: PreviousLeader | undefined;
}

/** What is known of the control plane beside its leases, each from a source of its own. */
export interface ControlPlaneSummary {
  readonly pods: { readonly freshness: Freshness; readonly items: readonly ComponentPod[] };
  readonly nodes: { readonly freshness: Freshness; readonly items: readonly NodeReport[] };
  /** newest first */
  readonly electionEvents: { readonly freshness: Freshness; readonly items: readonly ElectionEvent[] };
}

/** The API servers: which there are, and how each answers. */
export interface ApiServersSummary {
  /** why the list of API servers is unknown */
  readonly unknown: Failure | undefined;
  readonly rows: readonly ApiServerRow[];
  readonly ready: number;
  readonly freshness: Freshness;
}

/**
 * One API server. `answer` undefined: it was never reached by itself from here; its identity lease may still show
 * that it lives (`renewedAgo`, seconds since that lease was last renewed).
 */
export interface ApiServerRow {
  readonly host: string;
  readonly server: string | undefined;
  readonly answer: "ready" | "not ready" | "failed" | undefined;
  readonly failing: readonly string[];
  readonly failure: Failure | undefined;
  readonly failedFor: Seconds | undefined;
  readonly took: Seconds | undefined;
  readonly renewedAgo: Seconds | undefined;
}

/** etcd: asking, out of reach (`tried`), or its members. */
export type EtcdSummary =
  | { readonly state: "asking" }
  | {
      readonly state: "notConfigured";
      readonly tried: readonly Attempt[];
      /** a managed service gives no access to etcd */
      readonly managed?: ManagedService | undefined;
    }
  | EtcdMembersSummary;

/** What the members say, and what follows for the quorum. */
export interface EtcdMembersSummary {
  readonly state: "members";
  readonly clusterId: string | undefined;
  /** the highest revision of any member */
  readonly revision: bigint | undefined;
  readonly quorum: Quorum;
  readonly rows: readonly MemberRow[];
  /** given endpoints that do not answer and that no member lists: they count as no members */
  readonly endpoints: readonly UnlistedEndpoint[];
  readonly list: MemberListSummary;
  readonly freshness: Freshness;
  /** seconds that our client certificate is still good; undefined: we have none */
  readonly clientCertificateLeft: Seconds | undefined;
  /** since we look: when another term had a leader, newest last; how often in the last quarter of an hour, and how long ago at last */
  readonly leaderChanges: {
    readonly times: readonly Instant[];
    readonly recent: number;
    readonly lastAgo: Seconds | undefined;
  };
  /** what the answering members report, each alarm once */
  readonly alarms: readonly Alarm[];
  /** the versions of the answering members, and which members run each */
  readonly versions: readonly { readonly version: string; readonly members: readonly string[] }[];
  /** undefined: fewer than two clocks are known */
  readonly clockSpread: ClockSpread | undefined;
}

/** An alarm that etcd's members report: `kind` as NOSPACE or CORRUPT, of which member. */
export interface Alarm {
  readonly kind: string;
  /** its name, or its ID in hexadecimal where the name is unknown */
  readonly member: string;
}

/** The two answering members whose clocks differ most: by `atLeast` seconds for certain; negative: perhaps not at all. */
export interface ClockSpread {
  readonly ahead: string;
  readonly behind: string;
  readonly atLeast: Seconds;
}

/**
 * Voters only, but for `reach`. `failureTolerance`: how many more may fail before quorum is lost; undefined: it cannot be said.
 * unknown: too few were asked or answer; election: enough answer, but none is named leader.
 */
export type Quorum =
  | JudgedQuorum
  /** `voters`, `needed` undefined: no member served its list, the only source of who has a vote */
  | (QuorumFigures & {
      readonly state: "unknown";
      readonly voters: number | undefined;
      readonly needed: number | undefined;
    });

/** A quorum of which it can be said whether it is there. */
export type JudgedQuorum = QuorumFigures & {
  readonly state: "ok" | "degraded" | "lost" | "election";
  readonly voters: number;
  readonly needed: number;
};

/** What is known of a quorum in each of its states. */
interface QuorumFigures {
  readonly answering: number;
  /** those of them that follow the leader, if there is one. A partitioned member may answer us */
  readonly up: number;
  readonly failureTolerance: number | undefined;
  /** the members that answer from here: see Reachability */
  readonly reachability: Reachability;
  /** id of the leader by the highest term */
  readonly leaderId: string | undefined;
  readonly noLeaderFor: Seconds | undefined;
}

/**
 * Of `asked` so many `answer`, and so many `refuse`: access denied. Voters, and of those that answer only the ones that
 * follow the leader; without a member list (`isListed` false), endpoints.
 */
export interface Reachability {
  readonly isListed: boolean;
  readonly asked: number;
  readonly answer: number;
  readonly refuse: number;
  /** voters on whose host nothing listens any more */
  readonly down: number;
  /** voters that were added and never started */
  readonly unstarted: number;
}

/** One member; what is old is marked by `age`. A row never leaves. */
export interface MemberRow {
  /** the same for as long as the member is there: the key of the route on which it first answered, else its ID */
  readonly key: string;
  /** where it is asked */
  readonly endpoint: string;
  /** all routes that it is asked over, the best first; empty: none leads to it */
  readonly routes: readonly MemberRoute[];
  /** all its addresses that are known */
  readonly addresses: readonly string[];
  /** as it said last, or as the list has it while it never said; undefined: not known */
  readonly memberId: string | undefined;
  /** from the member list; the endpoint while the list is unknown */
  readonly name: string;
  /** accessDenied: it answers that access is denied; failed: it does not answer */
  readonly state: "answers" | "accessDenied" | "failed" | "asking";
  /** its address leads to another member, to another cluster, or only to this machine: it cannot be asked there */
  readonly endpointMismatch: boolean;
  /** old leader: it still says it leads, in a lower term than another */
  readonly role: "leader" | "old leader" | "follower" | "learner" | "no leader" | "unknown";
  /** its last answer, old while `state` is failed */
  readonly status: MemberStatus | undefined;
  readonly took: Seconds | undefined;
  /** seconds since its last answer */
  readonly age: Seconds | undefined;
  readonly failure: Failure | undefined;
  readonly failedFor: Seconds | undefined;
  /** it answers, but is partitioned from the members that have a leader */
  readonly partitioned: boolean;
  /** raft index behind the highest; undefined while it does not answer */
  readonly lag: bigint | undefined;
  /** seconds that its server certificate is still good, negative: it has expired; undefined: not seen */
  readonly certificateLeft: Seconds | undefined;
  /** its database file as a share of its quota; undefined: no quota is known */
  readonly quotaUsed: number | undefined;
  /** the used part of its database as a share of the file; undefined: it has no answer, or an empty file */
  readonly fileUsed: number | undefined;
  /** of the used part of its database; undefined: not yet seen for a minute */
  readonly growth: Growth | undefined;
  /** when its database reaches its quota at that growth; undefined: not at all, or not known */
  readonly fullIn: Seconds | undefined;
  /** its last read through the majority; undefined: not asked for, or no route serves it */
  readonly read: QuorumRead | undefined;
  /** its clock against ours; undefined: not asked yet, or not served */
  readonly clock: MemberClock | undefined;
}

/** A route to a member. */
export type MemberRoute = UsableRoute & { readonly route: Route };

/** A given endpoint that does not answer and that no member lists. */
export interface UnlistedEndpoint {
  readonly endpoint: string;
  readonly failure: Failure;
  readonly failedFor: Seconds;
  /** the listed members that do not answer at their own addresses: it may be another address of one of them */
  readonly candidates: readonly string[];
}

/** The newest member list; `agree` false: members hold different lists. */
export interface MemberListSummary {
  readonly members: readonly ListedMember[];
  readonly from: readonly string[];
  readonly agree: boolean;
  /** how other lists differ from `members` */
  readonly differences: readonly ListDifference[];
  /** the members that served no list when last asked, and why */
  readonly silent: readonly { readonly name: string; readonly failure: Failure }[];
  readonly leaderId: string | undefined;
  readonly freshness: Freshness;
}

/** The worst thing that is true now, in this order. */
export type Headline =
  | { readonly kind: "starting" }
  | {
      readonly kind: "quorum-lost";
      readonly since: Instant;
      readonly lasts: Seconds;
      readonly quorum: JudgedQuorum;
    }
  | {
      readonly kind: "leader-unknown";
      readonly since: Instant;
      readonly lasts: Seconds;
      readonly failure: Failure;
    }
  | { readonly kind: "no-leader"; readonly leases: readonly LeaderlessRow[] }
  | { readonly kind: "renewal-late"; readonly row: LeaseRow }
  | { readonly kind: "took-over"; readonly row: LeaseRow; readonly takeover: Takeover; readonly ago: Seconds }
  | { readonly kind: "calm" };

/** A lease without a holder, or whose holder is gone, longest first; `lasts` counts from the last renewal seen, or from the release. */
export interface LeaderlessRow {
  readonly row: LeaseRow;
  readonly since: Instant;
  readonly lasts: Seconds;
  readonly released: boolean;
  readonly forecast: Forecast;
  /** seconds past the end of the forecast; undefined: still within it */
  readonly overdue: Seconds | undefined;
}
