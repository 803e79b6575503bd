import type { Instant, Seconds } from "../../core/facts/time.ts";

/** Reads the time. Handed to every source, so that tests can make their own. */
export type Clock = () => Instant;

/** The machine's clocks. */
export const systemClock: Clock = () => ({ wall: Date.now(), mono: performance.now() });

/** Waits `seconds`, or until `signal` aborts; it never throws and leaves neither timer nor listener. */
export async function pause(seconds: Seconds, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => {
    resolve(undefined);
  };
  const timer = setTimeout(end, Math.max(0, seconds) * 1000);
  signal.addEventListener("abort", end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
}

/** Seconds between tries that fail: it doubles up to 1 s, a random half of it, so that several do not fall in step. */
export class Backoff {
  #failures = 0;

  /** Waits before the next try. */
  async wait(signal: AbortSignal): Promise<void> {
    const longest = Math.min(1, 0.1 * 2 ** this.#failures);
    this.#failures += 1;
    await pause(longest * (0.5 + Math.random() / 2), signal);
  }

  /** It worked: the next failure waits briefly again. */
  reset(): void {
    this.#failures = 0;
  }
}
