import { readFile } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { cleanText } from "../model/clean-text.ts";
import { RequestError } from "../model/failed.ts";
import { reasonOf } from "../model/reason.ts";
import type { Credentials, CredentialSource } from "./credential-source.ts";
import type { Cluster, User } from "./kubeconfig.ts";
import { pluginCredentials } from "./plugin-credentials.ts";
import type { Selection } from "./select.ts";

/** Not from node:fs/promises, which takes longer to load than the files to read. */
const read = promisify(readFile);

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
    // Files are read anew for each request, and what the kubeconfig holds does not change.
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
    return await read(file);
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
