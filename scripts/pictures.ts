// npm run pictures: the pictures of docs/pictures, painted by a real run on a lab while its scheduler's leader dies.
import { mkdirSync, writeFileSync } from "node:fs";
import { startLab } from "./lab/lab.ts";
import { startRobot } from "./robot/robot.ts";
import { toSvg } from "./robot/svg.ts";
import { runShown } from "./tasks/run.ts";

const FOLDER = "docs/pictures";

const built = await runShown("node", "scripts/build.ts");
if (built !== 0) process.exit(built);
mkdirSync(FOLDER, { recursive: true });
await using lab = await startLab({ progress: (text) => void process.stderr.write(`${text}\n`) });
await using robot = startRobot({
  command: "dist/kubectl-ha",
  args: ["top"],
  env: { HOME: "/nonexistent", LANG: "C.UTF-8", ...lab.env },
});
const take = (name: string): void => {
  writeFileSync(`${FOLDER}/${name}.svg`, toSvg(robot.cells));
  process.stderr.write(`${FOLDER}/${name}.svg\n`);
};
const see = (what: string, pattern: RegExp, seconds = 60): Promise<boolean> =>
  robot.see(what, (text) => pattern.test(text), seconds);

// Half a minute of renewals, so that the picture shows a program that has watched for a while.
await see("a minute's renew gaps", /renew gaps +[▁▂▃▄▅▆▇█]{14}/);
take("calm");
await lab.fault("kill", "scheduler/leader");
await see("that nobody leads", /NOBODY LEADS[^]*scheduler: nobody|scheduler: nobody[^]*NOBODY LEADS/);
take("nobody-leads");
await see("the takeover", /TOOK OVER/);
take("took-over");
