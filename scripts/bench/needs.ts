import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../lab/lab.ts";
import { toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { usage } from "./usage.ts";
import { startKubectlWatch, startTop } from "./watched.ts";
import type { Env } from "./watched.ts";

const WATCH = "`kubectl get lease -w`";
/** Until a program that has just started has read, compiled and laid out all it needs. */
const SETTLING_MS = 10_000;
const CALM_SECONDS = 60;
const FAILOVER_SECONDS = 20;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What `top` needs while nothing happens. */
export async function calm(env: Env): Promise<Row[]> {
  await using top = await startTop(env);
  await using kubectl = await startKubectlWatch(env);
  await sleep(SETTLING_MS);
  const [ours, peer] = await usage([top, kubectl], CALM_SECONDS);
  if (ours === undefined || peer === undefined) throw new Error("nothing was measured");
  const row = (what: string, key: keyof typeof ours, target: number, shown: (n: number) => string): Row =>
    toRow({
      measure: `\`top\`, calm for ${CALM_SECONDS} s: ${what}`,
      ours: shown(ours[key]),
      peer: `${WATCH}: ${shown(peer[key])}`,
      ratio: ours[key] / peer[key],
      judged: ours[key],
      target,
      aim: shown(target),
      figures: { ours: ours[key], peer: peer[key] },
    });
  return [
    row("CPU of one core", "cpu", 0.015, percent),
    row("resident memory", "rss", 120e6, (n) => `${(n / 1e6).toFixed(0)} MB`),
    row("to the terminal, a second", "bytes", 1000, (n) => `${(n / 1000).toFixed(2)} kB`),
  ];
}

/** The CPU that `top` needs while it counts how long nobody leads. No scheduler is left, so that it counts on. */
export async function failover(env: Env, lab: Lab): Promise<Row[]> {
  await using top = await startTop(env);
  await using kubectl = await startKubectlWatch(env);
  await sleep(SETTLING_MS);
  await lab.fault("kill", "scheduler/all");
  await top.see("that nobody leads", (text) => text.includes("NO LEADER"), 60);
  const [ours, peer] = await usage([top, kubectl], FAILOVER_SECONDS);
  if (ours === undefined || peer === undefined) throw new Error("nothing was measured");
  if (!top.text.includes("NO LEADER")) throw new Error(`somebody leads again\n${top.text}`);
  await lab.fault("start", "scheduler/all");
  await top.see("a takeover", (text) => text.includes("TOOK OVER"), 60);
  return [
    toRow({
      measure: `\`top\`, nobody leads for ${FAILOVER_SECONDS} s, ten repaints a second: CPU of one core`,
      ours: `${percent(ours.cpu)}, ${(ours.bytes / 1000).toFixed(1)} kB/s`,
      peer: `${WATCH}: ${percent(peer.cpu)}`,
      ratio: ours.cpu / peer.cpu,
      judged: ours.cpu,
      target: 0.1,
      aim: percent(0.1),
      figures: { oursCpu: ours.cpu, peerCpu: peer.cpu, oursBytesPerSecond: ours.bytes },
    }),
  ];
}
