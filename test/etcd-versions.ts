import { spawnSync } from "node:child_process";
import { buildOtherEtcd } from "../scripts/lab/build/other-etcd.ts";
import type { EtcdCluster, MemberOptions } from "../scripts/lab/etcd/cluster.ts";
import { startEtcd } from "./etcd-for-file.ts";

/** Minor versions of which there are members. 3.6 is the lab's own, 3.4 the one on PATH: see `hasDebianEtcd`. */
export type EtcdVersion = "3.4" | "3.5" | "3.6" | "3.7";

/** How long two builds may take beside whatever else the machine does: a minute each when it is quiet. */
export const BUILD_MS = 540_000;

/** Where etcd of a version is, built if need be; undefined: the lab's own. */
async function etcdOf(version: EtcdVersion): Promise<string | undefined> {
  if (version === "3.6") return undefined;
  if (version === "3.4") return "etcd";
  return buildOtherEtcd(version, { progress: () => undefined, signal: undefined });
}

/** Builds what is not there yet. */
export async function buildVersions(versions: readonly EtcdVersion[]): Promise<void> {
  for (const version of versions) await etcdOf(version);
}

/** A cluster with a member of each of these versions, m1 and up in their order. `await using` it. */
export async function startVersions(
  versions: readonly EtcdVersion[],
  args: readonly string[] = [],
): Promise<EtcdCluster> {
  const members: MemberOptions[] = [];
  for (const [index, version] of versions.entries()) {
    const etcd = await etcdOf(version);
    members.push({ name: `m${index + 1}`, ...(etcd !== undefined && { etcd }) });
  }
  return startEtcd({ members, args });
}

/** Whether etcd 3.4, as Debian has it (package etcd-server), is on PATH. */
export function hasDebianEtcd(): boolean {
  const { error, stdout } = spawnSync("etcd", ["--version"], { encoding: "utf8" });
  return error === undefined && stdout.includes("etcd Version: 3.4.");
}
