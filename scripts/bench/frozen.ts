import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Lab } from "../lab/lab.ts";
import type { Robot } from "../robot/robot.ts";
import { labNodes, PORTS } from "../lab/topology.ts";
import { spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { startTop } from "./watched.ts";
import type { Env } from "./watched.ts";

const PEER_RUNS = 3;
const run = promisify(execFile);

/** What a member said of itself: the raft index that it had at that time (performance.now()), or had reached before. */
interface Truth {
  readonly asked: number;
  readonly index: number;
}

/**
 * How old the figures of two members are on the screen while the third is frozen. Each is asked by etcdctl itself all
 * the time; a figure on the screen is at most as old as the last such question whose answer was not above it.
 * The peer asks all three and prints nothing until the frozen one's deadline is over: then its figures are that old.
 */
export async function frozen(env: Env, lab: Lab): Promise<Row[]> {
  await using top = await startTop(env);
  const leader = await lab.resolve("etcd/leader");
  const nodes = labNodes(lab.spec);
  const victim = nodes.findLast(({ name }) => !leader.includes(`etcd/${name}`));
  if (victim === undefined) throw new Error("every member leads");
  const others = nodes.filter((node) => node !== victim);
  await lab.fault("freeze", `etcd/${victim.name}`);
  try {
    await top.see("that one member does not answer", (text) => text.includes("2 of 3 up"));
    const peer: number[] = [];
    const over = new AbortController();
    const ages = Promise.all(
      others.map(({ name, address }) =>
        agesOf(top, name, asked(`https://${address}:${PORTS.etcdClient}`, env, over.signal), over.signal),
      ),
    );
    for (let n = 0; n < PEER_RUNS; n += 1) peer.push(await timeStatus(env));
    over.abort();
    return [rowOf((await ages).flat(), peer)];
  } finally {
    await lab.fault("thaw", `etcd/${victim.name}`);
  }
}

function rowOf(samples: readonly number[], peerSamples: readonly number[]): Row {
  if (samples.length === 0) throw new Error("etcdctl told nothing of the members that are not frozen");
  const [age, peer] = [spread(samples), spread(peerSamples)];
  return toRow({
    measure: "age of the other members' figures, one member frozen",
    ours: `at most ${age.max.toFixed(2)} s, median ${age.median.toFixed(2)} s`,
    peer: `\`etcdctl endpoint status\`: ${peer.median.toFixed(2)} s`,
    ratio: age.max / peer.median,
    target: 1 / 9,
    aim: "0.11 (9 times fresher)",
    figures: {
      oursMaxSeconds: age.max,
      oursMedianSeconds: age.median,
      peerMedianSeconds: peer.median,
      samples: samples.length,
    },
  });
}

/** Ages in seconds of a member's raft index on the screen, twenty times a second. */
async function agesOf(
  top: Robot,
  member: string,
  truths: readonly Truth[],
  signal: AbortSignal,
): Promise<number[]> {
  const ages: number[] = [];
  const row = new RegExp(`${member} +(?:follower|LEADER) +[\\d.]+ m?s +[\\d,]+ +([\\d,]+) `);
  while (!signal.aborted) {
    await sleep(50);
    const shown = row.exec(top.text)?.[1];
    if (shown === undefined) throw new Error(`no raft index of ${member}\n${top.text}`);
    const index = Number(shown.replaceAll(",", ""));
    const last = truths.findLast((truth) => truth.index <= index);
    if (last !== undefined) ages.push((performance.now() - last.asked) / 1000);
  }
  return ages;
}

/** Asks one member for its status, time after time; what it said is added to what is returned. */
function asked(endpoint: string, env: Env, signal: AbortSignal): readonly Truth[] {
  const truths: Truth[] = [];
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const asked = performance.now();
      const only = { ...env, ETCDCTL_ENDPOINTS: endpoint };
      const { stdout } = await run("etcdctl", ["endpoint", "status", "-w", "json"], { env: only });
      truths.push({ asked, index: Number(/"raftIndex":(\d+)/.exec(stdout)?.[1]) });
      await sleep(50);
    }
  };
  // A question that fails leaves the truth as it was: ages only get older by it.
  loop().catch(() => undefined);
  return truths;
}

async function timeStatus(env: Env): Promise<number> {
  const start = performance.now();
  // It says that one endpoint failed, by its exit code, too.
  await run("etcdctl", ["endpoint", "status"], { env }).catch(() => undefined);
  return (performance.now() - start) / 1000;
}
