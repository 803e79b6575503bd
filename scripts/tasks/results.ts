import { existsSync, readFileSync } from "node:fs";

/** The part of jest's JSON that is read here. */
interface JestJson {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
    }[];
  }[];
}

/** Tests counted over several runs of jest. A file that could not be run at all counts as one failed test. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** tests that were left out, with the reason in their names */
  readonly skipped: readonly string[];
  /** seconds a test, slowest first */
  readonly slowest: readonly { readonly name: string; readonly seconds: number }[];
}

/** Reads the JSON that jest left; a run that left none counts as one failed test. */
export function tally(files: readonly string[]): Tally {
  const runs = files.map(read);
  const tests = runs.flatMap((r) => r?.testResults ?? []).flatMap((file) => file.assertionResults);
  const slowest = tests
    .map((t) => ({ name: t.fullName, seconds: (t.duration ?? 0) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 10);
  return {
    passed: runs.reduce((n, r) => n + (r?.numPassedTests ?? 0), 0),
    failed: runs.reduce((n, r) => n + (r ? r.numFailedTests + r.numRuntimeErrorTestSuites : 1), 0),
    skipped: tests.filter((t) => t.status === "pending").map((t) => t.fullName),
    slowest,
  };
}

function read(file: string): JestJson | undefined {
  if (!existsSync(file)) return undefined;
  // The shape is jest's own and documented (`--json`); only the fields above are used.
  return JSON.parse(readFileSync(file, "utf8")) as JestJson;
}
