/**
 * Something that a person should know or do something about.
 * - critical: the control plane does not do its work now
 * - warning: it does, but less than it should be able to bear
 * - unknown: it cannot be said, and that itself is worth knowing
 */
export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  /** what it is about: a lease, `etcd`, `etcd cp-3`, `node cp-3`, a host */
  readonly subject: string;
  /** what was seen, with figures */
  readonly evidence: string;
  /** what to do, in the imperative */
  readonly advice: string;
}

/** How bad a finding is. */
export type Severity = "critical" | "warning" | "unknown";

/** What kind of finding it is: part of the JSON, changed only with its version. */
export type FindingId =
  | "no-leader"
  | "renewals-late"
  | "leader-may-be-two"
  | "flapping"
  | "leases-unknown"
  | "clock-skew"
  | "leaders-on-one-node"
  | "etcd-quorum-lost"
  | "etcd-no-leader"
  | "etcd-no-spare"
  | "etcd-even"
  | "etcd-single"
  | "etcd-member-silent"
  | "etcd-member-refuses"
  | "etcd-endpoint"
  | "etcd-member-apart"
  | "etcd-two-leaders"
  | "etcd-lag"
  | "etcd-alarm"
  | "etcd-db-full"
  | "etcd-fragmented"
  | "etcd-certificate"
  | "etcd-versions"
  | "etcd-flapping"
  | "etcd-lists-differ"
  | "etcd-unstarted"
  | "etcd-unknown"
  | "api-server-silent"
  | "api-server-not-ready"
  | "node-not-ready";
