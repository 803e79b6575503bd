import type { ListWatch } from "../../src/sources/kube/list-watch.ts";
import { listWatch } from "../../src/sources/kube/list-watch.ts";
import { EVIDENCE } from "../../src/sources/kube/evidence.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { failed, FakeKube } from "./fake-kube.ts";

/** As leases are followed, and as what explains them is: without `changed` and `proved`. */
const PROFILES = {
  closely: { proofInterval: 1, lag: 1, watchAfter: 0, afterBadWatch: "list" },
  loosely: { ...EVIDENCE, limit: undefined },
} as const;
type Profile = keyof typeof PROFILES;

/** A server of paper with one object, and a diary of what it was asked and what was reported, with seconds. */
class Bench {
  readonly diary: string[] = [];
  readonly kube: FakeKube;
  version = 1;
  exists = true;
  down: unknown;
  readonly #controller = new AbortController();
  readonly #running: Promise<void>;
  readonly #startedAt = performance.now();

  constructor(profile: Profile, down?: Error) {
    this.down = down;
    this.kube = new FakeKube((path) => {
      this.#note(`list ${path.slice("/things".length)}`);
      return (
        this.down ?? {
          metadata: { resourceVersion: String(this.version) },
          items: this.exists ? [this.#object()] : [],
        }
      );
    });
    const watch = this.kube.watch.bind(this.kube);
    this.kube.watch = (path, call) => {
      this.#note(`watch ${/resourceVersion=(\d+)/.exec(path)?.[1] ?? path}`);
      return watch(path, call);
    };
    this.#running = listWatch(this.#of(profile), this.#controller.signal);
  }

  /** Another version, of which the watch reports or not. */
  change(isReported = true): void {
    this.version += 1;
    if (isReported) this.report("MODIFIED");
  }

  report(type: string): void {
    this.kube.watches.at(-1)?.send({ type, object: this.#object() });
  }

  /** What came since the last call. */
  async after(seconds: number): Promise<readonly string[]> {
    await jest.advanceTimersByTimeAsync(seconds * 1000);
    return this.diary.splice(0);
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#running;
  }

  #of(profile: Profile): ListWatch {
    const { limit: _, ...of } = { limit: undefined, ...PROFILES[profile] };
    const changes = {
      changed: (_object: unknown, isDeleted: boolean) => {
        this.#note(isDeleted ? "deleted" : "changed");
      },
      proved: () => {
        this.#note("proved");
      },
    };
    return {
      ...{ api: this.kube, timeout: 1.5, clock: systemClock, path: "/things", answer: "list", ...of },
      ...(profile === "closely" ? changes : {}),
      listed: (objects) => {
        this.#note(`listed ${objects.length}`);
      },
      failed: ({ code }) => {
        this.#note(`failed ${code}`);
      },
    };
  }

  #object(): Record<string, unknown> {
    return { metadata: { name: "thing", resourceVersion: String(this.version) } };
  }

  #note(what: string): void {
    this.diary.push(`${((performance.now() - this.#startedAt) / 1000).toFixed(1)} ${what.trim()}`);
  }
}

const SERVER_ERROR = failed("other", "balancer:6443 answered 500", 500);
const FORBIDDEN = failed("forbidden", "cannot watch", 403);

/** In each of these seconds a list that proves that nothing has changed. */
function proofs(from: number, to: number): string[] {
  const seconds = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return seconds.flatMap((second) => [`${second}.0 list`, `${second}.0 proved`]);
}

/** What happens 1.5 s after the start, and what follows for both ways until `seconds` later. */
const CASES: readonly {
  readonly what: string;
  readonly act: (bench: Bench) => unknown;
  readonly seconds?: number;
  readonly closely: readonly string[];
  readonly loosely: readonly string[];
}[] = [
  {
    what: "silent watch",
    act: () => undefined,
    seconds: 8.6,
    closely: [...proofs(2, 10)],
    loosely: ["10.0 list", "10.0 listed 1"],
  },
  {
    what: "change, then deletion",
    act: async (bench) => {
      bench.change();
      await jest.advanceTimersByTimeAsync(100);
      bench.exists = false;
      bench.report("DELETED");
    },
    closely: ["1.5 changed", "1.6 deleted", "2.6 list", "2.6 proved"],
    loosely: ["1.5 listed 1", "1.6 listed 0"],
  },
  {
    what: "watch that closes and can be opened again",
    act: (bench) => {
      bench.change();
      bench.kube.watches.at(-1)?.end();
    },
    closely: ["1.5 changed", "1.5 watch 2", "2.5 list", "2.5 proved"],
    loosely: ["1.5 listed 1", "1.5 watch 2"],
  },
  {
    what: "watch that ends as soon as it is open",
    act: async (bench) => {
      bench.kube.watches.at(-1)?.end();
      await jest.advanceTimersByTimeAsync(100);
      bench.kube.watches.at(-1)?.end();
    },
    closely: ["1.5 watch 1", "1.6 list", "1.6 listed 1", "1.6 watch 1", "2.6 list", "2.6 proved"],
    loosely: ["1.5 watch 1", "2.5 watch 1"],
  },
  {
    what: "watch that cannot be opened",
    act: (bench) => {
      bench.kube.refuseWatch = failed("unavailable", "storage is (re)initializing", 429);
      bench.kube.watches.at(-1)?.end();
    },
    closely: [
      "1.5 watch 1",
      "1.5 list",
      "1.5 listed 1",
      "1.5 watch 1",
      "2.5 list",
      "2.5 listed 1",
      "2.5 watch 1",
    ],
    loosely: ["1.5 watch 1", "2.5 watch 1"],
  },
  {
    what: "watch whose server cannot be reached",
    act: (bench) => {
      bench.kube.refuseWatch = failed("refused", "connection refused");
      bench.kube.watches.at(-1)?.end();
    },
    closely: [
      "1.5 watch 1",
      "1.5 watch 1",
      "1.5 list",
      "1.5 listed 1",
      "1.5 watch 1",
      "1.5 watch 1",
      "2.5 list",
      "2.5 listed 1",
      "2.5 watch 1",
      "2.5 watch 1",
    ],
    loosely: ["1.5 watch 1", "1.5 watch 1", "2.5 watch 1", "2.5 watch 1"],
  },
  {
    what: "410 in the watch",
    act: (bench) => {
      bench.version = 7;
      bench.kube.watches.at(-1)?.send({ type: "ERROR", object: { code: 410 } });
    },
    closely: ["1.5 list", "1.5 listed 1", "1.5 watch 7", "2.5 list", "2.5 proved"],
    loosely: ["1.5 list", "1.5 listed 1", "1.5 watch 7"],
  },
  {
    what: "410 as the answer",
    act: async (bench) => {
      bench.version = 7;
      bench.kube.refuseWatch = failed("other", "too old resource version", 410);
      bench.kube.watches.at(-1)?.end();
      await jest.advanceTimersByTimeAsync(0);
      bench.kube.refuseWatch = undefined;
    },
    closely: [
      "1.5 watch 1",
      "1.5 list",
      "1.5 listed 1",
      "1.5 watch 7",
      "2.5 list",
      "2.5 listed 1",
      "2.5 watch 7",
    ],
    loosely: [
      "1.5 watch 1",
      "1.5 list",
      "1.5 listed 1",
      "1.5 watch 7",
      "2.5 list",
      "2.5 listed 1",
      "2.5 watch 7",
    ],
  },
  {
    what: "another error in the watch",
    act: (bench) => bench.kube.watches.at(-1)?.send({ type: "ERROR", object: { code: 500 } }),
    closely: ["1.5 watch 1", "2.0 list", "2.0 proved"],
    loosely: ["1.5 watch 1"],
  },
  {
    what: "watch that is forbidden",
    act: (bench) => {
      bench.kube.refuseWatch = FORBIDDEN;
      bench.kube.watches.at(-1)?.end();
    },
    closely: ["1.5 watch 1", "1.5 list", "1.5 listed 1", "2.5 list", "2.5 listed 1"],
    loosely: ["1.5 watch 1"],
  },
  {
    what: "watch that lags behind",
    act: (bench) => {
      bench.change(false);
    },
    seconds: 8.6,
    closely: ["2.0 list", "3.0 list", "3.0 listed 1", "3.0 watch 2", ...proofs(4, 10)],
    loosely: ["10.0 list", "10.0 list", "10.0 listed 1", "10.0 watch 2"],
  },
  {
    what: "list that fails, with a burst in the watch meanwhile",
    act: async (bench) => {
      bench.down = SERVER_ERROR;
      await jest.advanceTimersByTimeAsync(9000);
      bench.diary.splice(0);
      bench.change();
      await jest.advanceTimersByTimeAsync(0);
      bench.down = undefined;
    },
    closely: ["10.5 changed", "11.5 list", "11.5 proved"],
    loosely: ["10.7 list", "10.7 listed 1"],
  },
  {
    what: "list that is forbidden",
    act: async (bench) => {
      bench.down = FORBIDDEN;
      await jest.advanceTimersByTimeAsync(38_000);
      bench.diary.splice(0);
      bench.down = undefined;
    },
    closely: ["40.5 list", "40.5 proved"],
    loosely: ["40.0 list", "40.0 listed 1"],
  },
];

describe.each(["closely", "loosely"] as const)("followed %s", (profile) => {
  let bench: Bench;

  beforeEach(() => {
    jest.useFakeTimers();
    // The longest backoff each time.
    jest.spyOn(Math, "random").mockReturnValue(1);
    bench = new Bench(profile);
  });

  afterEach(async () => {
    await bench.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  test("first a list, then a watch from there", async () => {
    const first = {
      closely: ["0.0 list", "0.0 listed 1", "0.0 watch 1"],
      loosely: ["0.0 list", "0.0 listed 1"],
    };
    expect(await bench.after(0.4)).toEqual(first[profile]);
  });

  test("a list that fails at first is tried again", async () => {
    const down = new Bench(profile, SERVER_ERROR);
    const failures = [
      "0.0 list",
      "0.0 failed other",
      "0.1 list",
      "0.1 failed other",
      "0.3 list",
      "0.3 failed other",
    ];
    expect(await down.after(0.5)).toEqual(failures);
    down.down = undefined;
    expect(await down.after(0.4)).toEqual(expect.arrayContaining(["0.7 list", "0.7 listed 1"]));
    await down.stop();
  });

  test.each(CASES)("$what", async ({ act, seconds = 1.2, ...expected }) => {
    await bench.after(1.5);
    await act(bench);
    expect(await bench.after(seconds)).toEqual(expected[profile]);
  });
});
