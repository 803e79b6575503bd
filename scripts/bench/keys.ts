// What `kubectl ha keys` costs, beside etcdctl, on bare members that hold BENCH_KEYS keys.
import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdCluster } from "../lab/etcd/cluster.ts";
import type { EtcdMember } from "../lab/etcd/member.ts";
import { roles, rssOf, runLine, startKeys } from "./key-cluster.ts";
import {
  alternately,
  asked,
  compared,
  etcdctl,
  lineEnv,
  LOAD,
  mb,
  of,
  RUNS,
  seconds,
  TARGETS,
} from "./key-lines.ts";
import { keyNames, NEEDLE } from "./key-names.ts";
import { KeyWriter } from "./key-writer.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { openSlowLink } from "./slow-link.ts";

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

/** Full scan for a regular expression, and how many times as long as for a substring it takes. */
export async function keysRegex(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const { follower } = await roles(cluster);
  const expression = `'(pods|deployments)/[a-z]+/${NEEDLE}'`;
  const ours = ["--members", follower.name, "-o", "name"];
  const [first = [], second = [], third = []] = await alternately(cluster, [
    asked(follower, ...ours).replace(NEEDLE, `--regex ${expression}`),
    `${etcdctl(follower)} | grep -E ${expression}`,
    asked(follower, ...ours),
  ]);
  const measure = `full scan for an expression, ${of}`;
  const peerName = "`etcdctl get --keys-only` piped to grep -E";
  return [
    compared([first, second], { measure, peerName, target: 1 / TARGETS.scan, ...seconds }),
    compared([first, third], { measure, peerName: "ours for a substring", target: Infinity, ...seconds }),
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
      ...{ target: Infinity, aim: "figures" },
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
