// npm run bench: each measure beside its peer in one run, on a lab with the default durations. Prints the table and
// leaves the figures in dist/bench.json. With names (npm run -s bench -- calm frozen) only these are measured.
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { startLab } from "../lab/lab.ts";
import type { Lab } from "../lab/lab.ts";
import { runShown } from "../tasks/run.ts";
import { change } from "./change.ts";
import { frozen } from "./frozen.ts";
import { calm, failover } from "./needs.ts";
import { toTable } from "./row.ts";
import type { Row } from "./row.ts";
import { size } from "./size.ts";
import { help, leaders, picture, plugin, status, version } from "./start.ts";
import { tab } from "./tab.ts";
import type { Env } from "./watched.ts";

const MEASURES: Readonly<Record<string, (env: Env, lab: Lab) => Promise<Row[]>>> = {
  version,
  help,
  plugin,
  size,
  status,
  leaders,
  picture,
  tab,
  change,
  calm,
  frozen,
  failover,
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in MEASURES));
if (unknown !== undefined) {
  process.stderr.write(
    `no measure ${JSON.stringify(unknown)}; there are ${Object.keys(MEASURES).join(", ")}\n`,
  );
  process.exit(2);
}
const built = await runShown("node", "scripts/build.ts");
if (built !== 0) process.exit(built);
await using lab = await startLab({ progress: (text) => void process.stderr.write(`${text}\n`) });
const env = { HOME: "/nonexistent", LANG: "C.UTF-8", ...lab.env };
const rows: Row[] = [];
for (const [name, measure] of Object.entries(MEASURES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  process.stderr.write(`measuring ${name}, load ${load}\n`);
  rows.push(...(await measure(env, lab)));
}
console.log(toTable(rows));
writeFileSync("dist/bench.json", `${JSON.stringify(rows, null, 2)}\n`);
