import type { Failure } from "../core/facts/failure.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf } from "./document.ts";

/** The version of one member of etcd, or why it is not known. `name`: its endpoint while unknown. */
export interface MemberVersion {
  readonly name: string;
  readonly endpoint: string;
  readonly version: string | undefined;
  readonly failure: Failure | undefined;
}

/**
 * Versions of the client, the API server and etcd. `server`, `members`: undefined was not asked; `notConfigured`: why
 * there is no etcd to ask.
 */
export interface Versions {
  readonly version: string;
  readonly commit: string;
  readonly node: string;
  readonly platform: string;
  readonly server: { readonly gitVersion: string } | { readonly failure: Failure } | undefined;
  readonly members: readonly MemberVersion[] | { readonly notConfigured: string } | undefined;
}

/** `kubectl ha version -o json`. `reason`: why the version beside it is null. */
export interface VersionDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "Version";
  readonly clientVersion: Omit<Versions, "server" | "members">;
  readonly serverVersion: { readonly gitVersion: string } | null;
  readonly reason: Reason | null;
  readonly etcd: {
    readonly members:
      | readonly {
          readonly name: string;
          readonly endpoint: string;
          readonly version: string | null;
          readonly reason: Reason | null;
        }[]
      | null;
    readonly reason: Reason | null;
  };
}

const NOT_ASKED: Reason = { code: "not-asked", message: "--client was given" };

/** Versions as lines, named as kubectl names its own. An unknown one has no line. */
export function versionText({ version, commit, node, platform, server, members }: Versions): string {
  const lines = [
    `Client Version: ${version}`,
    `Commit: ${commit}`,
    `Node Version: ${node}`,
    `Platform: ${platform}`,
    ...(server !== undefined && "gitVersion" in server ? [`Server Version: ${server.gitVersion}`] : []),
    ...memberLines(knownMembers(members)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The members that were asked; none if none could be. */
export function knownMembers(members: Versions["members"]): readonly MemberVersion[] {
  return members === undefined || "notConfigured" in members ? [] : members;
}

/** A line for each version that members have, and who has it: while etcd is upgraded there are several. */
function memberLines(members: readonly MemberVersion[]): readonly string[] {
  const versions = new Set(members.map(({ version }) => version).filter((version) => version !== undefined));
  return [...versions].map((version) => {
    const names = members.filter((member) => member.version === version).map(({ name }) => name);
    return `etcd Version: ${version} (${names.join(", ")})`;
  });
}

/** Versions as a document. */
export function versionDocument({ server, members, ...clientVersion }: Versions): VersionDocument {
  const about = { apiVersion: API_VERSION, kind: "Version", clientVersion } as const;
  const etcd = etcdPart(members);
  if (server === undefined) return { ...about, serverVersion: null, reason: NOT_ASKED, etcd };
  if ("failure" in server) return { ...about, serverVersion: null, reason: reasonOf(server.failure), etcd };
  return { ...about, serverVersion: { gitVersion: server.gitVersion }, reason: null, etcd };
}

function etcdPart(members: Versions["members"]): VersionDocument["etcd"] {
  if (members === undefined) return { members: null, reason: NOT_ASKED };
  if ("notConfigured" in members)
    return { members: null, reason: { code: "not-configured", message: members.notConfigured } };
  const rows = members.map(({ name, endpoint, version, failure }) => ({
    name,
    endpoint,
    version: version ?? null,
    reason: failure === undefined ? null : reasonOf(failure),
  }));
  return { members: rows, reason: null };
}
