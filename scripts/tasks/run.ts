import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

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
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What runs now: it goes when we are ended. */
const running = new Set<ChildProcess>();

/** Runs a program of node_modules/.bin and keeps what it prints. It is ended after five minutes. */
export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  return runFor(5, name, command, ...args);
}

/** As run, but it is ended after so many minutes. */
export async function runFor(
  minutes: number,
  name: string,
  command: string,
  ...args: string[]
): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await ended(child, minutes * MINUTE, (text) => {
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

/** The process group goes with its leader: a worker that spins would outlive it else. */
async function ended(child: ChildProcess, limit: number, say: (text: string) => void): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const timer = setTimeout(() => {
    say(`ended after ${limit / MINUTE} minutes`);
    endGroup(child, "SIGKILL");
    resolve(TOO_LONG);
  }, limit);
  // A signal to this process ends all that it started, and nothing is started after it.
  running.add(child);
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const each of running) endGroup(each, signal);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  child.on("error", (error) => {
    say(`cannot start: ${error.message}`);
    resolve(127);
  });
  child.on("close", (exit, signal) => {
    resolve(exit ?? (signal ? 128 + constants.signals[signal] : 1));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    running.delete(child);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
