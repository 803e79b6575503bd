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
import { freshnessDocument, reasonOf, text64, toMillis } from "./document.ts";

/** etcd as a document. `state` is members, no-way or asking; the other fields are null or empty unless it is members. */
export interface EtcdDocument {
  readonly state: EtcdSummary["state"];
  readonly reason: Reason | null;
  readonly tried: readonly Attempt[];
  readonly freshness: FreshnessDocument | null;
  readonly clusterID: string | null;
  readonly revision: string | null;
  readonly quorum: QuorumDocument | null;
  readonly leaderChanges: LeaderChangesDocument | null;
  readonly clientCertificateExpiresInSeconds: number | null;
  readonly members: readonly MemberDocument[];
  readonly endpoints: readonly EndpointDocument[];
  readonly memberList: MemberListDocument | null;
}

/**
 * Voters only; `up`: those that answer and take part; `refusing`: members that answer that we may not ask them; `voters` and `needed` are null while no member list was had. `failureTolerance`: how many more may fail before
 * quorum is lost; null while it cannot be said.
 */
export interface QuorumDocument {
  readonly state: Quorum["state"];
  readonly voters: number | null;
  readonly needed: number | null;
  readonly answering: number;
  readonly up: number;
  readonly refusing: number;
  readonly failureTolerance: number | null;
  readonly leaderID: string | null;
  readonly noLeaderForSeconds: number | null;
}

/** How often another raft term was seen to have a leader since the program looks, and how long ago at last. */
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
  readonly lag: string | null;
  readonly certificateExpiresInSeconds: number | null;
  readonly dbGrowthBytesPerSecond: number | null;
  readonly dbFullInSeconds: number | null;
  readonly clockAheadSeconds: number | null;
  readonly clockWithinSeconds: number | null;
  readonly status: StatusDocument | null;
}

/** An address that was given, at which nobody answers and which no member lists: it is counted among no members. */
export interface EndpointDocument {
  readonly endpoint: string;
  readonly reason: Reason | null;
  readonly failedForSeconds: number | null;
  readonly candidates: readonly string[];
}

/** What etcd's `Maintenance.Status` says. IDs are hexadecimal, 64-bit numbers text; null: this version has it not. */
export interface StatusDocument {
  readonly clusterID: string;
  readonly memberID: string;
  readonly leaderID: string | null;
  readonly isLearner: boolean;
  readonly version: string;
  readonly storageVersion: string | null;
  readonly revision: string;
  readonly raftTerm: string;
  readonly raftIndex: string;
  readonly raftAppliedIndex: string;
  readonly dbSizeBytes: string;
  readonly dbSizeInUseBytes: string;
  readonly dbSizeQuotaBytes: string | null;
  readonly errors: readonly string[];
  readonly downgrade: { readonly enabled: boolean; readonly targetVersion: string } | null;
}

/** The member list, and who gave it. `agree` false: the members named in `from` hold different lists. */
export interface MemberListDocument {
  readonly freshness: FreshnessDocument;
  readonly from: readonly string[];
  readonly agree: boolean;
  readonly differences: readonly ListDifferenceDocument[];
  readonly silent: readonly { readonly name: string; readonly reason: Reason | null }[];
  readonly items: readonly ListedMemberDocument[];
}

/** The IDs in which the list of the member `from` differs: what it has besides, what it lacks, what it has otherwise. */
export interface ListDifferenceDocument {
  readonly from: string;
  readonly extra: readonly string[];
  readonly lacks: readonly string[];
  readonly other: readonly string[];
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
    case "no-way": {
      const reason = { code: "no-way", message: "no way to etcd was found; tried has what was tried" };
      return { ...NOTHING, state: "no-way", reason, tried: etcd.tried };
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
    revision: text64(etcd.revision),
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

/** An address that was given and is no member's, as a document has it. */
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
    refusing: quorum.reachability.refuse,
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
    lag: text64(row.lag),
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
    revision: text64(status.revision),
    raftTerm: text64(status.raftTerm),
    raftIndex: text64(status.raftIndex),
    raftAppliedIndex: text64(status.raftAppliedIndex),
    dbSizeBytes: text64(status.dbSize),
    dbSizeInUseBytes: text64(status.dbSizeInUse),
    dbSizeQuotaBytes: text64(status.dbSizeQuota),
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
      ...{ extra: ids(extra), lacks: ids(lacks), other: ids(other) },
    })),
    silent: list.silent.map(({ name, failure }) => ({ name, reason: reasonOf(failure) })),
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
