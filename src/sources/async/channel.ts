import { Scope } from "./scope.ts";

/** Hands a value to whoever reads the stream. */
export type Emit<T> = (value: T) => void;

/**
 * A stream of what `work` emits, each value as soon as the reader asks, in order. It ends when `work` ends, or with
 * `signal`; when the reader leaves early, `work` is told by its own signal and waited for: nothing runs on.
 * What `work` throws, the reader gets.
 */
export async function* channel<T extends object>(
  signal: AbortSignal,
  work: (emit: Emit<T>, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, void> {
  const waiting: T[] = [];
  const state = { ended: false, wake: Promise.withResolvers<undefined>() };
  using scope = new Scope(signal);
  const emit = (value: T): void => {
    if (scope.signal.aborted) return;
    waiting.push(value);
    state.wake.resolve(undefined);
  };
  const working = work(emit, scope.signal).finally(() => {
    state.ended = true;
    state.wake.resolve(undefined);
  });
  working.catch(() => undefined);
  try {
    for (;;) {
      for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) yield value;
      if (state.ended) break;
      await state.wake.promise;
      state.wake = Promise.withResolvers<undefined>();
    }
  } finally {
    scope.abort();
    await working;
  }
}

/** Several streams as one, each value as soon as it comes. `open` gets the signal that ends them all. */
export function merge<T extends object>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => readonly AsyncIterable<T>[],
): AsyncGenerator<T, void, void> {
  return channel(signal, (emit, inner) =>
    errgroup(inner, (shared) => open(shared).map((stream) => drain(stream, emit))),
  );
}

/** A stream whose first value was asked for before: so it was begun while its reader did something else. */
export async function* startEagerly<T>(
  first: Promise<IteratorResult<T, void>>,
  stream: AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  const { done, value } = await first;
  if (done === true) return;
  yield value;
  yield* stream;
}

/** Waits until all that `start` started has ended. If one throws, the others are told by their signal, then it throws. */
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

async function drain<T>(stream: AsyncIterable<T>, emit: Emit<T>): Promise<void> {
  for await (const value of stream) emit(value);
}

/**
 * What `work` pushes, one value at a time as its reader asks for the next one: `work` waits meanwhile, so nothing piles up.
 * It ends when `work` ends and throws what it throws; when the reader leaves, `work` is told by its signal and waited for.
 */
export async function* withBackpressure<T extends object>(
  signal: AbortSignal,
  work: (push: (value: T) => Promise<void>, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, void> {
  using scope = new Scope(signal);
  let offered = Promise.withResolvers<T | undefined>();
  let taken = Promise.withResolvers<undefined>();
  const push = async (value: T): Promise<void> => {
    offered.resolve(value);
    await taken.promise;
    taken = Promise.withResolvers();
  };
  const working = work(push, scope.signal).then(
    () => {
      offered.resolve(undefined);
    },
    (error: unknown) => {
      offered.reject(error);
    },
  );
  try {
    for (;;) {
      const value = await offered.promise;
      if (value === undefined) return;
      offered = Promise.withResolvers();
      yield value;
      taken.resolve(undefined);
    }
  } finally {
    scope.abort();
    taken.resolve(undefined);
    offered.promise.catch(() => undefined);
    await working;
  }
}
