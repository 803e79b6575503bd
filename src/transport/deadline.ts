import type { Seconds } from "../core/facts/time.ts";

/** Until when an answer is wanted: at most `timeout` seconds from now, or until `signal` aborts. */
export interface Call {
  readonly signal: AbortSignal;
  readonly timeout: Seconds;
  /** over a connection of its own: behind a balancer it may reach another server than the last one did */
  readonly fresh?: boolean;
}

/** How often a deadline looks at the clock. */
const STEP: Seconds = 0.1;
/** What comes so much too late was our own doing: this process did not run. */
const LATE: Seconds = 0.05;
/** So much of our own delay is not held against the other side; a deadline takes that much longer at most. */
export const GRACE: Seconds = 1;

/**
 * A running deadline. `signal` aborts when it passes or when its caller gives up; disposing leaves nothing behind.
 * Time in which this process itself stood still, up to a second of it, does not count: on a busy machine an answer may lie
 * there unread, and "no answer" would be a lie.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onAbort = (): void => {
    this.#controller.abort();
  };
  #timer: NodeJS.Timeout | undefined;
  #left: Seconds;
  #grace = GRACE;
  #passed = false;

  constructor(call: Call) {
    this.#parent = call.signal;
    this.#left = call.timeout;
    this.#wait();
    if (this.#parent.aborted) this.#controller.abort();
    else this.#parent.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was time that ran out, not the caller who gave up. */
  get passed(): boolean {
    return this.#passed;
  }

  /** What was waited for has come: time no longer matters, only the caller. */
  stopClock(): void {
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stopClock();
    this.#parent.removeEventListener("abort", this.#onAbort);
  }

  #wait(): void {
    const from = performance.now();
    const step = Math.min(STEP, Math.max(0, this.#left));
    this.#timer = setTimeout(() => {
      const gone = (performance.now() - from) / 1000;
      const late = gone - step;
      const forgiven = late > LATE ? Math.min(late, this.#grace) : 0;
      this.#grace -= forgiven;
      this.#left -= gone - forgiven;
      if (this.#left > 0) this.#wait();
      else this.#pass();
    }, step * 1000);
  }

  #pass(): void {
    this.#passed = true;
    this.#controller.abort();
  }
}
