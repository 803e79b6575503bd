import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { timeLine } from "./processes.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import type { Env } from "./watched.ts";

const RUNS = 20;
/** Seconds that a person waits for what TAB brings. */
const PATIENCE = 1;

/**
 * TAB behind `kubectl ha leaders`, through kubectl and its helper: beside TAB behind `kubectl get lease`, and once more
 * beside a server that takes connections and never answers.
 */
export async function tab(env: Env): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-ha-tab-"));
  const silent = createServer((socket) => socket.on("error", () => undefined).resume());
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
  try {
    const PATH = [folder, resolve("dist"), env["PATH"] ?? ""].join(delimiter);
    const here = { ...env, PATH };
    await timeLine(`kubectl ha completion --install ${folder}`, here);
    const { port } = silent.address() as AddressInfo;
    const [ours, peer, dead]: [number[], number[], number[]] = [[], [], []];
    for (let run = -1; run < RUNS; run += 1) {
      const seconds = [
        await timeLine("kubectl __complete ha leaders ''", here),
        await timeLine("kubectl __complete get lease -n kube-system ''", here),
        await timeLine(`kubectl __complete ha leaders -s https://127.0.0.1:${port} ''`, here),
      ];
      // The first run of each warms the caches of files and is not counted.
      if (run >= 0) [ours, peer, dead].forEach((samples, i) => samples.push(seconds[i] ?? NaN));
    }
    return rowsOf(ours, peer, dead);
  } finally {
    silent.close();
    rmSync(folder, { recursive: true });
  }
}

function rowsOf(...samples: readonly [number[], number[], number[]]): Row[] {
  const [ours, peer, dead] = samples.map(spread);
  if (ours === undefined || peer === undefined || dead === undefined) return [];
  const shown = (s: typeof ours): string => `${ms(s.median)} (${ms(s.min)} to ${ms(s.max)})`;
  return [
    toRow({
      measure: "TAB: names of leases, through kubectl",
      ours: shown(ours),
      peer: `\`kubectl get lease\` and TAB: ${shown(peer)}`,
      ratio: ours.median / peer.median,
      judged: ours.max,
      target: PATIENCE,
      aim: "within 1 s",
      figures: { oursMedianSeconds: ours.median, oursMaxSeconds: ours.max, peerMedianSeconds: peer.median },
    }),
    toRow({
      measure: "TAB beside a server that never answers",
      ours: shown(dead),
      peer: `beside one that does: ${shown(ours)}`,
      ratio: dead.median / ours.median,
      judged: dead.max,
      target: PATIENCE,
      aim: "within 1 s",
      figures: { oursMedianSeconds: dead.median, oursMaxSeconds: dead.max },
    }),
  ];
}
