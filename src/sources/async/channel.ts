import { Scope } from "./scope.ts";

/** Hands a value to the reader of a channel. */
export type Emit<T> = (value: T) => void;

/** Emits until its signal aborts, or until it has nothing more to report. It rejects only for a mistake of ours. */
export type Source<T> = (emit: Emit<T>, signal: AbortSignal) => Promise<void>;

/**
 * What the sources emit, side by side, in the order in which it came. They start at once, before the reader asks. The
 * stream ends when all of them have ended, or with `signal`; when the reader leaves, they end by their signal and are
 * waited for: nothing runs on. What one rejects with, the reader gets.
 */
export function channel<T extends object>(
  signal: AbortSignal,
  ...sources: readonly Source<T>[]
): AsyncGenerator<T, void, void> {
  const waiting: T[] = [];
  const state = { ended: false, wake: Promise.withResolvers<undefined>() };
  const scope = new Scope(signal);
  const emit = (value: T): void => {
    if (scope.signal.aborted) return;
    waiting.push(value);
    state.wake.resolve(undefined);
  };
  const running = errgroup(scope.signal, (inner) => sources.map((source) => source(emit, inner)));
  const ended = running.finally(() => {
    state.ended = true;
    state.wake.resolve(undefined);
  });
  ended.catch(() => undefined);
  async function* read(): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) yield value;
        if (state.ended) break;
        await state.wake.promise;
        state.wake = Promise.withResolvers<undefined>();
      }
    } finally {
      scope[Symbol.dispose]();
      await ended;
    }
  }
  return read();
}

/** Waits until all that `start` started has ended. If one throws, the signal of the others aborts, then it throws. */
export async function errgroup(
  signal: AbortSignal,
  start: (signal: AbortSignal) => readonly Promise<void>[],
): Promise<void> {
  using scope = new Scope(signal);
  // The first one to throw is the reason: the others may throw because they were told.
  let failed: { readonly error: unknown } | undefined;
  const running = start(scope.signal).map((one) =>
    one.catch((error: unknown) => {
      failed ??= { error };
      scope.abort();
    }),
  );
  await Promise.all(running);
  if (failed !== undefined) throw failed.error;
}
