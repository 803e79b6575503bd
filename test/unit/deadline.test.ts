import { Deadline } from "../../src/transport/deadline.ts";

const never = new AbortController().signal;

/** Lets this process stand still. */
function standStill(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });

test("it passes by itself, and says that it was time", async () => {
  using deadline = new Deadline({ signal: never, timeout: 0.02 });
  await aborted(deadline.signal);
  expect(deadline.passed).toBe(true);
});

test("time in which this process stood still does not count, as there was nobody to read an answer", async () => {
  using deadline = new Deadline({ signal: never, timeout: 0.3 });
  // As short as it may be: a busy machine makes it longer, and a second at most is forgiven.
  standStill(0.35);
  // What waits in a socket is read before the second of these.
  for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate);
  expect(deadline.signal.aborted).toBe(false);
  await aborted(deadline.signal);
  expect(deadline.passed).toBe(true);
});

test("but not for ever", async () => {
  using deadline = new Deadline({ signal: never, timeout: 0.1 });
  standStill(1.5);
  await aborted(deadline.signal);
  expect(deadline.passed).toBe(true);
});

test("its caller gives up: that is not time", () => {
  const caller = new AbortController();
  using deadline = new Deadline({ signal: caller.signal, timeout: 60 });
  caller.abort();
  expect(deadline.signal.aborted).toBe(true);
  expect(deadline.passed).toBe(false);
});

test("a clock that was stopped never passes, but the caller may still give up", async () => {
  const caller = new AbortController();
  using deadline = new Deadline({ signal: caller.signal, timeout: 0.01 });
  deadline.stopClock();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(deadline.signal.aborted).toBe(false);
  caller.abort();
  expect(deadline.signal.aborted).toBe(true);
});
