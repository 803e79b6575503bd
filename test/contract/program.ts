import { execFile, spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

const PROGRAM = "dist/kubectl-ha";

/** How a program ended, and all that it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, which must come within 30 s. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const options = { env: { HOME: "/nonexistent", ...env }, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
  execFile(program, [...args], options, (error, stdout, stderr) => {
    if (error === null) resolve({ code: 0, stdout, stderr });
    else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
    else reject(error);
  });
  return promise;
}

/** Runs `kubectl ha` to its end. */
export function kubectlHa(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return runProgram(PROGRAM, args, env);
}

/** How a program that ran on came to its end. */
export interface Close {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `kubectl ha` that runs on, as with -w. */
export class Running implements AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Close>;
  #stdout = "";
  #stderr = "";
  #news = Promise.withResolvers<undefined>();

  constructor(args: readonly string[], env: Record<string, string>, program = PROGRAM) {
    const options = { env: { HOME: "/nonexistent", ...env } };
    this.child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout.on("data", (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#tell();
    });
    this.child.stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    const { promise, resolve } = Promise.withResolvers<Close>();
    this.ended = promise;
    this.child.on("close", (code, signal) => {
      resolve({ code, signal });
      this.#tell();
    });
  }

  #tell(): void {
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers<undefined>();
  }

  get lines(): readonly string[] {
    return this.#stdout.split("\n").slice(0, -1);
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves with what `find` gives of the lines so far, once it gives something. Rejects after so many seconds, or at the end. */
  async see<T>(what: string, find: (lines: readonly string[]) => T | undefined, seconds = 60): Promise<T> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      late.reject(new Error(`no ${what} within ${seconds} s in:\n${this.#stdout}${this.#stderr}`));
    }, seconds * 1000);
    try {
      for (;;) {
        const found = find(this.lines);
        if (found !== undefined) return found;
        const { exitCode, signalCode } = this.child;
        if (exitCode !== null || signalCode !== null)
          throw new Error(`it ended before ${what} in:\n${this.#stdout}${this.#stderr}`);
        await Promise.race([this.#news.promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** JSON with every number as a bigint, exact: JSON.parse by itself rounds what is above 2^53. Integers only. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, ...more: unknown[]) =>
    typeof value === "number" ? BigInt(sourceOf(more[0])) : value,
  );
}

function sourceOf(context: unknown): string {
  if (
    typeof context === "object" &&
    context !== null &&
    "source" in context &&
    typeof context.source === "string"
  )
    return context.source;
  throw new Error("this Node does not tell the source of a number");
}
