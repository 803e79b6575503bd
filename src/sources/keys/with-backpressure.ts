import { Scope } from "../async/scope.ts";

/**
 * What `work` pushes, one value at a time as its reader asks for the next one: `work` waits meanwhile, so nothing piles
 * up. It ends when `work` ends and throws what it throws; when the reader leaves, the signal of `work` aborts and
 * `work` is waited for.
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
