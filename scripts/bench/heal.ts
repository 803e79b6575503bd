import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Lab } from "../lab/lab.ts";
import type { Robot } from "../robot/robot.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { startTop } from "./watched.ts";
import type { Env } from "./watched.ts";

const RUNS = 5;
const run = promisify(execFile);

/** Something that is dead for some seconds and comes back, and how either side tells that it is there again. */
interface Healing {
  readonly measure: string;
  readonly targets: (lab: Lab) => Promise<readonly string[]>;
  /** on our screen while it is dead, and once what we show is live again */
  readonly dead: RegExp;
  readonly live: RegExp;
  /** a command that fails while it is dead */
  readonly peer: readonly [string, ...string[]];
}

const HEALINGS: readonly Healing[] = [
  {
    measure: "all API servers are back: leases live again",
    targets: () => Promise.resolve(["apiserver/all"]),
    dead: /WHO LEADS IS UNKNOWN/,
    live: /● live, /,
    peer: ["kubectl", "get", "lease", "-n", "kube-system", "kube-scheduler", "--request-timeout=1s"],
  },
  {
    measure: "etcd's quorum is back: its leader named again",
    targets: async (lab) => {
      const [leader = ""] = await lab.resolve("etcd/leader");
      const other = ["etcd/cp-1", "etcd/cp-2"].find((one) => one !== leader) ?? "";
      return [leader, other];
    },
    dead: /QUORUM LOST/,
    live: /\d of 3 up/,
    peer: ["etcdctl", "get", "nothing", "--command-timeout=1s", "--dial-timeout=1s"],
  },
];

/**
 * How long after the peer's own first answer what we show is live again: the peer asks again and again from the moment
 * in which what was killed is started.
 */
export async function heal(env: Env, lab: Lab): Promise<Row[]> {
  const rows: Row[] = [];
  for (const healing of HEALINGS) {
    const healed: Healed[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      await using top = await startTop(env);
      healed.push(await healOnce(healing, top, env, lab));
    }
    rows.push(rowOf(healing, healed));
  }
  return rows;
}

/** Seconds from the start of what was killed to the peer's first answer, and until our screen is live. */
interface Healed {
  readonly ours: number;
  readonly peer: number;
}

async function healOnce(
  { targets, dead, live, peer }: Healing,
  top: Robot,
  env: Env,
  lab: Lab,
): Promise<Healed> {
  const harmed = await targets(lab);
  for (const target of harmed) await lab.fault("kill", target);
  await top.see("that it is dead", (text) => dead.test(text));
  const started = performance.now();
  for (const target of harmed) await lab.fault("start", target);
  const [answered, shown] = await Promise.all([
    firstAnswer(peer, env),
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
  const behind = spread(healed.map((one) => one.ours - one.peer));
  return toRow({
    measure: `${measure}, ${RUNS} times`,
    ours: `${ours.median.toFixed(1)} s; behind by median ${ms(behind.median)}, at most ${ms(behind.max)}`,
    peer: `\`${program}\` asked again and again: ${peer.median.toFixed(1)} s`,
    ratio: ours.median / peer.median,
    judged: behind.max,
    target: 2,
    aim: "2 s behind",
    figures: {
      oursMedianSeconds: ours.median,
      peerMedianSeconds: peer.median,
      behindMedianSeconds: behind.median,
      behindMaxSeconds: behind.max,
      runs: RUNS,
    },
  });
}
