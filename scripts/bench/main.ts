// npm run bench: each measure beside its peer, alternately in one run, on a lab with the default durations.
// Prints the table and leaves the figures in dist/bench.json.
import { writeFileSync } from "node:fs";
import { startLab } from "../lab/lab.ts";
import { runShown } from "../tasks/run.ts";
import { timeLine, timeToPicture } from "./processes.ts";
import { toRow, toTable } from "./row.ts";
import type { Row } from "./row.ts";

const RUNS = 20;
const OURS = "dist/kubectl-ha";

interface Measure extends Pick<Row, "measure" | "peerName" | "target"> {
  readonly ours: (env: Record<string, string>) => Promise<number>;
  readonly peer: (env: Record<string, string>) => Promise<number>;
}

const GET_LEASES = "kubectl get lease -n kube-system";

/** Everything is on the screen: leases, members that agree, API servers. */
const isComplete = (text: string): boolean =>
  ["3 of 3 up", "all 3 agree", "3 of 3 ready", "● kube-scheduler"].every((part) => text.includes(part));

const MEASURES: readonly Measure[] = [
  {
    measure: "`status`, exec to exit",
    peerName: "`kubectl get lease` + `etcdctl endpoint status --cluster` + `etcdctl member list`",
    target: 0.8,
    ours: (env) => timeLine(`${OURS} status`, env),
    peer: (env) => timeLine(`${GET_LEASES} && etcdctl endpoint status --cluster && etcdctl member list`, env),
  },
  {
    measure: "`leaders`, exec to exit",
    peerName: `\`${GET_LEASES}\``,
    target: 1.2,
    ours: (env) => timeLine(`${OURS} leaders`, env),
    peer: (env) => timeLine(GET_LEASES, env),
  },
  {
    measure: "`top`, exec to the first complete picture",
    peerName: `\`${GET_LEASES}\``,
    target: 3,
    ours: (env) => timeToPicture(OURS, ["top"], env, isComplete),
    peer: (env) => timeLine(GET_LEASES, env),
  },
];

async function measure(m: Measure, env: Record<string, string>): Promise<Row> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let run = -1; run < RUNS; run += 1) {
    const [a, b] = [await m.ours(env), await m.peer(env)];
    // The first run of each warms the caches of files and is not counted.
    if (run < 0) continue;
    ours.push(a);
    peer.push(b);
  }
  return toRow(m, ours, peer);
}

const built = await runShown("node", "scripts/build.ts");
if (built !== 0) process.exit(built);
await using lab = await startLab({ progress: (text) => void process.stderr.write(`${text}\n`) });
const env = { HOME: "/nonexistent", LANG: "C.UTF-8", ...lab.env };
const rows: Row[] = [];
for (const m of MEASURES) {
  process.stderr.write(`measuring ${m.measure}\n`);
  rows.push(await measure(m, env));
}
console.log(toTable(rows));
writeFileSync("dist/bench.json", `${JSON.stringify(rows, null, 2)}\n`);
