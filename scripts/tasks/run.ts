import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** A program that was run to its end: its exit code (128 + signal if a signal ended it), all it printed, seconds. */
export interface Ran {
  readonly name: string;
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** The exit code of a program that was ended because it took too long, as timeout(1) has it. */
const TOO_LONG = 124;
const MINUTE = 60_000;

/** Runs a program of node_modules/.bin and keeps what it prints. It is ended after five minutes. */
export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await ended(child, 5 * MINUTE, (text) => {
    chunks.push(Buffer.from(`${command}: ${text}\n`));
  });
  return {
    name,
    code,
    output: Buffer.concat(chunks).toString(),
    seconds: (performance.now() - start) / 1000,
  };
}

/** Runs a program whose output goes straight to the terminal; its exit code. It is ended after 40 minutes. */
export async function runShown(command: string, ...args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
  return ended(child, 40 * MINUTE, (text) => {
    process.stderr.write(`${command}: ${text}\n`);
  });
}

/** The process group goes with its leader: a worker that spins would outlive it else. So it does when we are ended. */
async function ended(child: ChildProcess, limit: number, say: (text: string) => void): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const end = (signal: NodeJS.Signals): void => {
    // Without a pid it never started; without its group it has just ended.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  const timer = setTimeout(() => {
    say(`ended after ${limit / MINUTE} minutes`);
    end("SIGKILL");
    resolve(TOO_LONG);
  }, limit);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, end);
  child.on("error", (error) => {
    say(`cannot start: ${error.message}`);
    resolve(127);
  });
  child.on("close", (exit, signal) => {
    resolve(exit ?? (signal ? 128 : 1));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, end);
  }
}
