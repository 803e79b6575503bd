import type { Seconds } from "../../core/facts/time.ts";
import type { ProxyChoice } from "./environment-proxy.ts";
import { environmentProxy } from "./environment-proxy.ts";
import type { Cluster, Context, Kubeconfig, User } from "./kubeconfig.ts";
import { cleanText } from "../../text/clean.ts";
import { UserError } from "../../core/facts/failure.ts";

/** kubectl's own client flags, as given; undefined: not given. Paths are relative to the current folder. */
export interface ClientFlags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly server: string | undefined;
  readonly token: string | undefined;
  readonly as: string | undefined;
  readonly asGroups: readonly string[];
  readonly certificateAuthority: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  /** deadline of one request; undefined or 0: the program's own */
  readonly requestTimeout: Seconds | undefined;
}

/** The cluster and the user: what remains of a kubeconfig after the flags. */
export interface Selection {
  readonly contextName: string | undefined;
  readonly server: URL;
  readonly cluster: Cluster;
  readonly user: User;
  /** the proxies of the environment; the cluster's own goes before them */
  readonly proxyFor: ProxyChoice;
}

const NO_CLUSTER: Cluster = {
  server: "",
  caFile: undefined,
  caData: undefined,
  skipTlsVerify: false,
  tlsServerName: undefined,
  proxyUrl: undefined,
};

const NO_USER: User = {
  certFile: undefined,
  certData: undefined,
  keyFile: undefined,
  keyData: undefined,
  token: undefined,
  tokenFile: undefined,
  username: undefined,
  password: undefined,
  exec: undefined,
  authProvider: undefined,
  impersonate: { user: undefined, uid: undefined, groups: [], extra: {} },
};

/**
 * Chooses context, cluster and user and lays the flags over them, as client-go does (tools/clientcmd,
 * client_config.go). `source` names where the kubeconfig came from, for messages; `env` may name proxies. Throws UserError.
 */
export function selectCluster(
  config: Kubeconfig,
  flags: ClientFlags,
  source: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Selection {
  const contextName = flags.context ?? config.currentContext;
  const context = chooseContext(config, contextName, flags, source);
  const clusterName = flags.cluster ?? context?.cluster;
  const userName = flags.user ?? context?.user;
  const cluster = overrideCluster(
    choose("cluster", clusterName, config.clusters, source) ?? NO_CLUSTER,
    flags,
  );
  const user = overrideUser(choose("user", userName, config.users, source) ?? NO_USER, flags);
  if (cluster.server === "") throw noServer(config, contextName, clusterName, source);
  return {
    contextName,
    server: serverUrl(cluster, user),
    cluster,
    user,
    proxyFor: environmentProxy(env),
  };
}

function chooseContext(
  config: Kubeconfig,
  name: string | undefined,
  flags: ClientFlags,
  source: string,
): Context | undefined {
  if (name === undefined) return undefined;
  const context = config.contexts.get(name);
  if (context !== undefined) return context;
  // A dangling current-context does no harm if the flags say all that it would.
  if (flags.context === undefined && flags.server !== undefined) return undefined;
  const where = flags.context === undefined ? "current-context" : "context";
  throw new UserError(
    `${where} ${quote(name)} does not exist in ${source}; ${known("--context", config.contexts)}`,
  );
}

function choose<T>(
  kind: "cluster" | "user",
  name: string | undefined,
  entries: ReadonlyMap<string, T>,
  source: string,
): T | undefined {
  if (name === undefined || name === "") return undefined;
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new UserError(`${kind} ${quote(name)} does not exist in ${source}; ${known(`--${kind}`, entries)}`);
}

function noServer(
  config: Kubeconfig,
  contextName: string | undefined,
  clusterName: string | undefined,
  source: string,
): UserError {
  if (contextName === undefined && clusterName === undefined && config.contexts.size > 0)
    return new UserError(`${source} has no current-context; ${known("--context", config.contexts)}`);
  const which = clusterName === undefined ? "no cluster" : `no server for cluster ${quote(clusterName)}`;
  return new UserError(`${source} names ${which}; set --server`);
}

/** Flags of TLS replace the kubeconfig's of the same matter; another server drops its name in the certificate. */
function overrideCluster(cluster: Cluster, flags: ClientFlags): Cluster {
  const ca = flags.certificateAuthority;
  const skip = flags.insecureSkipTlsVerify;
  const withServer: Cluster =
    flags.server === undefined ? cluster : { ...cluster, server: flags.server, tlsServerName: undefined };
  const withName: Cluster =
    flags.tlsServerName === undefined ? withServer : { ...withServer, tlsServerName: flags.tlsServerName };
  if (ca !== undefined) return { ...withName, caFile: ca, caData: undefined, skipTlsVerify: skip };
  return skip ? { ...withName, caFile: undefined, caData: undefined, skipTlsVerify: true } : withName;
}

function overrideUser(user: User, flags: ClientFlags): User {
  const identified: User =
    flags.token === undefined
      ? user
      : {
          ...user,
          token: flags.token,
          tokenFile: undefined,
          username: undefined,
          password: undefined,
          exec: undefined,
          authProvider: undefined,
        };
  const impersonate = {
    ...user.impersonate,
    user: flags.as ?? user.impersonate.user,
    groups: flags.asGroups.length > 0 ? flags.asGroups : user.impersonate.groups,
  };
  const { uid, groups, extra } = impersonate;
  const wantsUser = uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0;
  if (wantsUser && impersonate.user === undefined)
    throw new UserError("impersonation of a group or uid requires a user; set --as", 2);
  return { ...identified, impersonate };
}

/** Without a scheme it is https where anything speaks for TLS, else http (client-go rest, `DefaultServerURL`). */
function serverUrl(cluster: Cluster, user: User): URL {
  const tls =
    cluster.skipTlsVerify ||
    [cluster.caFile, cluster.caData, user.certFile, user.certData].some((part) => part !== undefined);
  const text = cluster.server.includes("://")
    ? cluster.server
    : `${tls ? "https" : "http"}://${cluster.server}`;
  const url = URL.parse(text);
  if (url === null || url.hostname === "" || !["http:", "https:"].includes(url.protocol))
    throw new UserError(`invalid server address ${quote(cluster.server)}; use https://HOST:PORT`);
  return url;
}

function known(flag: string, entries: ReadonlyMap<string, unknown>): string {
  if (entries.size === 0) return `it has none; try another file with --kubeconfig`;
  const names = [...entries.keys()].slice(0, 5).map((name) => cleanText(name, 60));
  const more = entries.size > names.length ? `, and ${entries.size - names.length} more` : "";
  return `choose with ${flag}: ${names.join(", ")}${more}`;
}

function quote(name: string): string {
  return `"${cleanText(name, 100)}"`;
}
