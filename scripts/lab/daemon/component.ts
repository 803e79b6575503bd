import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ComponentId } from "../target.ts";
import { writeLog } from "./cri-log.ts";
import { hostPid } from "./host-pid.ts";

/** How to start a process: a program with arguments, its environment, and the file for what it prints. */
export type Launch = { argv: readonly [string, ...string[]]; env: NodeJS.ProcessEnv; log: string };

/** How a process ended. Times are ISO, UTC; the exit code of a signal is 128 + its number, as a shell's. */
export type Ended = { hostPid: number; startedAt: string; finishedAt: string; exitCode: number };

/** What a process is doing. */
export type Life =
  | { state: "new" }
  | {
      state: "running";
      child: ChildProcess;
      hostPid: number;
      startedAt: string;
      frozen: boolean;
      ending: boolean;
    }
  | { state: "ended"; ended: Ended };

/**
 * What is to follow when the process ends: nothing (the lab stopped it), a new start at once, or what a
 * kubelet does when a process ended by itself.
 */
export type AfterEnd = "stay" | "again" | "recover";

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** One process of the lab over all its lives. */
export class Component {
  readonly id: ComponentId;
  readonly #launch: Launch;
  readonly #onEnd: (component: Component, afterEnd: AfterEnd) => void;
  #life: Life = { state: "new" };
  #previous: Ended | undefined;
  #restarts = 0;
  #gone = Promise.withResolvers<undefined>();
  /** Consecutive ends by itself, for the back-off. */
  failures = 0;
  /** Set while it waits to be started again. */
  restartTimer: NodeJS.Timeout | undefined;
  afterEnd: AfterEnd = "recover";

  constructor(id: ComponentId, launch: Launch, onEnd: (component: Component, afterEnd: AfterEnd) => void) {
    this.id = id;
    this.#launch = launch;
    this.#onEnd = onEnd;
  }

  get life(): Life {
    return this.#life;
  }

  /** How the life before the present one ended. */
  get previous(): Ended | undefined {
    return this.#previous;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get isRunning(): boolean {
    return this.#life.state === "running";
  }

  /** Resolves when the process that runs now has ended and what follows was begun; pends for ever before the first start. */
  get gone(): Promise<undefined> {
    return this.#gone.promise;
  }

  /** Running, not frozen, and not about to end by a signal of the lab. */
  get works(): boolean {
    return this.#life.state === "running" && !this.#life.frozen && !this.#life.ending;
  }

  /** Starts the process and gives the time right before that and its outer process ID. */
  start(): { at: string; pid: number } {
    if (this.#life.state === "running")
      throw new Error(`${this.id} is already running as process ${this.#life.hostPid}`);
    if (this.#life.state === "ended") {
      this.#previous = this.#life.ended;
      this.#restarts += 1;
    }
    clearTimeout(this.restartTimer);
    this.restartTimer = undefined;
    this.afterEnd = "recover";
    const at = new Date().toISOString();
    const [program, ...args] = this.#launch.argv;
    const child = spawn(program, args, {
      cwd: "/",
      detached: true,
      env: this.#launch.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // The missing process ID below says the same, and at once.
    child.once("error", () => undefined);
    if (child.pid === undefined)
      throw new Error(`cannot start ${this.id}: ${program} was not found or may not run`);
    writeLog(this.#launch.log, "stdout", child.stdout);
    writeLog(this.#launch.log, "stderr", child.stderr);
    const pid = hostPid(child.pid);
    this.#life = { state: "running", child, hostPid: pid, startedAt: at, frozen: false, ending: false };
    this.#gone = Promise.withResolvers<undefined>();
    const { resolve } = this.#gone;
    child.once("exit", (code, signal) => {
      const exitCode = code ?? 128 + (SIGNAL_NUMBERS[signal ?? "SIGKILL"] ?? 0);
      this.#life = {
        state: "ended",
        ended: { hostPid: pid, startedAt: at, finishedAt: new Date().toISOString(), exitCode },
      };
      this.#onEnd(this, this.afterEnd);
      resolve(undefined);
    });
    return { at, pid };
  }

  /** Sends a signal and gives the time right before that; undefined if there is no process. */
  signal(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): { at: string; pid: number } | undefined {
    const life = this.#life;
    if (life.state !== "running") return undefined;
    const at = new Date().toISOString();
    if (!life.child.kill(signal)) return undefined;
    if (signal === "SIGSTOP") life.frozen = true;
    if (signal === "SIGCONT") life.frozen = false;
    if (signal === "SIGKILL" || signal === "SIGTERM") life.ending = true;
    return { at, pid: life.hostPid };
  }
}
