// npm run demo: the program on a real control plane. Starts the lab named "default" (or joins it, if it is up),
// opens `top` on it, and takes down what it started. Without a terminal it prints `status` once.
import { spawn } from "node:child_process";
import { openLab } from "./lab/lab.ts";
import { runShown } from "./tasks/run.ts";

const broken = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    broken.abort();
  });
}

async function demo(): Promise<number> {
  const built = await runShown("node", "scripts/build.ts");
  if (built !== 0) return built;
  const lab = await openLab({
    name: "default",
    signal: broken.signal,
    progress: (text) => {
      process.stderr.write(`${text}\n`);
    },
  });
  try {
    return await show(process.stdout.isTTY ? "top" : "status", lab.env);
  } finally {
    if (lab.isOwned) {
      process.stderr.write("taking the lab down\n");
      await lab.down();
    }
  }
}

/** Runs the program as its user would: at a terminal the keyboard's Ctrl-C is its own affair. */
async function show(command: string, env: Record<string, string>): Promise<number> {
  if (broken.signal.aborted) return 1;
  const child = spawn("dist/kubectl-ha", [command], { stdio: "inherit", env: { ...process.env, ...env } });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    if (signal !== "SIGINT" || !process.stdin.isTTY) process.on(signal, () => child.kill(signal));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on("error", reject);
  child.on("close", (code) => {
    resolve(code ?? 1);
  });
  return promise;
}

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
