import type { Seconds } from "../facts/time.ts";

/** What the rules compare with. Of shares, 1 is the whole. */
export interface Thresholds {
  /** so many changes of a lease's holder in a quarter of an hour, or more: it is not kept */
  readonly leaseChanges: number;
  /** a renewal's time and its arrival differ by that, or more */
  readonly clockSkew: Seconds;
  /** the clocks of two members certainly differ by more */
  readonly memberClockSkew: Seconds;
  /** a member is more raft entries behind the highest */
  readonly raftLag: bigint;
  /** etcd is without a leader for longer: that is no election any more */
  readonly electionTime: Seconds;
  /** so many changes of etcd's leader in a quarter of an hour, or more */
  readonly etcdLeaderChanges: number;
  /** more of the quota is used */
  readonly quotaUsed: number;
  /** the quota is reached in less */
  readonly fullIn: Seconds;
  /** less of a database file is used, of one in which more than `fragmentedBytes` are */
  readonly fileUsed: number;
  readonly fragmentedBytes: bigint;
  /** a certificate expires in less: a warning, and critical */
  readonly certificateWarning: Seconds;
  readonly certificateCritical: Seconds;
  /** the identity lease of an API server was not renewed for longer */
  readonly identityLeaseAge: Seconds;
}

const HOUR: Seconds = 3600;
const DAY: Seconds = 24 * HOUR;

/** The thresholds unless others are given. */
export const DEFAULTS: Thresholds = {
  leaseChanges: 3,
  // More than a slow network can explain.
  clockSkew: 2,
  // etcd itself warns of more ("high clock drift", rafthttp/probing_status.go).
  memberClockSkew: 1,
  // Further behind, a follower does not merely wait for the next heartbeat.
  raftLag: 1000n,
  // Three election timeouts of one second, etcd's default.
  electionTime: 3,
  // etcd mixin, etcdHighNumberOfLeaderChanges.
  etcdLeaderChanges: 4,
  // etcd mixin, etcdDatabaseQuotaLowSpace.
  quotaUsed: 0.95,
  // etcd mixin, etcdExcessiveDatabaseGrowth.
  fullIn: 4 * HOUR,
  // etcd mixin, etcdDatabaseHighFragmentationRatio.
  fileUsed: 0.5,
  fragmentedBytes: 100n * 1024n * 1024n,
  // kubernetes mixin, KubeClientCertificateExpiration.
  certificateWarning: 7 * DAY,
  certificateCritical: DAY,
  // kube-apiserver renews it every 10 s (IdentityLeaseRenewIntervalPeriod); its expiry, an hour, says nothing.
  identityLeaseAge: 30,
};
