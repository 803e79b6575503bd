import type { Emit, Source } from "../../src/sources/async/channel.ts";
import { channel, errgroup } from "../../src/sources/async/channel.ts";
import { getEventListeners } from "node:events";
import { Loops } from "../../src/sources/async/loops.ts";
import { Backoff, pause } from "../../src/sources/async/clock.ts";
import { Scope } from "../../src/sources/async/scope.ts";

interface Item {
  readonly n: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Emits when told to, until its signal aborts. */
function idle(): { emit: Emit<Item>; run: Source<Item>; ended: () => boolean } {
  let give: Emit<Item> = () => undefined;
  let ended = false;
  return {
    emit: (item) => {
      give(item);
    },
    ended: () => ended,
    run: async (emit, signal) => {
      give = emit;
      await pause(3600, signal);
      ended = true;
    },
  };
}

/** Emits one item a turn later, and ends. */
function one(item: Item): Source<Item> {
  return async (emit) => {
    await turn();
    emit(item);
  };
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

describe("several sources as one stream", () => {
  test("each value comes as soon as it is there, from whichever", async () => {
    const [a, b] = [idle(), idle()];
    const controller = new AbortController();
    const stream = channel(controller.signal, a.run, b.run);
    const first = stream.next();
    await turn();
    b.emit({ n: 2 });
    expect(await first).toEqual({ done: false, value: { n: 2 } });
    a.emit({ n: 1 });
    a.emit({ n: 3 });
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual([{ n: 1 }, { n: 3 }]);
    controller.abort();
    a.emit({ n: 4 });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect([a.ended(), b.ended()]).toEqual([true, true]);
    expect(listeners(controller.signal)).toBe(0);
  });

  test("a reader that leaves ends them all and waits for them, and nothing stays behind", async () => {
    const [a, b] = [idle(), idle()];
    const { signal } = new AbortController();
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] });
    for await (const item of channel(signal, a.run, b.run, one({ n: 1 }))) {
      expect(item).toEqual({ n: 1 });
      break;
    }
    expect([a.ended(), b.ended()]).toEqual([true, true]);
    expect(listeners(signal)).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  test("they start before the reader asks, and what they emit waits for it", async () => {
    const a = idle();
    const controller = new AbortController();
    const stream = channel(controller.signal, a.run);
    a.emit({ n: 1 });
    await turn();
    a.emit({ n: 2 });
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual([{ n: 1 }, { n: 2 }]);
    await stream.return();
    expect(a.ended()).toBe(true);
  });

  test("without a reader they end with the signal, and a mistake is nobody's unhandled rejection", async () => {
    const a = idle();
    const controller = new AbortController();
    channel(controller.signal, a.run);
    channel(controller.signal, () => Promise.reject(new TypeError("mistake")));
    await turn();
    controller.abort();
    await turn();
    expect(a.ended()).toBe(true);
  });

  test("ends when all of them have ended", async () => {
    const seen: Item[] = [];
    for await (const item of channel(new AbortController().signal, one({ n: 1 }), one({ n: 2 })))
      seen.push(item);
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("is over at once where it was called off before it began", async () => {
    const a = idle();
    expect((await channel(AbortSignal.abort(), a.run).next()).done).toBe(true);
    expect(a.ended()).toBe(true);
  });

  test("a mistake in one ends the others and reaches the reader, after what was emitted before", async () => {
    const a = idle();
    const broken: Source<Item> = (emit) => {
      emit({ n: 1 });
      return Promise.reject(new TypeError("mistake"));
    };
    const { signal } = new AbortController();
    const stream = channel(signal, a.run, broken);
    expect((await stream.next()).value).toEqual({ n: 1 });
    await expect(stream.next()).rejects.toThrow("mistake");
    expect(a.ended()).toBe(true);
    expect(listeners(signal)).toBe(0);
  });
});

describe("loops side by side", () => {
  test("are started and ended as the keys say, and all end with the signal", async () => {
    const controller = new AbortController();
    const running = new Set<string>();
    const loops = new Loops<string>(controller.signal);
    const loop = async (key: string, signal: AbortSignal): Promise<void> => {
      running.add(key);
      await pause(3600, signal);
      running.delete(key);
    };
    loops.keep(["a", "b"], loop);
    loops.keep(["b", "c"], loop);
    await turn();
    expect([...running]).toEqual(["b", "c"]);
    const ended = loops.ended();
    controller.abort();
    await ended;
    expect(running.size).toBe(0);
    expect(listeners(controller.signal)).toBe(0);
  });

  test("what one throws ends them all", async () => {
    const { signal } = new AbortController();
    const loops = new Loops<string>(signal);
    let ended = false;
    loops.keep(["good", "bad"], async (key, inner) => {
      if (key === "bad") throw new TypeError("mistake");
      await pause(3600, inner);
      ended = true;
    });
    await expect(loops.ended()).rejects.toThrow("mistake");
    expect(ended).toBe(true);
    expect(listeners(signal)).toBe(0);
  });

  test("together: the first that throws calls the others off, and is thrown when they have ended", async () => {
    const steps: string[] = [];
    const running = errgroup(new AbortController().signal, (signal) => [
      pause(3600, signal).then(() => void steps.push("called off")),
      Promise.reject(new Error("first")),
    ]);
    await expect(running.catch((error: unknown) => void steps.push(String(error)))).resolves.toBeUndefined();
    expect(steps).toEqual(["called off", "Error: first"]);
  });
});

describe("waiting", () => {
  test("ends with its signal and leaves neither timer nor listener", async () => {
    jest.useFakeTimers();
    const controller = new AbortController();
    const waiting = pause(10, controller.signal);
    expect([jest.getTimerCount(), listeners(controller.signal)]).toEqual([1, 1]);
    controller.abort();
    await waiting;
    expect([jest.getTimerCount(), listeners(controller.signal)]).toEqual([0, 0]);
    await pause(10, controller.signal);
    jest.useRealTimers();
  });

  test("between failures it grows to a second at most, and starts over after a success", async () => {
    jest.useFakeTimers();
    const { signal } = new AbortController();
    const backoff = new Backoff();
    const wait = async (): Promise<number> => {
      const started = performance.now();
      const waiting = backoff.wait(signal);
      await jest.advanceTimersToNextTimerAsync();
      await waiting;
      return performance.now() - started;
    };
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) waits.push(await wait());
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(Math.min(...waits.slice(5))).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
    backoff.reset();
    expect(await wait()).toBeLessThanOrEqual(100);
    jest.useRealTimers();
  });

  test("a scope ends with its parent, or by itself, and leaves the parent as it was", () => {
    const parent = new AbortController();
    {
      using scope = new Scope(parent.signal);
      expect([scope.signal.aborted, listeners(parent.signal)]).toEqual([false, 1]);
    }
    expect(listeners(parent.signal)).toBe(0);
    using scope = new Scope(parent.signal);
    parent.abort();
    expect(scope.signal.aborted).toBe(true);
    using late = new Scope(parent.signal);
    expect(late.signal.aborted).toBe(true);
  });
});

test("together: what failed first is thrown, not what it broke off, whatever their order", async () => {
  const failing = errgroup(new AbortController().signal, (shared) => [
    pause(3600, shared).then(() => {
      shared.throwIfAborted();
    }),
    turn().then(() => {
      throw new Error("compacted");
    }),
  ]);
  await expect(failing).rejects.toThrow("compacted");
});
