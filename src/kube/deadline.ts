import type { Seconds } from "../model/time.ts";

/** Until when an answer is wanted: at most `timeout` seconds from now, or until `signal` aborts. */
export interface Call {
  readonly signal: AbortSignal;
  readonly timeout: Seconds;
  /** over a connection of its own: behind a balancer it may reach another server than the last one did */
  readonly fresh?: boolean;
}

/** A running deadline. `signal` aborts when it passes or when its caller gives up; disposing leaves nothing behind. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onAbort = (): void => {
    this.#controller.abort();
  };
  readonly #timer: NodeJS.Timeout;
  #passed = false;

  constructor(call: Call) {
    this.#parent = call.signal;
    this.#timer = setTimeout(() => {
      this.#passed = true;
      this.#controller.abort();
    }, call.timeout * 1000);
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
}
