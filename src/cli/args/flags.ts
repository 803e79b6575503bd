import type { CommandName } from "./command.ts";
import { commandNames } from "./catalog.ts";

/** What a flag's value is the name of, where a shell can complete it. */
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
 * One flag. `value` names what it takes, in capitals (undefined: it takes nothing); `on` the commands that take it.
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
 * Every flag there is, in the order in which help shows them. Those of group `cluster` are kubectl's
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
    help: "how to write the answer",
    on: [...LISTS, ...OF_KEYS, "version"],
  },
  {
    name: "watch",
    short: "w",
    group: "own",
    help: "after the first answer go on, and write what changes",
    on: WATCHED,
  },
  { name: "no-headers", group: "own", help: "leave out the heads of the tables", on: [...LISTS, ...OF_KEYS] },
  {
    name: "prefix",
    group: "own",
    help: "the pattern is how a key begins, not a part of it",
    on: ["keys"],
  },
  {
    name: "regex",
    group: "own",
    help: "the pattern is a regular expression (RE2's, as Go has them)",
    on: ["keys"],
  },
  { name: "exact", group: "own", help: "the pattern is a whole key", on: ["keys"] },
  { name: "ignore-case", short: "i", group: "own", help: "capital letters are as small ones", on: ["keys"] },
  {
    name: "members",
    value: "NAMES",
    completes: "members",
    group: "own",
    help: "ask these members only, by name, endpoint or ID, separated by commas",
    on: OF_KEYS,
  },
  { name: "limit", value: "NUMBER", group: "own", help: "stop after so many keys", on: OF_KEYS },
  { name: "count", group: "own", help: "write only how many keys match", on: ["keys"] },
  {
    name: "value",
    group: "own",
    help: "keys: open each one, side by side where members differ; diff: compare values, too",
    on: OF_KEYS,
  },
  {
    name: "show-secrets",
    group: "own",
    help: "with --value, show values that may hold secrets, too",
    on: ["keys"],
  },
  {
    name: "ascii",
    group: "own",
    help: "write nothing but ASCII, for terminals that cannot show more",
    on: ["top", ...OF_KEYS],
  },
  {
    name: "interval",
    value: "TIME",
    group: "own",
    help: "how often to repaint in calm times, 1s unless given; all but renewals in time shows at once",
    on: ["top"],
  },
  { name: "client", group: "own", help: "ask no server for its version, and no etcd", on: ["version"] },
  {
    name: "node",
    value: "NAME",
    completes: "node",
    group: "own",
    help: "only the leases whose holder is on this node",
    on: ["leaders"],
  },
  {
    name: "install",
    value: "FOLDER",
    completes: "file",
    group: "own",
    help: "put kubectl's helper into this folder, which must be on PATH and none of krew's",
    on: ["completion"],
  },
  {
    name: "namespace",
    short: "n",
    value: "NAME",
    completes: "namespace",
    group: "own",
    help: "where the leases of the control plane are, kube-system unless given",
    on: LEASES,
  },
  {
    name: "kubeconfig",
    value: "FILE",
    completes: "file",
    group: "cluster",
    help: "the kubeconfig, instead of KUBECONFIG and ~/.kube/config",
    on: CLUSTER,
  },
  {
    name: "context",
    value: "NAME",
    completes: "context",
    group: "cluster",
    help: "the kubeconfig's context to use",
    on: CLUSTER,
  },
  {
    name: "cluster",
    value: "NAME",
    completes: "cluster",
    group: "cluster",
    help: "the kubeconfig's cluster to use",
    on: CLUSTER,
  },
  {
    name: "user",
    value: "NAME",
    completes: "user",
    group: "cluster",
    help: "the kubeconfig's user to use",
    on: CLUSTER,
  },
  {
    name: "server",
    short: "s",
    value: "URL",
    completes: "api-server",
    group: "cluster",
    help: "address of the API server",
    on: CLUSTER,
  },
  {
    name: "token",
    value: "TOKEN",
    group: "cluster",
    help: "bearer token to be known by at the API server",
    on: CLUSTER,
  },
  { name: "as", value: "USER", group: "cluster", help: "user to impersonate", on: CLUSTER },
  {
    name: "as-group",
    value: "GROUP",
    repeatable: true,
    group: "cluster",
    help: "group to impersonate, may be repeated",
    on: CLUSTER,
  },
  {
    name: "certificate-authority",
    value: "FILE",
    completes: "file",
    group: "cluster",
    help: "certificate of the authority that signed the API server's",
    on: CLUSTER,
  },
  {
    name: "insecure-skip-tls-verify",
    group: "cluster",
    help: "do not check the API server's certificate: anyone could answer",
    on: CLUSTER,
  },
  {
    name: "tls-server-name",
    value: "NAME",
    group: "cluster",
    help: "name to expect in the API server's certificate",
    on: CLUSTER,
  },
  {
    name: "request-timeout",
    value: "TIME",
    group: "cluster",
    help: "longest wait for one answer, for example 2s",
    on: [...CLUSTER, ...OF_ETCD, ...OF_KEYS],
  },
  {
    name: "etcd-endpoints",
    value: "URLS",
    completes: "etcd-endpoints",
    group: "etcd",
    help: "the members, separated by commas, instead of ETCDCTL_ENDPOINTS",
    on: ETCD,
  },
  {
    name: "etcd-cacert",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "certificate of the authority that signed theirs, instead of ETCDCTL_CACERT",
    on: ETCD,
  },
  {
    name: "etcd-cert",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "client certificate to show them, instead of ETCDCTL_CERT",
    on: ETCD,
  },
  {
    name: "etcd-key",
    value: "FILE",
    completes: "file",
    group: "etcd",
    help: "its private key, instead of ETCDCTL_KEY",
    on: ETCD,
  },
  {
    name: "etcd-user",
    value: "NAME[:PASSWORD]",
    group: "etcd",
    help: "whom to be where etcd asks, instead of ETCDCTL_USER",
    on: ETCD,
  },
  {
    name: "etcd-password",
    value: "PASSWORD",
    group: "etcd",
    help: "that user's password, better in ETCDCTL_PASSWORD: others may see arguments",
    on: ETCD,
  },
  { name: "verbose", short: "v", group: "own", help: "with an error, show what caused it", on: ALL },
  { name: "help", short: "h", group: "own", help: "show this help", on: ALL },
] as const satisfies readonly Flag[];
