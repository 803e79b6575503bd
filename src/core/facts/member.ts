import type { Failure } from "./failure.ts";
import type { Route, RouteCan } from "./route.ts";
import type { Instant, Seconds } from "./time.ts";

/**
 * What one etcd member says of itself (etcdserverpb.StatusResponse). 64-bit numbers are bigint, IDs lower-case
 * hex without leading zeros, as etcdctl's table prints them. Fields that older versions lack are undefined.
 */
export interface MemberStatus {
  readonly clusterId: string;
  readonly memberId: string;
  /** the leader that this member knows; undefined: none */
  readonly leaderId: string | undefined;
  readonly isLearner: boolean;
  readonly version: string;
  /** 3.6 and later */
  readonly storageVersion: string | undefined;
  readonly revision: bigint;
  /** undefined: the way that it was asked has no term */
  readonly raftTerm: bigint | undefined;
  readonly raftIndex: bigint;
  readonly raftAppliedIndex: bigint;
  /** bytes */
  readonly dbSize: bigint;
  /** bytes */
  readonly dbSizeInUse: bigint;
  /** bytes; 3.6 and later, and undefined there if it has none */
  readonly dbSizeQuota: bigint | undefined;
  /** as the member words them, for example "etcdserver: no leader" */
  readonly errors: readonly string[];
  /** the downgrade of the cluster, if one runs (`targetVersion` is empty unless it does); 3.6 and later */
  readonly downgrade: { readonly enabled: boolean; readonly targetVersion: string } | undefined;
}

/**
 * What etcd writes above every answer about keys (etcdserverpb.ResponseHeader): who answers, and its newest revision. It
 * is there for those, too, who may not ask for a status.
 */
export type AnswerHeader = Pick<MemberStatus, "clusterId" | "memberId" | "revision">;

/** Who answers, and of which cluster: above each answer, also to those who may ask for nothing but the member list. */
export type MemberIdentity = Pick<AnswerHeader, "clusterId" | "memberId">;

/**
 * Whether a member says all that `MemberStatus` has (3.6 and later): what is undefined then is known not to be. Each that
 * does says whether a downgrade runs.
 */
export function saysAll({ downgrade }: MemberStatus): boolean {
  return downgrade !== undefined;
}

/** A row of the member list (etcdserverpb.Member). A member without a name was added and never started. */
export interface ListedMember {
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** A member's own list of members, and which member it is. */
export interface MemberList {
  readonly by: MemberIdentity;
  readonly members: readonly ListedMember[];
}

/** How much of its database a member used at one moment, in bytes. */
export interface SizeSample {
  readonly at: Instant;
  readonly inUse: bigint;
}

/** A member's clock is so many seconds ahead of ours (negative: behind), give or take `within`. */
export interface MemberClock {
  readonly ahead: Seconds;
  readonly within: Seconds;
}

/** What came of a read through the majority of the members, by way of one member. */
export interface QuorumRead {
  readonly took: Seconds;
  /** undefined: it was answered */
  readonly failure: Failure | undefined;
}

/** One route and what we know of the member that it leads to; the last answer is kept when it stops answering. */
export interface ObservedMember {
  readonly route: Route;
  readonly can: RouteCan;
  /** which member answered there before it was last asked; undefined: none did */
  readonly expected: MemberIdentity | undefined;
  /** which member answered there last, whatever it was asked; undefined: none ever did */
  readonly identity: MemberIdentity | undefined;
  readonly lastAnswer:
    | {
        readonly status: MemberStatus;
        readonly at: Instant;
        /** from the question to the answer, over a connection that was there */
        readonly took: Seconds;
        /** ms of the wall clock */
        readonly certificateEnds?: number | undefined;
      }
    | undefined;
  /** how much of its database was used, at most every ten seconds, over ten minutes */
  readonly sizes: readonly SizeSample[];
  /** set while it does not answer: why, since when (its last answer, or when it was first asked if it never answered), and when it failed last */
  readonly failing: { readonly failure: Failure; readonly since: Instant; readonly at: Instant } | undefined;
  /**
   * since when it names another leader than the others do, or none; `isPartitioned`: although a majority followed that
   * leader meanwhile, for certain
   */
  readonly disagreesSince: { readonly since: Instant; readonly isPartitioned: boolean } | undefined;
  /** the list of members as this one sees it */
  readonly list: { readonly members: readonly ListedMember[]; readonly at: Instant } | undefined;
  /** the last read through the majority; undefined: none was asked for */
  readonly read: QuorumRead | undefined;
  /** how its clock stands beside ours: see MemberClock; undefined: not known */
  readonly clock: MemberClock | undefined;
  /** why it gave no list when last asked for it; undefined: it did, or was not asked yet */
  readonly listFailure: Failure | undefined;
}
