import { startRobot } from "../robot/robot.ts";
import type { Robot } from "../robot/robot.ts";

/** The built program. */
export const OURS = "dist/kubectl-ha";

/** The whole environment of the programs that are measured. */
export type Env = Readonly<Record<string, string>>;

/** Everything is on the screen: leases, members that agree, API servers. */
export const isComplete = (text: string): boolean =>
  ["3 of 3 up", "all 3 agree", "3 of 3 ready", "● kube-scheduler"].every((part) => text.includes(part));

/** `top` in a pseudo terminal, with everything on its screen. */
export async function startTop(env: Env): Promise<Robot> {
  const robot = startRobot({ command: OURS, args: ["top"], env });
  await robot.see("the complete picture", isComplete);
  return robot;
}

/** The peer that changes as `top` does: kubectl's own watch, in a pseudo terminal. */
export async function startKubectlWatch(env: Env): Promise<Robot> {
  const args = ["get", "lease", "-n", "kube-system", "-w"];
  const robot = startRobot({ command: "kubectl", args, env });
  await robot.see("the leases", (text) => text.includes("kube-scheduler"));
  return robot;
}
