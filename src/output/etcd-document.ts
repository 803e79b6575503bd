import type {
  EtcdMembersSummary,
  EtcdSummary,
  MemberListSummary,
  MemberRow,
  UnlistedEndpoint,
  Quorum,
} from "../core/assessment.ts";
import type { ListedMember, MemberStatus } from "../core/facts/member.ts";
import type { Attempt } from "../core/facts/observation.ts";
import type { FreshnessDocument, Reason } from "./document.ts";
import { freshnessDocument, reasonOf, toMillis } from "./document.ts";

/** etcd as a document. Unless `state` is members, the other fields are null or empty. */
export interface EtcdDocument {
  readonly state: EtcdSummary["state"];
  readonly reason: Reason | null;
  readonly tried: readonly Attempt[];
  readonly freshness: FreshnessDocument | null;
  readonly clusterID: string | null;
  readonly revision: bigint | null;
  readonly quorum: QuorumDocument | null;
  readonly leaderChanges: LeaderChangesDocument | null;
  readonly clientCertificateExpiresInSeconds: number | null;
  readonly members: readonly MemberDocument[];
  readonly endpoints: readonly EndpointDocument[];
  readonly memberList: MemberListDocument | null;
}

/**
 * Voters only. `up`: voters that answer and follow the leader; `accessDenied`: members that deny us access; `voters` and
 * `needed` are null until a member list was read. `failureTolerance`: how many more voters may be lost; null if unknown.
 */
export interface QuorumDocument {
  readonly state: Quorum["state"];
  readonly voters: number | null;
  readonly needed: number | null;
  readonly answering: number;
  readonly up: number;
  readonly accessDenied: number;
  readonly failureTolerance: number | null;
  readonly leaderID: string | null;
  readonly noLeaderForSeconds: number | null;
}

/** Changes to another raft term since this program started, and the age of the last one. */
export interface LeaderChangesDocument {
  readonly count: number;
  readonly times: readonly string[];
  readonly lastAgoSeconds: number | null;
}

/** One member. `status` is its last answer, `answeredAgoSeconds` old; null with a `reason` if it never answered. */
export interface MemberDocument {
  readonly name: string;
  readonly memberID: string | null;
  readonly endpoint: string;
  readonly state: MemberRow["state"];
  readonly role: MemberRow["role"];
  readonly reason: Reason | null;
  readonly failedForSeconds: number | null;
  readonly answeredAgoSeconds: number | null;
  readonly tookSeconds: number | null;
  readonly lag: bigint | null;
  readonly certificateExpiresInSeconds: number | null;
  readonly dbGrowthBytesPerSecond: number | null;
  readonly dbFullInSeconds: number | null;
  readonly clockAheadSeconds: number | null;
  readonly clockWithinSeconds: number | null;
  readonly status: StatusDocument | null;
}

/** A configured endpoint that does not answer and that no member advertises: it counts as no member. */
export interface EndpointDocument {
  readonly endpoint: string;
  readonly reason: Reason | null;
  readonly failedForSeconds: number | null;
  readonly candidates: readonly string[];
}

/** What etcd's `Maintenance.Status` says. IDs are hexadecimal; null: this version of etcd does not report it. */
export interface StatusDocument {
  readonly clusterID: string;
  readonly memberID: string;
  readonly leaderID: string | null;
  readonly isLearner: boolean;
  readonly version: string;
  readonly storageVersion: string | null;
  readonly revision: bigint;
  /** null: the way that it was asked has no term */
  readonly raftTerm: bigint | null;
  readonly raftIndex: bigint;
  readonly raftAppliedIndex: bigint;
  readonly dbSizeBytes: bigint;
  readonly dbSizeInUseBytes: bigint;
  readonly dbSizeQuotaBytes: bigint | null;
  readonly errors: readonly string[];
  readonly downgrade: { readonly enabled: boolean; readonly targetVersion: string } | null;
}

/** The member list, and the members that returned it. `agree` false: the members in `from` hold different lists. */
export interface MemberListDocument {
  readonly freshness: FreshnessDocument;
  readonly from: readonly string[];
  readonly agree: boolean;
  readonly differences: readonly ListDifferenceDocument[];
  readonly failed: readonly { readonly name: string; readonly reason: Reason | null }[];
  readonly items: readonly ListedMemberDocument[];
}

/** The IDs in which the list of the member `from` differs: extra, missing, and changed members. */
export interface ListDifferenceDocument {
  readonly from: string;
  readonly extra: readonly string[];
  readonly missing: readonly string[];
  readonly changed: readonly string[];
}

/** A row of the member list. `started` false: it was added and never started, and has no name yet. */
export interface ListedMemberDocument {
  readonly id: string;
  readonly name: string;
  readonly started: boolean;
  readonly isLeader: boolean | null;
  readonly isLearner: boolean;
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
}

/** etcd as a document. */
export function etcdDocument(etcd: EtcdSummary): EtcdDocument {
  switch (etcd.state) {
    case "asking":
      return { ...NOTHING, state: "asking", reason: { code: "asking", message: "no answer yet" } };
    case "notConfigured": {
      const reason = {
        code: "not-configured",
        message: "etcd is not configured; tried lists what was tried",
      };
      return { ...NOTHING, state: "notConfigured", reason, tried: etcd.tried };
    }
    case "members":
      return membersDocument(etcd);
  }
}

const NOTHING: Omit<EtcdDocument, "state" | "reason"> = {
  tried: [],
  freshness: null,
  clusterID: null,
  revision: null,
  quorum: null,
  leaderChanges: null,
  clientCertificateExpiresInSeconds: null,
  members: [],
  endpoints: [],
  memberList: null,
};

function membersDocument(etcd: EtcdMembersSummary): EtcdDocument {
  const freshness = freshnessDocument(etcd.freshness);
  return {
    state: "members",
    reason: freshness.reason,
    tried: [],
    freshness,
    clusterID: etcd.clusterId ?? null,
    revision: etcd.revision ?? null,
    quorum: quorumDocument(etcd.quorum),
    leaderChanges: {
      count: etcd.leaderChanges.times.length,
      times: etcd.leaderChanges.times.map(({ wall }) => new Date(wall).toISOString()),
      lastAgoSeconds: toMillis(etcd.leaderChanges.lastAgo),
    },
    clientCertificateExpiresInSeconds: toMillis(etcd.clientCertificateLeft),
    members: etcd.rows.map(memberDocument),
    endpoints: etcd.endpoints.map(endpointDocument),
    memberList: memberListDocument(etcd.list),
  };
}

/** A configured endpoint that belongs to no listed member, as a document has it. */
export function endpointDocument({
  endpoint,
  failure,
  failedFor,
  candidates,
}: UnlistedEndpoint): EndpointDocument {
  return { endpoint, reason: reasonOf(failure), failedForSeconds: toMillis(failedFor), candidates };
}

function quorumDocument(quorum: Quorum): QuorumDocument {
  return {
    state: quorum.state,
    voters: quorum.voters ?? null,
    needed: quorum.needed ?? null,
    answering: quorum.answering,
    up: quorum.up,
    accessDenied: quorum.reachability.refuse,
    failureTolerance: quorum.failureTolerance ?? null,
    leaderID: quorum.leaderId ?? null,
    noLeaderForSeconds: toMillis(quorum.noLeaderFor),
  };
}

function memberDocument(row: MemberRow): MemberDocument {
  return {
    name: row.name,
    memberID: row.memberId ?? null,
    endpoint: row.endpoint,
    state: row.state,
    role: row.role,
    reason: reasonOf(row.failure),
    failedForSeconds: toMillis(row.failedFor),
    answeredAgoSeconds: toMillis(row.age),
    tookSeconds: toMillis(row.took),
    lag: row.lag ?? null,
    certificateExpiresInSeconds: toMillis(row.certificateLeft),
    dbGrowthBytesPerSecond: row.growth === undefined ? null : Math.round(row.growth.perSecond),
    dbFullInSeconds: toMillis(row.fullIn),
    clockAheadSeconds: toMillis(row.clock?.ahead),
    clockWithinSeconds: toMillis(row.clock?.within),
    status: row.status === undefined ? null : statusDocument(row.status),
  };
}

function statusDocument(status: MemberStatus): StatusDocument {
  return {
    clusterID: status.clusterId,
    memberID: status.memberId,
    leaderID: status.leaderId ?? null,
    isLearner: status.isLearner,
    version: status.version,
    storageVersion: status.storageVersion ?? null,
    revision: status.revision,
    raftTerm: status.raftTerm ?? null,
    raftIndex: status.raftIndex,
    raftAppliedIndex: status.raftAppliedIndex,
    dbSizeBytes: status.dbSize,
    dbSizeInUseBytes: status.dbSizeInUse,
    dbSizeQuotaBytes: status.dbSizeQuota ?? null,
    errors: status.errors,
    downgrade: status.downgrade ?? null,
  };
}

function memberListDocument(list: MemberListSummary): MemberListDocument {
  return {
    freshness: freshnessDocument(list.freshness),
    from: list.from,
    agree: list.agree,
    differences: list.differences.map(({ from, extra, lacks, other }) => ({
      from,
      ...{ extra: ids(extra), missing: ids(lacks), changed: ids(other) },
    })),
    failed: list.silent.map(({ name, failure }) => ({ name, reason: reasonOf(failure) })),
    items: list.members.map((member) => listedDocument(member, list.leaderId)),
  };
}

const ids = (members: readonly ListedMember[]): readonly string[] => members.map(({ id }) => id);

function listedDocument(member: ListedMember, leaderId: string | undefined): ListedMemberDocument {
  return {
    id: member.id,
    name: member.name,
    started: member.name !== "",
    isLeader: leaderId === undefined ? null : member.id === leaderId,
    isLearner: member.isLearner,
    peerURLs: member.peerUrls,
    clientURLs: member.clientUrls,
  };
}
