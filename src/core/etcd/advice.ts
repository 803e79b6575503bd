import type { FailureCode } from "../facts/failure.ts";

/** What to try where a request to etcd failed, by the kind of failure; undefined: nothing usually helps. */
export const ETCD_ADVICE: Readonly<Record<FailureCode, string | undefined>> = {
  refused: "check that etcd runs there, or name other members with --etcd-endpoints",
  timeout:
    "check the member and the network, name other members with --etcd-endpoints, or raise --request-timeout",
  closed: "try again, or name other members with --etcd-endpoints",
  forbidden: "grant the role with `etcdctl role grant-permission`, or use another --etcd-user",
  unauthorized: "check --etcd-user and --etcd-password, or --etcd-cert and --etcd-key",
  tls: "check --etcd-endpoints, --etcd-cacert, and --etcd-cert with --etcd-key",
  unresolved: "correct --etcd-endpoints or ETCDCTL_ENDPOINTS",
  unavailable: "try again when etcd has quorum",
  compacted: "run the command again",
  behind: "run the command again",
  unsupported: undefined,
  other: undefined,
};
