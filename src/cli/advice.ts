import type { Failure, FailureCode } from "../model/failure.ts";
import { ETCD_ADVICE } from "../model/etcd-advice.ts";
import type { Command } from "./command.ts";

const OF_API_SERVERS: Readonly<Record<FailureCode, string | undefined>> = {
  refused: "see that an API server runs there, or name another with --context or --server",
  timeout:
    "it may be frozen or cut off; name another with --context or --server, or wait longer with --request-timeout",
  closed: "try again, or name another with --context or --server",
  forbidden:
    "ask for a role with get, list and watch on leases, or be another with --context, --user or --as",
  unauthorized: "use other credentials with --context, --user or --token",
  tls: "see --certificate-authority and --tls-server-name, or name another cluster with --context",
  unresolved: "correct the server in the kubeconfig, or name another with --context or --server",
  unavailable: "try again when its etcd has a quorum",
  compacted: "run it again",
  behind: "run it again",
  unsupported: undefined,
  other: undefined,
};

/** A failure of a server that `command` asked as one line: what failed and why, and what to try. */
export function withAdvice({ code, text }: Failure, command: Command["kind"]): string {
  const isAboutEtcd = /^(?:etcd|keys)\b/.test(command);
  const advice = (isAboutEtcd ? ETCD_ADVICE : OF_API_SERVERS)[code];
  return advice === undefined ? text : `${text}; ${advice}`;
}
