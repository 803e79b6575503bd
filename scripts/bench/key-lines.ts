import type { EtcdCluster } from "../lab/etcd/cluster.ts";
import type { EtcdMember } from "../lab/etcd/member.ts";
import type { LineRun } from "./key-cluster.ts";
import { keyLoad, runLine } from "./key-cluster.ts";
import { NEEDLE } from "./key-names.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { OURS } from "./watched.ts";

/** How many keys are measured, and with which etcd. */
export const LOAD = keyLoad(process.env);
/** How often each is run. */
export const RUNS = Number(process.env["BENCH_RUNS"] ?? 5);
/** Bytes. */
export const MB = 1024 * 1024;
/** Bytes in words. */
export const mb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;
/** What the keys are, for the name of a row. */
export const of = `${LOAD.keys.toLocaleString("en")} keys${LOAD.version === undefined ? "" : `, etcd ${LOAD.version}`}`;
const large = LOAD.keys >= 1_000_000;
/** How many times as fast as etcdctl a scan and its first hit are to be, and how much a member may grow beside etcdctl. */
export const TARGETS =
  LOAD.version === "3.7"
    ? { scan: 2.2, first: large ? 10 : 3, growth: 0.75 }
    : { scan: large ? 1.7 : 1.4, first: large ? 12 : 4, growth: 0.35 };

/** etcdctl reading all keys of one member. */
export const etcdctl = (member: Pick<EtcdMember, "url">): string =>
  `etcdctl --endpoints ${member.url} get "" --prefix --keys-only --consistency=s --command-timeout=120s`;

/** etcdctl refuses endpoints in its environment beside those of its flag. */
export function lineEnv(cluster: EtcdCluster): Record<string, string> {
  const env = Object.entries(cluster.env).filter(([name]) => name !== "ETCDCTL_ENDPOINTS");
  return { ...Object.fromEntries(env), LANG: "C.UTF-8" };
}

/** Runs lines in turn, each warm, and hands their figures over. */
export async function alternately(cluster: EtcdCluster, lines: readonly string[]): Promise<LineRun[][]> {
  const env = lineEnv(cluster);
  const all: LineRun[][] = lines.map(() => []);
  for (let run = -1; run < RUNS; run += 1)
    for (const [index, line] of lines.entries()) {
      const figures = await runLine(line, env);
      if (run >= 0) all[index]?.push(figures);
    }
  return all;
}

interface Compared {
  readonly measure: string;
  readonly peerName: string;
  readonly target: number;
  readonly figure: (run: LineRun) => number;
  readonly shown: (value: number) => string;
}

/** A row of two lines that were run in turn. */
export function compared(
  runs: readonly (readonly LineRun[])[],
  { measure, peerName, target, figure, shown }: Compared,
): Row {
  const [ours, peer] = runs.map((list) => spread(list.map(figure)));
  if (ours === undefined || peer === undefined) throw new Error("two lines are compared");
  const text = (s: typeof ours): string => `${shown(s.median)} (${shown(s.min)} to ${shown(s.max)})`;
  return toRow({
    ...{ measure, ours: text(ours), peer: `${text(peer)}, ${peerName}`, target },
    ratio: ours.median / peer.median,
    aim: target === Infinity ? "none" : `at most ${Number(target.toFixed(2))} times`,
    figures: { ours: ours.median, peer: peer.median },
  });
}

/** A row about the time of a whole line. */
export const seconds = { figure: (run: LineRun): number => run.seconds, shown: ms };
/** `kubectl ha keys` for the needle, one member given. */
export const asked = (member: Pick<EtcdMember, "url">, ...flags: string[]): string =>
  [OURS, "keys", NEEDLE, "--etcd-endpoints", member.url, ...flags].join(" ");
