import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** Counts for ever, and ends with the process that started it: its input ends then. */
const COUNT = `process.stdin.resume().on("end", () => process.exit());
(function turn() { for (let n = 0; n < 1e8; n++); setImmediate(turn); })();`;

/** Keeps every core of the machine busy, so that a test shows where it waits too short; the function given ends that. */
export function keepBusy(): () => Promise<void> {
  const processes = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ["--eval", COUNT], { stdio: ["pipe", "ignore", "inherit"] }),
  );
  return async () => {
    const ended = processes.map((one) => once(one, "exit"));
    for (const one of processes) one.kill();
    await Promise.all(ended);
  };
}
