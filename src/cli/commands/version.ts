import type { Versions } from "../../output/version.ts";
import { knownMembers, versionDocument, versionText } from "../../output/version.ts";
import type { VersionCommand } from "../args/command.ts";
import type { Io } from "../io.ts";
import type { Session } from "../session.ts";
import { print } from "../io.ts";
import { cleanText } from "../../text/clean.ts";
import { unlistedWords } from "../../core/etcd/endpoints.ts";
import { RequestError, UserError } from "../../core/facts/failure.ts";
import { encodeAnswer } from "../answer.ts";
import { COMMIT, VERSION } from "../build-info.ts";
import { problem } from "./etcd/silent-members.ts";

/** Writes the versions. When one of somebody else cannot be had the rest is written all the same, and then it fails. */
export async function version(
  command: VersionCommand,
  session: Session | undefined,
  io: Io,
): Promise<number> {
  const [server, members] = session
    ? await Promise.all([serverVersion(session, io.interrupted), memberVersions(session, io.interrupted)])
    : [undefined, undefined];
  const platform = `${io.platform}/${io.arch}`;
  const versions = { version: VERSION, commit: COMMIT, node: io.node, platform, server, members };
  await print(io.stdout, await encode(versions, command.output, io));
  if (server !== undefined && "failure" in server) throw new RequestError(server.failure);
  const failures = knownMembers(members).flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) throw problem([...new Set(failures.map(({ text }) => text))].join("; "), failures);
  return 0;
}

function encode(versions: Versions, output: VersionCommand["output"], io: Io): Promise<string> {
  const answer = { table: () => versionText(versions), document: () => versionDocument(versions) };
  return encodeAnswer(answer, { output, headers: true }, io);
}

async function serverVersion(
  session: Session,
  signal: AbortSignal,
): Promise<NonNullable<Versions["server"]>> {
  try {
    const { api } = await session.kube();
    return {
      gitVersion: gitVersion(await api.get("/version", { signal, timeout: session.timeout }), api.server),
    };
  } catch (error) {
    if (error instanceof RequestError) return { failure: error.failure };
    if (error instanceof UserError && error.exitCode === 1)
      return { failure: { code: "other", text: error.message } };
    throw error;
  }
}

/** Of each member, if a way to etcd is given: that none is, is no failure of this command. */
async function memberVersions(
  session: Session,
  signal: AbortSignal,
): Promise<NonNullable<Versions["members"]>> {
  const access = await session.etcd();
  if (!access.found)
    return { notConfigured: access.tried.map(({ route, outcome }) => `${route} ${outcome}`).join(", ") };
  const { lookOnce } = await import("../follow.ts");
  const { etcd } = await lookOnce(session.look("etcd", signal), session);
  if (etcd.state !== "members") return [];
  const unlisted = etcd.endpoints.map((one) => ({
    ...{ name: one.endpoint, endpoint: one.endpoint, version: undefined },
    failure: { code: one.failure.code, text: unlistedWords(one) },
  }));
  const members = etcd.rows.map(({ name, endpoint, status, failure }) => ({
    ...{ name, endpoint, version: status?.version, failure },
  }));
  return [...members, ...unlisted];
}

function gitVersion(answer: unknown, server: string): string {
  if (
    typeof answer === "object" &&
    answer !== null &&
    "gitVersion" in answer &&
    typeof answer.gitVersion === "string"
  )
    return cleanText(answer.gitVersion, 60);
  throw new RequestError({
    code: "other",
    text: `${server} returned no version: not a Kubernetes API server`,
  });
}
