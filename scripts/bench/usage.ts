import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Robot } from "../robot/robot.ts";

/** What a program needs. */
export interface Usage {
  /** of one core */
  readonly cpu: number;
  /** at the end; bytes */
  readonly rss: number;
  /** to its terminal, a second */
  readonly bytes: number;
}

/** Clock ticks a second of /proc: the kernel's interface has 100 on every architecture that Node runs on. */
const TICKS = 100;

/** What the programs of these terminals need over some seconds, all at the same time. */
export async function usage(robots: readonly Robot[], seconds: number): Promise<Usage[]> {
  const before = robots.map(look);
  await sleep(seconds * 1000);
  return robots.map((robot, n) => {
    const [from, to] = [before[n], look(robot)];
    if (from === undefined) throw new Error("there was no first look");
    const took = (to.at - from.at) / 1000;
    return {
      cpu: (to.ticks - from.ticks) / TICKS / took,
      rss: to.rss,
      bytes: (to.bytes - from.bytes) / took,
    };
  });
}

function look(robot: Robot): { at: number; ticks: number; rss: number; bytes: number } {
  const file = (name: string): string => readFileSync(`/proc/${robot.pid}/${name}`, "utf8");
  // proc(5): utime and stime are the 12th and 13th after the command, which may hold blanks.
  const fields = file("stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return {
    at: performance.now(),
    ticks: Number(fields[11]) + Number(fields[12]),
    rss: Number(/VmRSS:\s+(\d+)/.exec(file("status"))?.[1]) * 1024,
    bytes: Buffer.byteLength(robot.raw),
  };
}
