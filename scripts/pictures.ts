// npm run pictures: the pictures of docs/pictures, painted by real runs on a lab in which leaders and members die.
import { mkdirSync, writeFileSync } from "node:fs";
import { startLab } from "./lab/lab.ts";
import type { Robot } from "./robot/robot.ts";
import { startRobot } from "./robot/robot.ts";
import { toSvg } from "./robot/svg.ts";
import { runShown } from "./tasks/run.ts";

const FOLDER = "docs/pictures";

const built = await runShown("node", "scripts/build.ts");
if (built !== 0) process.exit(built);
mkdirSync(FOLDER, { recursive: true });
await using lab = await startLab({ progress: (text) => void process.stderr.write(`${text}\n`) });
const watch = (columns: number, rows: number): Robot =>
  startRobot({
    command: "dist/kubectl-ha",
    args: ["top"],
    env: { HOME: "/nonexistent", LANG: "C.UTF-8", ...lab.env },
    columns,
    rows,
  });
await using wide = watch(120, 36);
await using small = watch(80, 24);

const take = (name: string, robot: Robot): void => {
  writeFileSync(`${FOLDER}/${name}.svg`, toSvg(robot.cells));
  process.stderr.write(`${FOLDER}/${name}.svg\n`);
};
/** Waits until all of it is on the screen at the same time. */
const see = (robot: Robot, what: string, ...patterns: readonly RegExp[]): Promise<boolean> =>
  robot.see(what, (text) => patterns.every((pattern) => pattern.test(text)), 90);

// Half a minute of renewals, so that the picture shows a program that has watched for a while.
await see(wide, "half a minute of renew gaps", /renew gaps +[▁▂▃▄▅▆▇█]{14}/);
take("calm", wide);

wide.type("/kube-scheduler\r");
await see(wide, "all keys", /✓ +✓ +✓ +\/registry\/\S*kube-scheduler-cp-3/, /of \d{3,} keys, [\d.]+ ms/);
take("keys", wide);
wide.type("\u001b");
await see(wide, "the timeline", /TIMELINE/);

await lab.fault("kill", "scheduler/leader");
// Some seconds later: a count that has run a while shows more.
const noLeader = [/NO LEADER/, /gap 9\.\d s/];
await Promise.all([wide, small].map((robot) => see(robot, "that there is no leader", ...noLeader)));
take("no-leader", wide);
take("no-leader-80x24", small);
await see(wide, "the takeover", /TOOK OVER/);
take("took-over", wide);

await lab.fault("kill", "etcd/cp-2");
await lab.fault("kill", "etcd/cp-3");
await see(wide, "that quorum is lost", /QUORUM LOST/, /no leader for [6-9]\.\d s/);
take("quorum-lost", wide);
