import type { Observation } from "../../src/core/facts/observation.ts";
import type { Source } from "../../src/sources/async/channel.ts";
import { channel } from "../../src/sources/async/channel.ts";

/** How a test drives a source: time goes by only when it says so. */
export interface SourceKit {
  /** Starts the source and reads it in the background; what it says is added to the answer. */
  readonly watch: (source: Source<Observation>) => Observation[];
  /** Lets seconds go by. */
  readonly after: (seconds: number) => Promise<void>;
  /** Calls the source off and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/** Makes the tests of this file or block run on a clock of their own; at the end of each no timer may be left. */
export function useSource(): SourceKit {
  let controller = new AbortController();
  let reading = Promise.resolve();
  const stop = async (): Promise<void> => {
    controller.abort();
    await reading;
  };
  beforeEach(() => {
    jest.useFakeTimers();
    controller = new AbortController();
  });
  afterEach(async () => {
    await stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
  return {
    watch: (source) => {
      const seen: Observation[] = [];
      const read = async (): Promise<void> => {
        for await (const one of channel(controller.signal, source)) seen.push(one);
      };
      reading = read();
      return seen;
    },
    after: (seconds) => jest.advanceTimersByTimeAsync(seconds * 1000),
    stop,
  };
}
