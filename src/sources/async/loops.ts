import { Scope } from "./scope.ts";

/** Loops that run side by side, one a key, each in its own scope. */
export class Loops<K> {
  readonly #signal: AbortSignal;
  readonly #running = new Map<K, Scope>();
  readonly #ends = new Set<Promise<void>>();
  readonly #over = Promise.withResolvers<undefined>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** From now on there is one loop for each of `keys`: what is new starts, what is not among them ends. */
  keep(keys: Iterable<K>, start: (key: K, signal: AbortSignal) => Promise<void>): void {
    const wanted = new Set(keys);
    for (const [key, scope] of this.#running) {
      if (wanted.has(key)) continue;
      scope.abort();
      this.#running.delete(key);
    }
    for (const key of wanted) if (!this.#running.has(key)) this.#start(key, start);
  }

  #start(key: K, start: (key: K, signal: AbortSignal) => Promise<void>): void {
    const scope = new Scope(this.#signal);
    this.#running.set(key, scope);
    const end = start(key, scope.signal)
      .catch((error: unknown) => {
        this.#over.reject(error);
      })
      .finally(() => {
        scope[Symbol.dispose]();
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  /** Waits until the signal has aborted and all loops have ended. Throws what a loop threw. */
  async ended(): Promise<void> {
    const onAbort = (): void => {
      this.#over.resolve(undefined);
    };
    if (this.#signal.aborted) onAbort();
    else this.#signal.addEventListener("abort", onAbort);
    try {
      await this.#over.promise;
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
      for (const scope of this.#running.values()) scope.abort();
      await Promise.all(this.#ends);
    }
  }
}
