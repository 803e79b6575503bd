import { EVERYTHING, routesTo } from "./route-kit.ts";
import type {
  ApiServerRow,
  Assessment,
  EtcdMembersSummary,
  JudgedQuorum,
  LeaseRow,
  MemberRow,
} from "../../src/core/assessment.ts";
import type { LeaseStatus } from "../../src/core/leases/lease.ts";
import { parseHolder } from "../../src/core/facts/holder.ts";
import { lease, listed, status, t } from "./model-kit.ts";

/** A scheduler's lease that `host` holds, last renewed 1.5 s ago. */
export function leaseRow(host: string, more: Partial<LeaseRow> = {}): LeaseRow {
  const record = lease(host, 18.5);
  const holder = parseHolder(record.holderIdentity);
  return {
    key: `${record.namespace}/${record.name}`,
    record,
    freshness: { state: "live", age: 0.1 },
    status: { state: "held", holder, expiresIn: 13.5 },
    standing: "held",
    lastHolder: holder,
    renewedAgo: 1.5,
    renewedAt: t(18.5),
    basis: "renewTime",
    duration: 15,
    gaps: [],
    usualGap: 2,
    failoversSeen: 0,
    failoversAt: [],
    recentChanges: 0,
    forecast: { from: 15, to: 24 },
    overdue: -22.5,
    takeover: undefined,
    clockAhead: undefined,
    evidence: undefined,
    gone: false,
    previousLeader: undefined,
    ...more,
  };
}

/** The same lease in another state. */
export function leaseIn(status: LeaseStatus): LeaseRow {
  const { state } = status;
  return leaseRow("cp-1", {
    status,
    standing: state === "expired" || state === "vacant" ? "leaderless" : state,
  });
}

/** Member `id` of the etcd cluster that member 1 leads. */
export function memberRow(id: number, more: Partial<MemberRow> = {}): MemberRow {
  return {
    key: `m${id}`,
    endpoint: `e${id}:2379`,
    routes: routesTo([`e${id}:2379`]).map((route) => ({ route, can: EVERYTHING, answers: true })),
    read: undefined,
    addresses: [`e${id}:2379`],
    memberId: `m${id}`,
    name: `cp-${id}`,
    state: "answers",
    endpointMismatch: false,
    role: id === 1 ? "leader" : "follower",
    status: status(id, 1, {
      dbSize: 446_000_000n,
      dbSizeInUse: 174_000_000n,
      dbSizeQuota: 2_147_483_648n,
      raftIndex: 9_007_199_254_740_993n,
      raftAppliedIndex: 9_007_199_254_740_993n,
    }),
    took: 0.0012,
    age: 0.1,
    failure: undefined,
    failedFor: undefined,
    partitioned: false,
    lag: 0n,
    ...{
      certificateLeft: 30 * 86_400,
      quotaUsed: 0.21,
      fileUsed: 0.39,
      growth: undefined,
      fullIn: undefined,
      clock: undefined,
    },
    ...more,
  };
}

/** A member that refuses connections and never answered. */
export function deadRow(id: number): MemberRow {
  return memberRow(id, {
    state: "failed",
    role: "unknown",
    status: undefined,
    took: undefined,
    age: undefined,
    failure: { code: "refused", text: `connection refused by e${id}:2379` },
    failedFor: 4.2,
    lag: undefined,
    certificateLeft: undefined,
  });
}

/** All of three answer. */
export const QUORUM: JudgedQuorum = {
  state: "ok",
  voters: 3,
  needed: 2,
  answering: 3,
  reachability: { isListed: true, asked: 3, answer: 3, refuse: 0, down: 0, unstarted: 0 },
  up: 3,
  failureTolerance: 1,
  leaderId: "m1",
  noLeaderFor: undefined,
};

/** Three members that all answer. */
export function etcd(more: Partial<EtcdMembersSummary> = {}): EtcdMembersSummary {
  return {
    state: "members",
    clusterId: "cdf818194e3a8c32",
    revision: 100n,
    quorum: QUORUM,
    rows: [memberRow(1), memberRow(2), memberRow(3)],
    endpoints: [],
    list: {
      members: [listed(1), listed(2), listed(3)],
      from: ["cp-1", "cp-2", "cp-3"],
      agree: true,
      differences: [],
      silent: [],
      leaderId: "m1",
      freshness: { state: "live", age: 0.1 },
    },
    freshness: { state: "live", age: 0.1 },
    clientCertificateLeft: 300 * 86_400,
    leaderChanges: { times: [], recent: 0, lastAgo: undefined },
    alarms: [],
    versions: [{ version: "3.6.8", members: ["cp-1", "cp-2", "cp-3"] }],
    clockSpread: undefined,
    ...more,
  };
}

/** An API server that says it is ready. */
export function serverRow(id: number, more: Partial<ApiServerRow> = {}): ApiServerRow {
  return {
    host: `cp-${id}`,
    server: `a${id}:6443`,
    answer: "ready",
    failing: [],
    failure: undefined,
    failedFor: undefined,
    took: 0.0123,
    renewedAgo: 3.25,
    ...more,
  };
}

/** All is well: the scheduler's lease is held, three members and two API servers answer. */
export function assessment(more: Partial<Assessment> = {}): Assessment {
  const rows = [leaseRow("cp-1")];
  return {
    now: t(20),
    observedFor: 20,
    gitVersion: "v1.36.3",
    leases: { freshness: { state: "live", age: 0.1 }, rows, unread: [], held: 1, total: 1 },
    apiServers: {
      unknown: undefined,
      rows: [serverRow(1), serverRow(2)],
      ready: 2,
      freshness: { state: "live", age: 0.1 },
    },
    etcd: etcd(),
    controlPlane: {
      pods: { freshness: { state: "live", age: 0.1 }, items: [] },
      nodes: { freshness: { state: "live", age: 0.1 }, items: [] },
      electionEvents: { freshness: { state: "live", age: 0.1 }, items: [] },
    },
    history: [],
    headline: { kind: "calm" },
    findings: [],
    ...more,
  };
}

/** A picture of leases with these rows. */
export function leases(...rows: LeaseRow[]): Assessment["leases"] {
  return { freshness: { state: "live", age: 0.1 }, rows, unread: [], held: rows.length, total: rows.length };
}
