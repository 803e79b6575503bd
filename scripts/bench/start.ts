import { timeLine, timeToPicture } from "./processes.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { isComplete, OURS } from "./watched.ts";
import type { Env } from "./watched.ts";

const RUNS = 20;
const GET_LEASES = "kubectl get lease -n kube-system";

interface Pair {
  readonly measure: string;
  readonly peerName: string;
  /** ours / peer, by medians, must not be above it */
  readonly target: number;
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
    ours: () => timeToPicture(OURS, ["top"], env, isComplete),
    peer: () => timeLine(GET_LEASES, env),
  });

async function alternately(env: Env, pair: Pair): Promise<Row[]> {
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
      target: pair.target,
      aim: `${pair.target}`,
      figures: { oursMedianSeconds: a.median, peerMedianSeconds: b.median, runs: RUNS },
    }),
  ];
}
