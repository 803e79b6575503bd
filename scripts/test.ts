// npm test: all checks, the bundle, then the tests on a real control plane, one file at a time: two cores carry one of
// them with ease. So beside them run those on bare members of etcd, and two that take little of a control plane.
import { mkdirSync, rmSync } from "node:fs";
import { RESULTS, runChecks } from "./tasks/checks.ts";
import { tally } from "./tasks/results.ts";
import { runShown } from "./tasks/run.ts";

const REAL = ["contract", "lab", "e2e"];
const BESIDE =
  "contract/etcd-|lab/etcd-permissions|lab/key|lab/member-date|lab/odd|e2e/(?:krew|second|workflows)";
const MINUTES = 4;

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const files = [`${RESULTS}/unit.json`];
let failed = await runChecks();
if (failed > 0) {
  console.log("the tests on a control plane were not run: the checks come first");
} else {
  failed += await runReal();
}
const sum = tally(files);
console.log("\nthe ten slowest tests:");
for (const { name, seconds } of sum.slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
for (const name of sum.skipped) console.log(`\nNOT RUN: ${name}`);
// A check that fails without a failing test behind it must still show in the count.
const broken = Math.max(sum.failed, failed > 0 ? 1 : 0);
console.log(`\n${sum.passed} passed, ${broken} failed`);
process.exitCode = broken === 0 ? 0 : 1;

async function runReal(): Promise<number> {
  const prepared = [
    await runShown("node", "scripts/build.ts"),
    await runShown("node", "scripts/lab/main.ts", "build"),
  ];
  if (prepared.some((code) => code !== 0)) return 1;
  const codes = await Promise.all([
    runJest("real", `--testPathIgnorePatterns=${BESIDE}`),
    runJest("beside", `--testPathPatterns=${BESIDE}`),
  ]);
  return codes.every((code) => code === 0) ? 0 : 1;
}

function runJest(name: string, which: string): Promise<number> {
  const results = `${RESULTS}/${name}.json`;
  files.push(results);
  return runShown(
    ...["jest", "--selectProjects", ...REAL, "--runInBand", `--testTimeout=${MINUTES * 60_000}`],
    ...[which, "--json", `--outputFile=${results}`],
  );
}
