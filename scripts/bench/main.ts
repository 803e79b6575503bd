// npm run bench: each measure beside its peer in one run, on a lab with the default durations. Prints the table and
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { delimiter } from "node:path";
import { buildBinaries } from "../lab/build/go-build.ts";
import { startLab } from "../lab/lab.ts";
import type { Lab } from "../lab/lab.ts";
import { runShown } from "../tasks/run.ts";
import { change } from "./change.ts";
import { nodeMembers, nodeRequest, nodeStart } from "./floor.ts";
import { frozen } from "./frozen.ts";
import { keysFirst, keysTyping } from "./keys-box.ts";
import {
  keysLesson,
  keysLink,
  keysMembers,
  keysRegex,
  keysScan,
  keysServerMemory,
  keysWriter,
} from "./keys.ts";
import { heal, healCut } from "./heal.ts";
import { calm, failover } from "./needs.ts";
import { toTable } from "./row.ts";
import type { Row } from "./row.ts";
import { polled } from "./polled.ts";
import { size } from "./size.ts";
import { etcdStatus, help, leaders, picture, plugin, status, version } from "./start.ts";
import { tab } from "./tab.ts";
import type { Env } from "./watched.ts";

/** Those that ask nobody anything: without a lab, whose components would take their share of the cores. */
const BARE_MEASURES: Readonly<Record<string, (env: Env) => Promise<Row[]>>> = {
  version,
  help,
  plugin,
  "node-start": nodeStart,
};

const MEASURES: Readonly<Record<string, (env: Env, lab: Lab) => Promise<Row[]>>> = {
  "node-request": nodeRequest,
  "node-members": nodeMembers,
  size,
  status,
  "etcd-status": etcdStatus,
  polled,
  leaders,
  picture,
  tab,
  change,
  calm,
  frozen,
  heal,
  failover,
};

/** With a lab of their own, or of bare members that hold many keys: BENCH_KEYS=1000000, BENCH_RUNS=3, BENCH_ETCD=3.7. */
const OWN_MEASURES: Readonly<Record<string, () => Promise<Row[]>>> = {
  "heal-cut": healCut,
  "keys-scan": keysScan,
  "keys-first": keysFirst,
  "keys-regex": keysRegex,
  "keys-members": keysMembers,
  "keys-lesson": keysLesson,
  "keys-server-memory": keysServerMemory,
  "keys-writer": keysWriter,
  "keys-typing": keysTyping,
  "keys-link": keysLink,
};

const names = process.argv.slice(2);
const known = [BARE_MEASURES, MEASURES, OWN_MEASURES].flatMap((measures) => Object.keys(measures));
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no measure ${JSON.stringify(unknown)}; there are ${known.join(", ")}\n`);
  process.exit(2);
}
const built = await runShown("node", "scripts/build.ts");
if (built !== 0) process.exit(built);
const rows: Row[] = [];
const wanted = <T>(measures: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(measures).filter(([name]) => names.length === 0 || names.includes(name));

async function measure(name: string, work: () => Promise<Row[]>): Promise<void> {
  process.stderr.write(`measuring ${name}, load ${loadavg()[0]?.toFixed(1) ?? "?"}\n`);
  rows.push(...(await work()));
}

const LOCALE = { HOME: "/nonexistent", LANG: "C.UTF-8" };
const bare = wanted(BARE_MEASURES);
if (bare.length > 0) {
  const bin = await buildBinaries({ progress: () => undefined, signal: undefined }, ["kubectl"]);
  const env = { ...LOCALE, PATH: [bin, process.env["PATH"]].join(delimiter) };
  for (const [name, work] of bare) await measure(name, () => work(env));
}
const onLab = wanted(MEASURES);
if (onLab.length > 0) {
  await using lab = await startLab({ progress: (text) => void process.stderr.write(`${text}\n`) });
  const env = { ...LOCALE, ...lab.env };
  for (const [name, work] of onLab) await measure(name, () => work(env, lab));
}
for (const [name, work] of wanted(OWN_MEASURES)) await measure(name, work);
console.log(toTable(rows));
writeFileSync("dist/bench.json", `${JSON.stringify(rows, null, 2)}\n`);
