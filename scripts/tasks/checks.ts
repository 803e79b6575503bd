import { mkdirSync } from "node:fs";
import { run } from "./run.ts";
import type { Ran } from "./run.ts";

/** Where jest leaves its results as JSON, a file a run. */
export const RESULTS = "dist/test-results";

type Check = () => Promise<Ran>;

/** All that can be said of the code without a control plane. The slowest begin first: two run at a time. */
const CHECKS: readonly Check[] = [
  () => run("unit and golden tests", "jest", ...UNIT),
  () => run("types and lint", "oxlint"),
  () => run("import rules", "depcruise", "--config", ".dependency-cruiser.mjs", "src"),
  () => run("format", "oxfmt", "--check"),
  () => run("dead code", "knip"),
];

const UNIT = [
  "--selectProjects",
  "unit",
  "golden",
  "--maxWorkers=2",
  // The slowest take a second of a quiet machine, and more than jest's five of one that does much else.
  "--testTimeout=60000",
  "--json",
  `--outputFile=${RESULTS}/unit.json`,
  "--silent",
];

/** Runs every check, prints a line for each and the whole output of those that fail; how many failed. */
export async function runChecks(): Promise<number> {
  mkdirSync(RESULTS, { recursive: true });
  const waiting = [...CHECKS];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const ran = await next();
      if (ran.code !== 0) failed += 1;
      console.log(`${ran.code === 0 ? "ok    " : "FAILED"} ${ran.name} (${ran.seconds.toFixed(1)} s)`);
      if (ran.code !== 0) console.log(ran.output);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}
