import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { buildBinaries } from "../lab/build/go-build.ts";
import type { OtherEtcd } from "../lab/build/modules.ts";
import { buildOtherEtcd } from "../lab/build/other-etcd.ts";
import { EtcdCluster } from "../lab/etcd/cluster.ts";
import type { EtcdMember } from "../lab/etcd/member.ts";
import { keyNames } from "./key-names.ts";
import { KeyWriter, PUTS_AT_ONCE } from "./key-writer.ts";

/** How many keys, how large their values are, and which etcd keeps them. */
export interface KeyLoad {
  readonly keys: number;
  readonly valueBytes: number;
  /** another version than the lab's, with its own etcdctl */
  readonly version: OtherEtcd | undefined;
}

/** What the environment says: BENCH_KEYS (200,000 unless it is set) and BENCH_ETCD (3.5 or 3.7). */
export function keyLoad(env: Readonly<Record<string, string | undefined>>): KeyLoad {
  const keys = Number(env["BENCH_KEYS"] ?? 200_000);
  const version = env["BENCH_ETCD"];
  if (version !== undefined && version !== "3.5" && version !== "3.7")
    throw new Error(`BENCH_ETCD=${version} is neither 3.5 nor 3.7`);
  return { keys, valueBytes: keys > 500_000 ? 300 : 1350, version };
}

/** The folder with etcd and etcdctl. */
async function programs(version: OtherEtcd | undefined): Promise<string> {
  const context = { progress: () => undefined, signal: undefined };
  if (version === undefined) return buildBinaries(context, ["etcd", "etcdctl"]);
  await buildOtherEtcd(version, context);
  return dirname(await buildOtherEtcd(version, context, "etcdctl"));
}

const FLAGS = [
  `--max-txn-ops=${PUTS_AT_ONCE}`,
  "--quota-backend-bytes=8589934592",
  "--max-request-bytes=4194304",
];

/** Members that hold so many keys, three unless said. */
export async function startKeys(
  load: KeyLoad,
  names: readonly string[] = ["m1", "m2", "m3"],
): Promise<EtcdCluster> {
  const bin = await programs(load.version);
  const members = names.map((name) => ({ name }));
  const cluster = await EtcdCluster.start({ bin, members, args: FLAGS });
  const [first] = cluster.members;
  if (first === undefined) throw new Error("no member");
  using writer = new KeyWriter(cluster, first.endpoint);
  const value = Buffer.alloc(load.valueBytes, "k8s-value-");
  let batch: string[] = [];
  for (const key of keyNames(load.keys)) {
    batch.push(key);
    if (batch.length < PUTS_AT_ONCE) continue;
    await writer.put(batch, value);
    batch = [];
  }
  if (batch.length > 0) await writer.put(batch, value);
  return cluster;
}

/** Who leads, and one who follows. */
export async function roles(cluster: EtcdCluster): Promise<{ leader: EtcdMember; follower: EtcdMember }> {
  const answer: unknown = JSON.parse(await cluster.etcdctl("endpoint", "status", "-w", "json"));
  const leads = (
    answer as { Endpoint: string; Status: { header: { member_id: number }; leader: number } }[]
  ).find(({ Status }) => Status.header.member_id === Status.leader);
  const leader = cluster.members.find(({ url }) => url === leads?.Endpoint);
  const follower = cluster.members.find(({ url }) => url !== leads?.Endpoint) ?? leader;
  if (leader === undefined || follower === undefined) throw new Error("nobody leads");
  return { leader, follower };
}

/** What a shell line needed: seconds to its end and to its first line of output, and the most memory of its programs. */
export interface LineRun {
  readonly seconds: number;
  readonly first: number;
  /** bytes; of the largest process */
  readonly peakRss: number;
}

/** Runs a shell line; `isDone`: exit codes that are none of failure. */
export async function runLine(
  line: string,
  env: Record<string, string>,
  isDone: readonly number[] = [0],
): Promise<LineRun> {
  const start = performance.now();
  const child = spawn("/bin/sh", ["-c", line], { env, stdio: ["ignore", "pipe", "ignore"] });
  let first: number | undefined;
  let peakRss = 0;
  const look = setInterval(() => {
    peakRss = Math.max(peakRss, ...family(child.pid ?? 0).map(peakOf));
  }, 10);
  child.stdout.on("data", () => (first ??= (performance.now() - start) / 1000));
  const code = await new Promise<number>((done) =>
    child.on("close", (exit) => {
      done(exit ?? 1);
    }),
  );
  clearInterval(look);
  const seconds = (performance.now() - start) / 1000;
  if (!isDone.includes(code)) throw new Error(`${line}: exit ${code}`);
  return { seconds, first: first ?? seconds, peakRss };
}

/** A process and all that it started. */
function family(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return [
      pid,
      ...children
        .split(" ")
        .filter(Boolean)
        .flatMap((child) => family(Number(child))),
    ];
  } catch {
    // It has ended.
    return [];
  }
}

/** The memory that a process has now, in bytes. */
export function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

/** The most memory that a process ever had, in bytes. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    // It has ended.
    return 0;
  }
}
