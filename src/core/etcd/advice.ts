import type { FailureCode } from "../facts/failure.ts";

/** What to try where etcd could not be asked, by the kind of failure; undefined: there is nothing that usually helps. */
export const ETCD_ADVICE: Readonly<Record<FailureCode, string | undefined>> = {
  refused: "see that a member runs there, or name others with --etcd-endpoints",
  timeout:
    "it may be frozen or cut off; name others with --etcd-endpoints, or wait longer with --request-timeout",
  closed: "try again, or name others with --etcd-endpoints",
  forbidden: "ask for a role of etcd's that may do this, or be another with --etcd-user",
  unauthorized: "see --etcd-user and --etcd-password, or --etcd-cert and --etcd-key",
  tls: "see --etcd-endpoints, --etcd-cacert, and --etcd-cert with --etcd-key",
  unresolved: "correct --etcd-endpoints or ETCDCTL_ENDPOINTS",
  unavailable: "try again when etcd has a quorum",
  compacted: "run it again",
  behind: "run it again",
  unsupported: undefined,
  other: undefined,
};
