// What the search box of `top` takes, on bare members that hold BENCH_KEYS keys.
import { spawn } from "node:child_process";
import { roles, runLine, startKeys } from "./key-cluster.ts";
import { etcdctl, lineEnv, LOAD, MB, mb, of, RUNS } from "./key-lines.ts";
import { NEEDLE } from "./key-names.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";

/** From the question to its first hit in the search box of a running `top`, against etcdctl from its start. */
export async function keysFirst(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD);
  const { follower } = await roles(cluster);
  const [ours, peer]: [number[], number[]] = [[], []];
  const env = { ...cluster.env, PATH: process.env["PATH"] ?? "" };
  for (let run = -1; run < RUNS; run += 1) {
    const own = Number(await written("scripts/bench/first-hit.ts", [NEEDLE], env));
    const { first } = await runLine(
      `${etcdctl(follower)} | grep --line-buffered ${NEEDLE}`,
      lineEnv(cluster),
    );
    if (run < 0) continue;
    ours.push(own);
    peer.push(first);
  }
  const [a, b] = [spread(ours), spread(peer)];
  const shown = (s: typeof a): string => `${ms(s.median)} (${ms(s.min)} to ${ms(s.max)})`;
  return [
    toRow({
      measure: `first hit in a running \`top\`, ${of}`,
      ...{ ours: shown(a), peer: `${shown(b)}, \`etcdctl get --keys-only\` piped to grep` },
      ...{ ratio: a.median / b.median, target: 1 / 15, aim: "at most 0.07 times" },
      figures: { ours: a.median, peer: b.median },
    }),
  ];
}

/** What a program of the bench writes; a process of its own, as `top` is. */
async function written(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}

/** What scripts/bench/typing.ts measures: seconds, of the clock and of the CPU, and bytes. */
interface TypingFigures {
  readonly p99: number;
  readonly cpuP99: number;
  readonly rss: number;
  readonly growth: number;
}

/** From a keystroke to its result, and what the index takes: a process of its own, as `top` is. */
export async function keysTyping(): Promise<Row[]> {
  await using cluster = await startKeys(LOAD, ["m1"]);
  const env = { ...cluster.env, PATH: process.env["PATH"] ?? "" };
  const text = await written("scripts/bench/typing.ts", [], env);
  const { p99, cpuP99, rss, growth } = JSON.parse(text) as TypingFigures;
  const row = (measure: string, value: number, shown: string, target: number, aim: string): Row =>
    toRow({
      ...{ measure: `${measure}, ${of}`, ours: shown, peer: "none", ratio: NaN, judged: value, target, aim },
      figures: { [measure]: value },
    });
  const time = `${ms(p99)}, of the CPU ${ms(cpuP99)}`;
  return [
    row("keystroke to result, p99", p99, time, 0.025, "at most 25 ms"),
    row("index, RSS", growth / MB, `${mb(growth)} of ${mb(rss)}`, 160, "at most 160 MB"),
  ];
}
