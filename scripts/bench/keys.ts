// What `kubectl ha keys` and the search box cost, beside etcdctl, on bare members that hold BENCH_KEYS keys.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdCluster } from "../lab/etcd/cluster.ts";
import type { EtcdMember } from "../lab/etcd/member.ts";
import { keyLoad, roles, rssOf, runLine, startKeys } from "./key-cluster.ts";
import type { LineRun } from "./key-cluster.ts";
import { keyNames, NEEDLE } from "./key-names.ts";
import { KeyWriter } from "./key-writer.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { openSlowLink } from "./slow-link.ts";
import { OURS } from "./watched.ts";

const LOAD = keyLoad(process.env);
const RUNS = Number(process.env["BENCH_RUNS"] ?? 5);
const MB = 1024 * 1024;
const mb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;
const of = `${LOAD.keys.toLocaleString("en")} keys${LOAD.version === undefined ? "" : `, etcd ${LOAD.version}`}`;
const large = LOAD.keys >= 1_000_000;
/** How many times as fast as etcdctl a scan and its first hit are to be, and how much a member may grow beside etcdctl. */
const TARGETS =
  LOAD.version === "3.7"
    ? { scan: 2.2, first: large ? 10 : 3, growth: 0.75 }
    : { scan: large ? 1.7 : 1.4, first: large ? 12 : 4, growth: 0.35 };

const etcdctl = (member: Pick<EtcdMember, "url">): string =>
  `etcdctl --endpoints ${member.url} get "" --prefix --keys-only --consistency=s --command-timeout=120s`;

/** etcdctl refuses endpoints in its environment beside those of its flag. */
function lineEnv(cluster: EtcdCluster): Record<string, string> {
  const env = Object.entries(cluster.env).filter(([name]) => name !== "ETCDCTL_ENDPOINTS");
  return { ...Object.fromEntries(env), LANG: "C.UTF-8" };
}

/** Runs lines in turn, each warm, and hands their figures over. */
async function alternately(cluster: EtcdCluster, lines: readonly string[]): Promise<LineRun[][]> {
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
function compared(
  runs: readonly (readonly LineRun[])[],
  { measure, peerName, target, figure, shown }: Compared,
): Row {
  const [ours, peer] = runs.map((list) => spread(list.map(figure)));
  if (ours === undefined || peer === undefined) throw new Error("two lines are compared");
  const text = (s: typeof ours): string => `${shown(s.median)} (${shown(s.min)} to ${shown(s.max)})`;
  return toRow({
    ...{ measure, ours: text(ours), peer: `${text(peer)}, ${peerName}`, target },
    ratio: ours.median / peer.median,
    aim: `at most ${Number(target.toFixed(2))} times`,
    figures: { ours: ours.median, peer: peer.median },
  });
}

const seconds = { figure: (run: LineRun) => run.seconds, shown: ms };
const asked = (member: Pick<EtcdMember, "url">, ...flags: string[]): string =>
  [OURS, "keys", NEEDLE, "--etcd-endpoints", member.url, ...flags].join(" ");

/** Full scan for a substring, first hit, and the memory of the program, on one follower. */
export async function keysScan(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const { follower } = await roles(cluster);
  const lines = [
    asked(follower, "--members", follower.name, "-o", "name"),
    `${etcdctl(follower)} | grep --line-buffered ${NEEDLE}`,
  ];
  const runs = await alternately(cluster, lines);
  const peerName = "`etcdctl get --keys-only` piped to grep";
  return [
    compared(runs, { measure: `full scan, ${of}`, peerName, target: 1 / TARGETS.scan, ...seconds }),
    compared(runs, {
      ...{ measure: `first hit, ${of}`, peerName, target: 1 / TARGETS.first },
      ...{ figure: (run) => run.first, shown: ms },
    }),
    compared(runs, {
      ...{ measure: `client RSS, ${of}`, peerName, target: 0.3 },
      ...{ figure: (run) => run.peakRss, shown: mb },
    }),
  ];
}

/** "Is it on every member?", yes or no. */
export async function keysMembers(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const [first] = cluster.members;
  if (first === undefined) throw new Error("no member");
  const peer = cluster.members.map((member) => `${etcdctl(member)} | grep -q ${NEEDLE}`).join(" && ");
  const runs = await alternately(cluster, [asked(first, "--limit", "1"), peer]);
  const peerName = "three `etcdctl` in turn";
  return [compared(runs, { measure: `on every member?, ${of}`, peerName, target: 1 / 20, ...seconds })];
}

/** The lesson's own pipeline, which takes minutes where there are many keys: 20,000 at most. */
export async function keysLesson(): Promise<Row[]> {
  const load = { ...LOAD, keys: Math.min(LOAD.keys, 20_000) };
  await using cluster = await startKeys(load);
  const [first] = cluster.members;
  if (first === undefined) throw new Error("no member");
  const dump = `etcdctl --endpoints ${first.url} get "" --prefix -w json > ${cluster.file("dump.json")}`;
  const loop = `for i in $(jq '.kvs[] | .key' -r < ${cluster.file("dump.json")}); do echo $i | base64 -d; echo; done | grep ${NEEDLE}`;
  const runs = await alternately(cluster, [asked(first), `${dump}; ${loop}`]);
  const measure = `the lesson's question, ${load.keys.toLocaleString("en")} keys`;
  return [compared(runs, { measure, peerName: "its dump, jq and base64 in a loop", target: 1, ...seconds })];
}

/** What a scan of the leader costs the leader: gentle, because there is nobody else. (Among three it would follow after its restart.) */
export async function keysServerMemory(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD, ["m1"]);
  const growth = async (line: (leader: EtcdMember) => string): Promise<number> => {
    const { leader } = await roles(cluster);
    await leader.stop();
    leader.start();
    await leader.healthy();
    const before = rssOf(leader.pid);
    let most = before;
    const look = setInterval(() => (most = Math.max(most, rssOf(leader.pid))), 10);
    await runLine(line(leader), lineEnv(cluster));
    clearInterval(look);
    return most - before;
  };
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(await growth((member) => asked(member, "--members", member.name, "--request-timeout", "30s")));
    peer.push(await growth((member) => etcdctl(member)));
  }
  const [a, b] = [spread(ours), spread(peer)];
  return [
    toRow({
      measure: `server RSS growth, one member, ${of}`,
      ...{ ours: mb(a.median), peer: `${mb(b.median)}, \`etcdctl get --keys-only\`` },
      ...{ ratio: a.median / b.median, target: TARGETS.growth },
      aim: `at most ${TARGETS.growth} times`,
      figures: { oursBytes: a.median, peerBytes: b.median },
    }),
  ];
}

/** How long writes take meanwhile: nothing, etcdctl, ours. */
export async function keysWriter(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const { leader, follower } = await roles(cluster);
  const env = lineEnv(cluster);
  const during = async (line: string): Promise<number> => {
    const over = new AbortController();
    const scanning = (async () => {
      while (!over.signal.aborted) await runLine(line, env);
    })();
    const took = await putTimes(cluster, leader, 5);
    over.abort();
    await scanning;
    return spread(took).p99;
  };
  const idle = await during("sleep 1");
  const peer = await during(`${etcdctl(follower)} | grep ${NEEDLE}`);
  const ours = await during(asked(follower, "--members", follower.name));
  return [
    toRow({
      measure: `p99 of a put at the leader during scans of a follower, ${of}`,
      ...{ ours: ms(ours), peer: `${ms(peer)} during \`etcdctl\`; ${ms(idle)} idle`, ratio: ours / peer },
      ...{ target: 1, aim: "figures" },
      figures: { ours, peer, idle },
    }),
  ];
}

/** Seconds of puts, a hundred in a second, for so long. */
async function putTimes(cluster: EtcdCluster, member: EtcdMember, length: number): Promise<number[]> {
  using writer = new KeyWriter(cluster, member.endpoint);
  const value = Buffer.alloc(LOAD.valueBytes, "k8s-value-");
  const [key = ""] = keyNames(1);
  const took: number[] = [];
  for (const until = performance.now() + length * 1000; performance.now() < until;) {
    const start = performance.now();
    await writer.put([key], value);
    took.push((performance.now() - start) / 1000);
    await sleep(Math.max(0, 10 - (performance.now() - start)));
  }
  return took;
}

/** What scripts/bench/typing.ts measures: seconds, of the clock and of the CPU, and bytes. */
interface Typed {
  readonly p99: number;
  readonly cpuP99: number;
  readonly rss: number;
  readonly growth: number;
}

/** From a keystroke to its result, and what the index takes: a process of its own, as `top` is. */
export async function keysTyping(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD, ["m1"]);
  const { p99, cpuP99, rss, growth } = await typed({ ...cluster.env, PATH: process.env["PATH"] ?? "" });
  const row = (measure: string, value: number, shown: string, target: number, aim: string): Row =>
    toRow({
      ...{ measure: `${measure}, ${of}`, ours: shown, peer: "none", ratio: NaN, judged: value, target, aim },
      figures: { [measure]: value },
    });
  const time = `${ms(p99)}, of the CPU ${ms(cpuP99)}`;
  return [
    row("keystroke to result, p99", p99, time, 0.025, "at most 25 ms"),
    row("index, RSS", growth / MB, `${mb(growth)} of ${mb(rss)}`, 160, "at most 160 MB"),
  ];
}

async function typed(env: Record<string, string>): Promise<Typed> {
  const child = spawn(process.execPath, ["scripts/bench/typing.ts"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as Typed;
}

/** A scan of a follower over a link of 20 ms, there and back, for both. */
export async function keysLink(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const { follower } = await roles(cluster);
  await using link = await openSlowLink(follower.endpoint, 10);
  const far = { url: `https://${link.endpoint}` };
  const ours = asked(far, "--members", follower.name, "-o", "name");
  const runs = await alternately(cluster, [ours, `${etcdctl(far)} | grep ${NEEDLE}`]);
  const peerName = "`etcdctl get --keys-only` piped to grep";
  return [
    compared(runs, { measure: `full scan over a link of 20 ms, ${of}`, peerName, target: 0.6, ...seconds }),
  ];
}
