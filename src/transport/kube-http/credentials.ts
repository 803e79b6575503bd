import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Cluster, Fields, User } from "./kubeconfig.ts";
import { isFields } from "./kubeconfig.ts";
import type { Selection } from "./select.ts";
import { cleanText } from "../../text/clean.ts";
import { RequestError, thrownText, reasonOf } from "../../core/facts/failure.ts";
import { readFileOf } from "../pem.ts";

/** What a request needs so that server and client know each other. Header values may be lists. */
export interface Credentials {
  readonly tls: TlsParts;
  readonly headers: OutgoingHttpHeaders;
  /** The server did not accept them (401): the plugin is run again before the next request. */
  refused(): void;
}

/** For `tls.connect`. */
type TlsParts = Pick<RequestOptions, "ca" | "cert" | "key" | "rejectUnauthorized" | "servername">;

/**
 * Called before each request: files are read again, tokens renewed. Throws RequestError; takes as long as a plugin
 * takes.
 */
export type CredentialSource = () => Promise<Credentials>;

/** A plugin is not run more often than this, however often its credentials are refused; ms. */
const RENEW_AT_MOST = 10_000;

/**
 * Credentials by client-node's KubeConfig: it runs the plugin and renews tokens when they expire. One that the server
 * refuses is renewed as well, as client-go does: it may say nothing of when it expires, or may have been revoked.
 */
function pluginCredentials(selection: Selection): CredentialSource {
  let loading: Promise<KubeConfig> | undefined;
  let renewedAt = -Infinity;
  const renew = (refused: Promise<KubeConfig>): void => {
    const now = performance.now();
    // A request with older credentials was refused: newer ones are there already.
    if (loading !== refused || now - renewedAt < RENEW_AT_MOST) return;
    renewedAt = now;
    loading = undefined;
  };
  return async () => {
    try {
      const config = (loading ??= load(selection));
      const options: RequestOptions = {};
      await (await config).applyToHTTPSOptions(options);
      const basic = options.auth == null ? undefined : Buffer.from(options.auth).toString("base64");
      const { headers } = options;
      return {
        tls: tlsParts(options),
        headers: {
          ...(basic !== undefined && { Authorization: `Basic ${basic}` }),
          ...(isHeaders(headers) && headers),
        },
        refused: () => {
          renew(config);
        },
      };
    } catch (error) {
      throw pluginFailed(selection.user, error);
    }
  };
}

async function load({ server, cluster, user }: Selection): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "cluster", server: server.href, ...clusterParts(cluster, server) },
    { name: "user", ...userParts(user) },
  );
  return config;
}

/** client-node refuses plain http unless verification is off, where kubectl takes it. */
function clusterParts(cluster: Cluster, server: URL): { skipTLSVerify: boolean } & Record<string, unknown> {
  const { caFile, caData, tlsServerName } = cluster;
  const skipTLSVerify = cluster.skipTlsVerify || server.protocol === "http:";
  return {
    skipTLSVerify,
    ...(caFile !== undefined && { caFile }),
    ...defined({ caData, tlsServerName }),
  };
}

function userParts(user: User): Record<string, unknown> {
  const { certFile, certData, keyFile, keyData, token, username, password, tokenFile } = user;
  const provider = tokenFile === undefined ? user.authProvider : { name: "tokenFile", config: { tokenFile } };
  const parts = { certFile, certData, keyFile, keyData, token, username, password, authProvider: provider };
  return defined({ ...parts, exec: user.exec && withExecInfo(user.exec) });
}

/** Plugins expect to be told how they are called (client.authentication.k8s.io); client-node does not tell them. */
function withExecInfo(exec: Fields): Fields {
  const info = { apiVersion: exec["apiVersion"], kind: "ExecCredential", spec: { interactive: false } };
  const given: readonly unknown[] = Array.isArray(exec["env"]) ? exec["env"] : [];
  return { ...exec, env: [...given, { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }] };
}

function defined(parts: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

function tlsParts({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): TlsParts {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  };
}

function isHeaders(headers: RequestOptions["headers"]): headers is Record<string, string | string[]> {
  return isFields(headers);
}

function pluginFailed(user: User, error: unknown): RequestError {
  const command = user.exec?.["command"];
  const provider = user.authProvider?.["name"];
  const who =
    typeof command === "string"
      ? `credential plugin ${command}`
      : `auth provider ${typeof provider === "string" ? provider : "of the kubeconfig"}`;
  return new RequestError(
    { code: "unauthorized", text: cleanText(`${who} failed: ${thrownText(error).message}`) },
    { cause: error },
  );
}

/**
 * How requests to the selected cluster are authenticated. Certificates, tokens, passwords and impersonation are done
 * here; credential plugins and auth providers by client-node, which is loaded for these only: it takes longer
 * to load than everything else together.
 */
export function credentialSource(selection: Selection): CredentialSource {
  const { cluster, user } = selection;
  const needsClientNode = user.exec !== undefined || user.authProvider !== undefined;
  const source = needsClientNode ? pluginCredentials(selection) : () => plainCredentials(cluster, user);
  return shareRunning(async () => {
    const credentials = await source();
    return { ...credentials, headers: { ...credentials.headers, ...impersonationHeaders(user) } };
  });
}

/** Requests that start together wait for one answer: a credential plugin is not run twice at once. */
function shareRunning<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= ask().finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function plainCredentials(cluster: Cluster, user: User): Promise<Credentials> {
  const [ca, cert, key, token] = await Promise.all([
    part("certificate authority", cluster.caFile, cluster.caData),
    part("client certificate", user.certFile, user.certData),
    part("client key", user.keyFile, user.keyData),
    part("token", user.tokenFile, undefined),
  ]);
  const bearer = token?.toString("utf8").trim() ?? user.token;
  return {
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(cluster.skipTlsVerify && { rejectUnauthorized: false }),
      ...(cluster.tlsServerName !== undefined && { servername: cluster.tlsServerName }),
    },
    headers: authorization(user, bearer),
    // Files are read again for each request, and the contents of the kubeconfig do not change.
    refused: () => undefined,
  };
}

async function part(
  what: string,
  file: string | undefined,
  data: string | undefined,
): Promise<Buffer | undefined> {
  if (file === undefined) return data === undefined ? undefined : Buffer.from(data, "base64");
  try {
    return await readFileOf(file);
  } catch (error) {
    const text = cleanText(`cannot read the ${what} ${file}: ${reasonOf(error)}`);
    throw new RequestError({ code: "other", text }, { cause: error });
  }
}

function authorization(user: User, bearer: string | undefined): OutgoingHttpHeaders {
  if (bearer !== undefined) return { Authorization: `Bearer ${bearer}` };
  if (user.username === undefined) return {};
  const basic = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
  return { Authorization: `Basic ${basic}` };
}

function impersonationHeaders({ impersonate }: User): OutgoingHttpHeaders {
  if (impersonate.user === undefined) return {};
  const extra = Object.entries(impersonate.extra).map(
    ([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, [...values]] as const,
  );
  return {
    "Impersonate-User": impersonate.user,
    ...(impersonate.uid !== undefined && { "Impersonate-Uid": impersonate.uid }),
    ...(impersonate.groups.length > 0 && { "Impersonate-Group": [...impersonate.groups] }),
    ...Object.fromEntries(extra),
  };
}
