/** Why: nobody asks. Without it, each abort would make an exception with a stack. */
const OVER = new Error("scope closed");

/**
 * A signal that aborts with its parent, and by itself when it is disposed. Disposing leaves no listener behind.
 * `using scope = new Scope(signal)` ends all that was started under `scope.signal` on every way out.
 */
export class Scope implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onAbort = (): void => {
    this.abort();
  };

  constructor(parent: AbortSignal) {
    this.#parent = parent;
    if (parent.aborted) this.#controller.abort();
    else parent.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort(OVER);
  }

  [Symbol.dispose](): void {
    this.#parent.removeEventListener("abort", this.#onAbort);
    this.abort();
  }
}

/** Whether it has aborted by now. (A compiler that has seen `aborted` false once takes it to stay so.) */
export function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
