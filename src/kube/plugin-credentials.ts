import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { RequestOptions } from "node:https";
import { cleanText } from "../model/clean-text.ts";
import { RequestError } from "../model/failed.ts";
import { thrownText } from "../model/reason.ts";
import type { CredentialSource, TlsParts } from "./credential-source.ts";
import type { Cluster, Fields, User } from "./kubeconfig.ts";
import { isFields } from "./kubeconfig.ts";
import type { Selection } from "./select.ts";

/** What a plugin gave last is not asked for anew more often than this, however often it is refused; ms. */
const RENEW_AT_MOST = 10_000;

/**
 * Credentials by client-node's KubeConfig: it runs the plugin and renews tokens when they expire. One that the server
 * refuses is renewed as well, as client-go does: it may say nothing of when it expires, or may have been revoked.
 */
export function pluginCredentials(selection: Selection): CredentialSource {
  let loading: Promise<KubeConfig> | undefined;
  let renewedAt = -Infinity;
  const renew = (refused: Promise<KubeConfig>): void => {
    const now = performance.now();
    // Whoever asked with what came before is too late: there is something newer.
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
