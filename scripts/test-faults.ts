// npm run test:faults: what takes too long for npm test. Without names the long tests (test/faults); with names those
// files of tests on a control plane (e2e/failures-etcd), one after the other. `--times N` runs each N times, `--load`
// keeps every core busy meanwhile, `-t NAME` runs the tests of that name only. A line a run; what a run printed that
// failed is kept beside it.
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { keepBusy } from "./tasks/busy.ts";
import { RESULTS } from "./tasks/checks.ts";
import { runFor, runShown } from "./tasks/run.ts";

/** What a test may take, and a whole file of them. */
const MINUTES = { test: 10, file: 120 };

interface Options {
  readonly times: number;
  readonly load: boolean;
  /** arguments of jest that choose tests by their name */
  readonly only: readonly string[];
  readonly files: readonly string[];
}

try {
  process.exitCode = await main(options());
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

function options(): Options {
  const flags = {
    times: { type: "string", default: "1" },
    load: { type: "boolean", default: false },
    name: { type: "string", short: "t" },
  } as const;
  const { values, positionals } = parseArgs({ options: flags, allowPositionals: true });
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) throw new Error(`--times ${values.times} is no number of runs`);
  const only = values.name === undefined ? [] : ["--testNamePattern", values.name];
  return {
    ...{ times, load: values.load, only },
    files: (positionals.length > 0 ? positionals : ["faults/*"]).flatMap(filesOf),
  };
}

/** The test files that a name means: `e2e/failures-etcd`, `test/e2e/failures-etcd.test.ts`, `e2e/failures-*`. */
function filesOf(name: string): readonly string[] {
  const path = `test/${name.replace(/^test\//, "").replace(/\.test\.ts$/, "")}.test.ts`;
  const found = globSync(path).toSorted();
  if (found.length === 0) throw new Error(`there is no ${path}: name a test such as e2e/failures-etcd`);
  return found;
}

async function main({ times, load, only, files }: Options): Promise<number> {
  const prepared = [
    await runShown("node", "scripts/build.ts"),
    await runShown("node", "scripts/lab/main.ts", "build"),
  ];
  if (prepared.some((code) => code !== 0)) return 1;
  mkdirSync(RESULTS, { recursive: true });
  const rest = load ? keepBusy() : undefined;
  let failed = 0;
  for (const file of files) {
    for (let n = 1; n <= times; n += 1) failed += await once(file, n, times, only);
  }
  await rest?.();
  console.log(`${files.length * times - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Runs a file of tests; 1 if that failed. */
async function once(file: string, n: number, times: number, only: readonly string[]): Promise<number> {
  const ran = await runFor(
    ...([MINUTES.file, `${file}, ${n} of ${times}`, "jest", "--runInBand", "--verbose"] as const),
    ...[`--testTimeout=${MINUTES.test * 60_000}`, "--runTestsByPath", file, ...only],
  );
  const seconds = ran.seconds.toFixed(1);
  if (ran.code === 0) {
    console.log(`ok     ${ran.name} (${seconds} s)`);
    return 0;
  }
  const log = `${RESULTS}/${file.replaceAll("/", "-").replace(".test.ts", "")}-${n}.log`;
  writeFileSync(log, ran.output);
  console.log(`FAILED ${ran.name} (${seconds} s): ${log}`);
  for (const [, test = ""] of ran.output.matchAll(/^ +✕ (.*)$/gm)) console.log(`       ${test}`);
  return 1;
}
