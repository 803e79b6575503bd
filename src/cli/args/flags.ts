import type { CommandName } from "./command.ts";
import { commandNames } from "./catalog.ts";

/** Kinds of values that a shell can complete. */
export type Completes =
  | "file"
  | "context"
  | "cluster"
  | "user"
  | "namespace"
  | "node"
  | "api-server"
  | "etcd-endpoints"
  | "members";

/**
 * One flag. `value` names its argument, in capitals (undefined: a switch); `on` the commands that take it.
 * `repeatable`: it may be given more than once, and every value counts. `completes`: where its values come from, if not
 * from `choices`.
 */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  readonly choices?: Readonly<Partial<Record<CommandName, readonly string[]>>>;
  readonly repeatable?: true;
  readonly completes?: Completes;
  readonly group: "own" | "cluster" | "etcd";
  readonly help: string;
  readonly on: readonly CommandName[];
}

const OF_ETCD = ["etcd status", "etcd members", "etcd health", "etcd hash"] as const;
const OF_KEYS = ["keys", "keys diff"] as const;
const ALL = commandNames();
const CLUSTER: readonly CommandName[] = ["top", "status", "leaders", "version"];
const LEASES: readonly CommandName[] = ["top", "status", "leaders"];
const ETCD: readonly CommandName[] = ["top", "status", ...OF_ETCD, ...OF_KEYS, "version"];
const LISTS: readonly CommandName[] = ["status", "leaders", ...OF_ETCD];
const WATCHED: readonly CommandName[] = ["status", "leaders", "etcd status", "etcd members", "etcd health"];

/** The names of all flags. */
export type FlagName = (typeof FLAGS)[number]["name"];

/**
 * All flags, in the order in which help shows them. Those of group `cluster` are kubectl's
 * (`kubectl options`), those of group `etcd` etcdctl's with a prefix.
 */
export const FLAGS = [
  {
    name: "output",
    short: "o",
    value: "FORMAT",
    choices: {
      status: ["table", "wide", "json", "yaml"],
      leaders: ["table", "wide", "json", "yaml"],
      "etcd status": ["table", "wide", "json", "yaml"],
      "etcd members": ["table", "wide", "json", "yaml"],
      "etcd health": ["table", "wide", "json", "yaml"],
      "etcd hash": ["table", "wide", "json", "yaml"],
      keys: ["table", "wide", "name", "json"],
      "keys diff": ["table", "name", "json"],
      version: ["json", "yaml"],
    },
    group: "own",
    help: "output format",
    on: [...LISTS, ...OF_KEYS, "version"],
  },
  {
    name: "watch",
    short: "w",
    group: "own",
    help: "watch for changes after the first answer",
    on: WATCHED,
  },
  { name: "no-headers", group: "own", help: "omit the column headers", on: [...LISTS, ...OF_KEYS] },
  {
    name: "prefix",
    group: "own",
    help: "match the pattern as a prefix of the key",
    on: ["keys"],
  },
  {
    name: "regex",
    group: "own",
    help: "match the pattern as a regular expression (RE2 syntax, as in Go)",
    on: ["keys"],
  },
  { name: "exact", group: "own", help: "match the pattern as the whole key", on: ["keys"] },
  { name: "ignore-case", short: "i", group: "own", help: "ignore case", on: ["keys"] },
  {
    name: "members",
    value: "NAMES",
    completes: "members",
    group: "own",
    help: "comma-separated members to read: names, endpoints or IDs (default: all)",
    on: OF_KEYS,
  },
  {
    name: "limit",
    value: "NUMBER",
    group: "own",
    help: "maximum number of keys to return (default: no limit)",
    on: OF_KEYS,
  },
  { name: "count", group: "own", help: "print only the number of matching keys", on: ["keys"] },
  {
    name: "value",
    group: "own",
    help: "include values: print them (keys), or compare them (keys diff)",
    on: OF_KEYS,
  },
  {
    name: "show-secrets",
    group: "own",
    help: "print values that may contain secrets (with --value)",
    on: ["keys"],
  },
  {
    name: "ascii",
    group: "own",
    help: "print ASCII characters only",
    on: ["top", ...OF_KEYS],
  },
  {
    name: "interval",
    value: "DURATION",
    group: "own",
    help: "refresh interval while nothing changes (default 1s); changes are shown immediately",
    on: ["top"],
  },
  { name: "client", group: "own", help: "print the version of the client only", on: ["version"] },
  {
    name: "node",
    value: "NAME",
    completes: "node",
    group: "own",
    help: "print only leases held on this node",
    on: ["leaders"],
  },
  {
    name: "install",
    value: "DIR",
    completes: "file",
    group: "own",
    help: "directory on PATH, but not krew's, in which to install kubectl's completion helper",
    on: ["completion"],
  },
  {
    name: "namespace",
    short: "n",
    value: "NAME",
    completes: "namespace",
    group: "own",
    help: "namespace of the control plane's leases (default kube-system)",
    on: LEASES,
  },
  {
    name: "kubeconfig",
    value: "FILE",
    completes: "file",
    group: "cluster",
    help: "path to the kubeconfig file (env KUBECONFIG, default ~/.kube/config)",
    on: CLUSTER,
  },
  {
    name: "context",
    value: "NAME",
    completes: "context",
    group: "cluster",
    help: "name of the kubeconfig context to use",
    on: CLUSTER,
  },
  {
    name: "cluster",
    value: "NAME",
    completes: "cluster",
    group: "cluster",
    help: "name of the kubeconfig cluster to use",
    on: CLUSTER,
  },
  {
    name: "user",
    value: "NAME",
    completes: "user",
    group: "cluster",
    help: "name of the kubeconfig user to use",
    on: CLUSTER,
  },
  {
    name: "server",
    short: "s",
    value: "URL",
    completes: "api-server",
    group: "cluster",
    help: "address and port of the API server",
    on: CLUSTER,
  },
  {
    name: "token",
    value: "TOKEN",
    group: "cluster",
    help: "bearer token for authentication to the API server",
    on: CLUSTER,
  },
  { name: "as", value: "USER", group: "cluster", help: "username to impersonate", on: CLUSTER },
  {
    name: "as-group",
    value: "GROUP",
    repeatable: true,
    group: "cluster",
    help: "group to impersonate; may be repeated",
    on: CLUSTER,
  },
  {
    name: "certificate-authority",
    value: "FILE",
    completes: "file",
    group: "cluster",
    help: "path to a CA certificate file for the API server",
    on: CLUSTER,
  },
  {
    name: "insecure-skip-tls-verify",
    group: "cluster",
    help: "skip verification of the API server's certificate (insecure)",
    on: CLUSTER,
  },
  {
    name: "tls-server-name",
    value: "NAME",
    group: "cluster",
    help: "server name for verification of the API server's certificate",
    on: CLUSTER,
  },
  {
    name: "request-timeout",
    value: "DURATION",
    group: "cluster",
    help: "timeout for a single request, such as 500ms or 2s",
    on: [...CLUSTER, ...OF_ETCD, ...OF_KEYS],
  },
  {
    name: "etcd-endpoints",
    value: "URLS",
    completes: "etcd-endpoints",
    group: "etcd",
    help: "comma-separated endpoints of etcd (env ETCDCTL_ENDPOINTS)",
    on: ETCD,
  },
  {
    name: "etcd-cacert",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "path to a CA certificate file for etcd (env ETCDCTL_CACERT)",
    on: ETCD,
  },
  {
    name: "etcd-cert",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "path to a client certificate file for etcd (env ETCDCTL_CERT)",
    on: ETCD,
  },
  {
    name: "etcd-key",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "path to the client certificate's key file (env ETCDCTL_KEY)",
    on: ETCD,
  },
  {
    name: "etcd-user",
    value: "NAME[:PASSWORD]",
    group: "etcd",
    help: "etcd user, optionally NAME:PASSWORD (env ETCDCTL_USER)",
    on: ETCD,
  },
  {
    name: "etcd-password",
    value: "PASSWORD",
    group: "etcd",
    help: "password of the etcd user (env ETCDCTL_PASSWORD, which other users cannot see)",
    on: ETCD,
  },
  { name: "verbose", short: "v", group: "own", help: "print the causes of an error", on: ALL },
  { name: "help", short: "h", group: "own", help: "print this help", on: ALL },
] as const satisfies readonly Flag[];
