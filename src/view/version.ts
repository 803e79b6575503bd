import type { Failure } from "../model/failure.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf } from "./document.ts";

/** What there is to say of versions. `server`: undefined was not asked, a failure could not be had. */
export interface Versions {
  readonly version: string;
  readonly commit: string;
  readonly node: string;
  readonly platform: string;
  readonly server: { readonly gitVersion: string } | { readonly failure: Failure } | undefined;
}

/** `kubectl ha version -o json`. `reason`: why the server's version is null. */
export interface VersionDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "Version";
  readonly clientVersion: Omit<Versions, "server">;
  readonly serverVersion: { readonly gitVersion: string } | null;
  readonly reason: Reason | null;
}

/** Versions as lines, named as kubectl names its own. What could not be had has no line. */
export function versionText({ version, commit, node, platform, server }: Versions): string {
  const lines = [
    `Client Version: ${version}`,
    `Commit: ${commit}`,
    `Node Version: ${node}`,
    `Platform: ${platform}`,
    ...(server !== undefined && "gitVersion" in server ? [`Server Version: ${server.gitVersion}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Versions as a document. */
export function versionDocument({ server, ...clientVersion }: Versions): VersionDocument {
  const about = { apiVersion: API_VERSION, kind: "Version", clientVersion } as const;
  if (server === undefined)
    return { ...about, serverVersion: null, reason: { code: "not-asked", message: "--client was given" } };
  if ("failure" in server) return { ...about, serverVersion: null, reason: reasonOf(server.failure) };
  return { ...about, serverVersion: { gitVersion: server.gitVersion }, reason: null };
}
