import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startLab } from "../lab/lab.ts";
import type { Lab } from "../lab/lab.ts";
import { startRobot } from "../robot/robot.ts";
import type { Robot } from "../robot/robot.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { isComplete, OURS } from "./watched.ts";
import type { Env } from "./watched.ts";

const RUNS = 5;
const run = promisify(execFile);

/** How long the program is cut off: what is lost on the way is sent again later and later meanwhile. */
const CUT_SECONDS = 20;

/** Something that is dead for some seconds and comes back, and how either side tells that it is there again. */
interface Healing {
  readonly measure: string;
  /** makes it dead, and gives what brings it back */
  readonly harm: (lab: Lab) => Promise<() => Promise<unknown>>;
  /** on our screen while it is dead, and once what we show is live again */
  readonly dead: RegExp;
  readonly live: RegExp;
  /** a command that fails while it is dead */
  readonly peer: readonly [string, ...string[]];
}

const HEALINGS: readonly Healing[] = [
  {
    measure: "all API servers are back: leases live again",
    harm: (lab) => kill(lab, ["apiserver/all"]),
    dead: /LEADER UNKNOWN/,
    live: /● live, /,
    peer: ["kubectl", "get", "lease", "-n", "kube-system", "kube-scheduler", "--request-timeout=1s"],
  },
  {
    measure: "etcd's quorum is back: its leader named again",
    harm: async (lab) => {
      const [leader = ""] = await lab.resolve("etcd/leader");
      const other = ["etcd/cp-1", "etcd/cp-2"].find((one) => one !== leader) ?? "";
      return kill(lab, [leader, other]);
    },
    dead: /QUORUM LOST/,
    live: /\d of 3 up/,
    peer: ["etcdctl", "get", "nothing", "--command-timeout=1s", "--dial-timeout=1s"],
  },
];

/** The program is cut off from everything: the leases, the API servers and the members are all last known data. */
const CUT: Healing = {
  measure: `the program was cut off for ${CUT_SECONDS} s: leases, API servers and members live again`,
  harm: async (lab) => {
    await lab.partition("observer");
    await sleep(CUT_SECONDS * 1000);
    return () => lab.heal();
  },
  dead: /LEADER UNKNOWN/,
  live: /● 3 of 3 up.*● 3 of 3 ready.*● live, /,
  peer: ["kubectl", "get", "lease", "-n", "kube-system", "kube-scheduler", "--request-timeout=1s"],
};

async function kill(lab: Lab, targets: readonly string[]): Promise<() => Promise<unknown>> {
  for (const target of targets) await lab.fault("kill", target);
  return () => Promise.all(targets.map((target) => lab.fault("start", target)));
}

/**
 * How long after the peer's own first answer what we show is live again: the peer asks again and again from the moment
 * in which what was harmed is brought back.
 */
export async function heal(env: Env, lab: Lab): Promise<Row[]> {
  const rows: Row[] = [];
  for (const healing of HEALINGS) rows.push(await healRow(healing, env, lab));
  return rows;
}

/** The same after a cut, on a lab of its own in which links can be cut. */
export async function healCut(): Promise<Row[]> {
  await using lab = await startLab({ net: "veth" });
  return [await healRow(CUT, { HOME: "/nonexistent", LANG: "C.UTF-8", ...lab.env }, lab)];
}

async function healRow(healing: Healing, env: Env, lab: Lab): Promise<Row> {
  const healed: Healed[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const [command, ...args] = await lab.observerCommand([OURS, "top"]);
    await using top = startRobot({ command, args, env });
    await top.see("the complete picture", isComplete);
    healed.push(await healOnce(healing, top, env, lab));
  }
  return rowOf(healing, healed);
}

/** Seconds from the moment in which it was brought back to the peer's first answer, and until our screen is live. */
interface Healed {
  readonly ours: number;
  readonly peer: number;
}

async function healOnce(
  { harm, dead, live, peer }: Healing,
  top: Robot,
  env: Env,
  lab: Lab,
): Promise<Healed> {
  const bringBack = await harm(lab);
  await top.see("that it is dead", (text) => dead.test(text));
  const started = performance.now();
  await bringBack();
  const [answered, shown] = await Promise.all([
    firstAnswer(await lab.observerCommand(peer), env),
    top.see("that it is live", (text) => live.test(text), 60).then(() => performance.now()),
  ]);
  return { ours: (shown - started) / 1000, peer: (answered - started) / 1000 };
}

async function firstAnswer([program, ...args]: Healing["peer"], env: Env): Promise<number> {
  for (;;) {
    const answers = await run(program, args, { env }).then(
      () => true,
      () => false,
    );
    if (answers) return performance.now();
    await sleep(50);
  }
}

function rowOf({ measure, peer: [program] }: Healing, healed: readonly Healed[]): Row {
  const [ours, peer] = [spread(healed.map((one) => one.ours)), spread(healed.map((one) => one.peer))];
  const lag = spread(healed.map((one) => one.ours - one.peer));
  return toRow({
    measure: `${measure}, ${RUNS} times`,
    ours: `${ours.median.toFixed(1)} s; behind by median ${ms(lag.median)}, at most ${ms(lag.max)}`,
    peer: `\`${program}\` asked again and again: ${peer.median.toFixed(1)} s`,
    ratio: ours.median / peer.median,
    judged: lag.max,
    target: 2,
    aim: "2 s behind",
    figures: {
      oursMedianSeconds: ours.median,
      peerMedianSeconds: peer.median,
      behindMedianSeconds: lag.median,
      behindMaxSeconds: lag.max,
      runs: RUNS,
    },
  });
}
