import { directRoute } from "../../src/core/etcd/routes.ts";
import type { Lab } from "../lab/lab.ts";
import type { Row } from "./row.ts";
import { spread, toRow } from "./row.ts";
import type { Env } from "./watched.ts";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import { timeLine } from "./processes.ts";

const RUNS = 100;
const PEER_RUNS = 20;
const NO_FLAGS = {
  ...{ endpoints: undefined, cacert: undefined, cert: undefined, key: undefined },
  ...{ user: undefined, password: undefined },
};

/**
 * The status of all members, asked at once over connections that are open, as a running `top` does each second; the
 * peer is what people run in a loop instead.
 */
export async function polled(env: Env, lab: Lab): Promise<Row[]> {
  const direction = await findEtcd(NO_FLAGS, lab.env);
  if (!direction.found) throw new Error("the lab's environment names no etcd");
  const direct = await connectEtcd(direction);
  const members = direction.targets.map((target) => direct.open(directRoute(target)));
  const call = { signal: new AbortController().signal, timeout: 5 };
  const ours: number[] = [];
  try {
    // The first one connects, and is not counted.
    for (let run = -1; run < RUNS; run += 1) {
      const start = performance.now();
      await Promise.all(members.map((member) => member.status(call)));
      if (run >= 0) ours.push((performance.now() - start) / 1000);
    }
  } finally {
    for (const member of members) member.close();
  }
  const peer: number[] = [];
  for (let run = 0; run < PEER_RUNS; run += 1)
    peer.push(await timeLine("etcdctl endpoint status --cluster", env));
  const [a, b] = [spread(ours), spread(peer)];
  const shown = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`;
  return [
    toRow({
      measure: `status of ${members.length} members, polled by a running \`top\``,
      ours: shown(a.median),
      peer: `\`etcdctl endpoint status --cluster\`: ${shown(b.median)}`,
      ratio: a.median / b.median,
      target: 1 / 12,
      aim: "0.083 (12 times faster)",
      figures: { oursMedianSeconds: a.median, peerMedianSeconds: b.median, runs: RUNS },
    }),
  ];
}
