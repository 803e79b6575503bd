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
 * Calls `restore` before the process ends, however it ends: by a signal, by an error that nobody caught, by exit. It
 * changes nothing else: after a signal the process ends by that signal, unless somebody else listens to it; an error
 * goes on to whoever reports it. The result undoes it.
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
