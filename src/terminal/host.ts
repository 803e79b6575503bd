import type { Readable, Writable } from "node:stream";

/** Where keys come from: `process.stdin` when it is a terminal. */
export interface TerminalInput extends Readable {
  setRawMode(raw: boolean): unknown;
}

/** Where cells go: `process.stdout` when it is a terminal; it emits `resize`. */
export interface TerminalOutput extends Writable {
  readonly columns: number;
  readonly rows: number;
}

/** The part of `process` that a terminal needs; tests hand in their own. */
export interface Host {
  readonly pid: number;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  prependListener(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  listeners(event: string): unknown[];
  kill(pid: number, signal: NodeJS.Signals): unknown;
  /** ms in which SIGTSTP stops it, if anything does; undefined: as long as a shell may take */
  readonly stoppedWithin?: number;
}

const FATAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Runs `make` and removes the listeners that it left on the process: blessed's own end the process with exit code 0
 * after a signal, and do not restore the screen after all of them.
 */
export function withoutListeners<T>(host: Host, make: () => T): T {
  const events = ["uncaughtException", "exit", ...FATAL];
  const before = new Set(events.flatMap((event) => host.listeners(event)));
  const made = make();
  for (const event of events) {
    for (const listener of host.listeners(event)) {
      if (!before.has(listener) && isListener(listener)) host.removeListener(event, listener);
    }
  }
  return made;
}

function isListener(value: unknown): value is (...args: unknown[]) => void {
  return typeof value === "function";
}

/**
 * Calls `restore` before the process ends, however it ends: by a signal, by an uncaught error, by exit. It changes
 * nothing else: after a signal the process ends by that signal, unless it has another listener; an error goes on to its
 * handler. The result undoes it.
 */
export function restoreBeforeEnd(host: Host, restore: () => void): () => void {
  const undo: (() => void)[] = [];
  const first = (event: string, listener: () => void): void => {
    host.prependListener(event, listener);
    undo.push(() => host.removeListener(event, listener));
  };
  const off = (): void => {
    for (const remove of undo.splice(0)) remove();
  };
  // The monitor sees rejections that nobody handled, too, and leaves them to end the process.
  first("uncaughtExceptionMonitor", restore);
  first("exit", restore);
  for (const signal of FATAL) {
    first(signal, () => {
      restore();
      off();
      if (host.listeners(signal).length === 0) host.kill(host.pid, signal);
    });
  }
  return off;
}

/** What stops the process on ctrl-z, and takes the terminal over again when it goes on. */
export interface Suspender {
  suspend(): void;
  /** whether somebody else has the terminal */
  away(): boolean;
  stop(): void;
}

interface Parts {
  readonly host: Host;
  readonly platform: string;
  readonly leave: () => void;
  readonly enter: () => void;
}

/** So long is waited for the stop to happen: a process whose group has no shell above it is not stopped at all. */
const STOPPED_WITHIN = 200;

/**
 * ctrl-z with a screen: leaves it, stops the whole process group as the terminal itself would have done, and enters
 * it again on SIGCONT. Where nothing stops it (no job control), it comes back by itself.
 */
export function suspender({ host, platform, leave, enter }: Parts): Suspender {
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  const back = (): void => {
    clearTimeout(timer);
    away = false;
    enter();
  };
  const continued = (): void => {
    // Also after a stop that nobody announced: the shell has used the terminal since.
    if (!away) leave();
    back();
  };
  host.on("SIGCONT", continued);
  return {
    suspend() {
      if (away || platform === "win32") return;
      away = true;
      leave();
      // While the process is stopped no time goes by for it: the timer fires when it goes on, or when nothing stopped it.
      timer = setTimeout(back, host.stoppedWithin ?? STOPPED_WITHIN);
      host.kill(0, "SIGTSTP");
    },
    away: () => away,
    stop() {
      clearTimeout(timer);
      host.removeListener("SIGCONT", continued);
    },
  };
}
