import { spawn } from "node:child_process";

/** A program that was run to its end: its exit code (128 + signal if a signal ended it), all it printed, seconds. */
export interface Ran {
  readonly name: string;
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a program of node_modules/.bin and keeps what it prints. */
export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((done) => {
    child.on("error", (error) => {
      chunks.push(Buffer.from(`cannot start ${command}: ${error.message}\n`));
      done(127);
    });
    child.on("close", (exit, signal) => {
      done(exit ?? (signal ? 128 : 1));
    });
  });
  return {
    name,
    code,
    output: Buffer.concat(chunks).toString(),
    seconds: (performance.now() - start) / 1000,
  };
}

/** Runs a program whose output goes straight to the terminal; its exit code. */
export async function runShown(command: string, ...args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise<number>((done) => {
    child.on("error", () => {
      done(127);
    });
    child.on("close", (exit, signal) => {
      done(exit ?? (signal ? 128 : 1));
    });
  });
}
