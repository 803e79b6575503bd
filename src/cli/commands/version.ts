import { cleanText } from "../../model/clean-text.ts";
import { Failed } from "../../model/failed.ts";
import { Problem } from "../../model/problem.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import type { Versions } from "../../view/version.ts";
import { versionDocument, versionText } from "../../view/version.ts";
import { COMMIT, VERSION } from "../build-info.ts";
import type { VersionCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";

/** Seconds to wait for the server's version, which is only a part of the answer. */
const DEADLINE = 2;

/** Writes the versions. When the server's cannot be had the rest is written all the same, and then it fails. */
export async function version(command: VersionCommand, io: Io): Promise<number> {
  const server = command.clientOnly ? undefined : await serverVersion(command, io);
  const platform = `${io.platform}/${io.arch}`;
  const versions = { version: VERSION, commit: COMMIT, node: io.node, platform, server };
  await print(io.stdout, await encode(versions, command.output));
  if (server !== undefined && "failure" in server) throw new Failed(server.failure);
  return 0;
}

async function encode(versions: Versions, output: VersionCommand["output"]): Promise<string> {
  switch (output) {
    case "table":
      return versionText(versions);
    case "json":
      return toJson(versionDocument(versions), false);
    case "yaml":
      return toYaml(versionDocument(versions), false);
  }
}

async function serverVersion({ cluster }: VersionCommand, io: Io): Promise<NonNullable<Versions["server"]>> {
  const [{ loadSelection }, { connectKube }] = await Promise.all([
    import("../../kube/config.ts"),
    import("../../kube/client.ts"),
  ]);
  try {
    const api = await connectKube(await loadSelection(cluster, io));
    const call = { signal: io.interrupted, timeout: cluster.requestTimeout ?? DEADLINE };
    return { gitVersion: gitVersion(await api.get("/version", call), api.server) };
  } catch (error) {
    if (error instanceof Failed) return { failure: error.failure };
    if (error instanceof Problem && error.exitCode === 1)
      return { failure: { code: "other", text: error.message } };
    throw error;
  }
}

function gitVersion(answer: unknown, server: string): string {
  if (
    typeof answer === "object" &&
    answer !== null &&
    "gitVersion" in answer &&
    typeof answer.gitVersion === "string"
  )
    return cleanText(answer.gitVersion, 60);
  throw new Failed({ code: "other", text: `${server} has no version: it is no Kubernetes API server` });
}
