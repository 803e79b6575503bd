import { spawn } from "node:child_process";
import { startRobot } from "../robot/robot.ts";

/** Seconds from exec to exit of a shell line; throws when it fails, with what it said. */
export async function timeLine(line: string, env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const child = spawn("/bin/sh", ["-c", line], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number>((done) => {
    child.on("close", (exit) => {
      done(exit ?? 1);
    });
  });
  if (code !== 0) throw new Error(`${line}: exit ${code}: ${said.trim()}`);
  return (performance.now() - start) / 1000;
}

/** Seconds from exec of a full-screen program until its screen satisfies `isComplete`. */
export async function timeToScreen(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  isComplete: (text: string) => boolean,
): Promise<number> {
  const start = performance.now();
  await using robot = startRobot({ command, args, env });
  await robot.see("the complete picture", isComplete);
  return (performance.now() - start) / 1000;
}
