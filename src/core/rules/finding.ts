/**
 * A condition to know or to act on.
 * - critical: the control plane does not do its work now
 * - warning: it does, with less failure tolerance or margin than it should have
 * - unknown: the condition cannot be judged, which itself is worth knowing
 */
export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  /** what it is about: a lease, `etcd`, `etcd cp-3`, `node cp-3`, a host */
  readonly subject: string;
  /** the measured fact, with its unit */
  readonly evidence: string;
  /** what to do: an imperative, with the command to run */
  readonly advice: string;
}

/** How bad a finding is. */
export type Severity = "critical" | "warning" | "unknown";

/** What kind of finding it is: part of the JSON, changed only with its version. */
export type FindingId =
  | "no-leader"
  | "renewals-late"
  | "split-brain-possible"
  | "flapping"
  | "leases-unknown"
  | "clock-skew"
  | "leaders-on-one-node"
  | "etcd-quorum-lost"
  | "etcd-no-leader"
  | "etcd-no-failure-tolerance"
  | "etcd-even-voters"
  | "etcd-single"
  | "etcd-member-silent"
  | "etcd-member-access-denied"
  | "etcd-endpoint"
  | "etcd-member-partitioned"
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
