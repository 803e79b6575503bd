import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { timeLine, timeToScreen } from "./processes.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { isComplete, OURS } from "./watched.ts";
import type { Env } from "./watched.ts";

const RUNS = 20;
/** The leases as kubectl lists them. */
export const GET_LEASES = "kubectl get lease -n kube-system";

/** What is measured, and its peer: both in seconds. */
interface Pair {
  readonly measure: string;
  readonly peerName: string;
  /** what is judged must not be above it */
  readonly target: number;
  /** the target in words, when it is not the number */
  readonly aim?: string;
  /** what the target is about, of the medians; absent: ours / peer */
  readonly judged?: (ours: number, peer: number) => number;
  readonly ours: (env: Env) => Promise<number>;
  readonly peer: (env: Env) => Promise<number>;
}

/** `status` from exec to exit, against the three commands that tell as much. */
export const status = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`status`, exec to exit",
    peerName: "`kubectl get lease` + `etcdctl endpoint status --cluster` + `etcdctl member list`",
    target: 0.8,
    ours: () => timeLine(`${OURS} status`, env),
    peer: () => timeLine(`${GET_LEASES} && etcdctl endpoint status --cluster && etcdctl member list`, env),
  });

/** `etcd status` from exec to exit. */
export const etcdStatus = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`etcd status`, exec to exit",
    peerName: "`etcdctl endpoint status --cluster`",
    target: 2,
    ours: () => timeLine(`${OURS} etcd status`, env),
    peer: () => timeLine("etcdctl endpoint status --cluster", env),
  });

/** `leaders` from exec to exit. */
export const leaders = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`leaders`, exec to exit",
    peerName: `\`${GET_LEASES}\``,
    target: 1.2,
    ours: () => timeLine(`${OURS} leaders`, env),
    peer: () => timeLine(GET_LEASES, env),
  });

/** `top` from exec until everything is on the screen. */
export const picture = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`top`, exec to the first complete picture",
    peerName: `\`${GET_LEASES}\``,
    target: 3,
    ours: () => timeToScreen(OURS, ["top"], env, isComplete),
    peer: () => timeLine(GET_LEASES, env),
  });

/** The two that ask nobody anything: what a start alone takes. */
export const version = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`version --client`, exec to exit",
    peerName: "`kubectl version --client`",
    target: 0.8,
    ours: () => timeLine(`${OURS} version --client`, env),
    peer: () => timeLine("kubectl version --client", env),
  });

/** See `version`. */
export const help = (env: Env): Promise<Row[]> =>
  alternately(env, {
    measure: "`--help`, exec to exit",
    peerName: "`kubectl --help`",
    target: 0.8,
    ours: () => timeLine(`${OURS} --help`, env),
    peer: () => timeLine("kubectl --help", env),
  });

/** Through kubectl as users start it: what we add to what kubectl itself takes. */
export async function plugin(env: Env): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-plugin-"));
  try {
    writeFileSync(join(folder, "kubectl-nothing"), "#!/bin/sh\n", { mode: 0o755 });
    const PATH = [folder, resolve(dirname(OURS)), env["PATH"]].join(delimiter);
    return await alternately(
      { ...env, PATH },
      {
        measure: "`kubectl ha version --client` through kubectl",
        peerName: "`kubectl nothing`, a plugin that does nothing",
        target: 0.035,
        aim: "35 ms more",
        judged: (ours, peer) => ours - peer,
        ours: (within) => timeLine("kubectl ha version --client", within),
        peer: (within) => timeLine("kubectl nothing", within),
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures both in turn, so that what else this machine does is in both. */
export async function alternately(env: Env, pair: Pair): Promise<Row[]> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let run = -1; run < RUNS; run += 1) {
    const [a, b] = [await pair.ours(env), await pair.peer(env)];
    // The first run of each warms the caches of files and is not counted.
    if (run < 0) continue;
    ours.push(a);
    peer.push(b);
  }
  const [a, b] = [spread(ours), spread(peer)];
  const shown = (s: typeof a): string => `${ms(s.median)} (${ms(s.min)} to ${ms(s.max)})`;
  return [
    toRow({
      measure: pair.measure,
      ours: shown(a),
      peer: `${pair.peerName}: ${shown(b)}`,
      ratio: a.median / b.median,
      ...(pair.judged === undefined ? {} : { judged: pair.judged(a.median, b.median) }),
      target: pair.target,
      aim: pair.aim ?? `${pair.target}`,
      figures: { oursMedianSeconds: a.median, peerMedianSeconds: b.median, runs: RUNS },
    }),
  ];
}
