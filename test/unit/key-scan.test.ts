import { fc } from "../seeded.ts";
import type { EtcdApi, KeyPage, KeyRange } from "../../src/etcd/api.ts";
import type { KeyBucket } from "../../src/etcd/key-buckets.ts";
import { keyAfter, keyBuckets, splitRest } from "../../src/etcd/key-buckets.ts";
import { scanKeys } from "../../src/etcd/key-scan.ts";
import { Failed } from "../../src/model/failed.ts";
import type { KeySearch } from "../../src/model/key-search.ts";

const END = Buffer.from([0]);
const isEnd = (key: Uint8Array): boolean => key.length === 1 && key[0] === 0;
const holds = ({ from, to }: KeyBucket, key: Uint8Array): boolean =>
  Buffer.compare(from, key) <= 0 && (isEnd(to) || Buffer.compare(key, to) < 0);

const anyKey = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
    fc.string({ minLength: 1, maxLength: 6 }).map((name) => Buffer.from(`/registry/${name}`)),
    fc.constantFrom(...keyBuckets().map((bucket) => bucket.from)),
  )
  .map((key) => Buffer.from(key));

describe("the parts of the keyspace", () => {
  test("any key is in exactly one of them", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(keyBuckets().filter((bucket) => holds(bucket, key))).toHaveLength(1);
      }),
    );
  });

  test("what is looked for most comes first, events last", () => {
    const kinds = keyBuckets().map((bucket) => Buffer.from(bucket.from).toString());
    expect(kinds[0]).toBe("/registry/deployments/");
    expect(kinds.at(-1)).toBe("/registry/events/");
  });

  test("the rest of a bucket that is cut is covered once", () => {
    const byBytes = (keys: Buffer[]): Buffer[] => keys.toSorted((x, y) => Buffer.compare(x, y));
    fc.assert(
      fc.property(fc.tuple(anyKey, anyKey, anyKey).map(byBytes), anyKey, fc.boolean(), (keys, key, open) => {
        const [first = END, last = END, bound = END] = keys;
        const bucket: KeyBucket = { from: keyAfter(last), to: open ? END : bound };
        fc.pre(open || Buffer.compare(bucket.from, bound) < 0);
        const parts = splitRest(first, bucket.from, bucket.to);
        expect(parts.filter((part) => holds(part, key))).toHaveLength(holds(bucket, key) ? 1 : 0);
      }),
    );
  });
});

/** `counted`: how many keys were counted for all requests together, as etcd does for each of them. */
interface Member {
  readonly api: EtcdApi;
  readonly asked: readonly KeyRange[];
  readonly counted: () => number;
}

/** A member that holds `keys`, and every request it got. */
function member(keys: readonly string[], failAt = Infinity): Member {
  const sorted = keys.map((key) => Buffer.from(key)).toSorted((a, b) => Buffer.compare(a, b));
  const asked: KeyRange[] = [];
  let counted = 0;
  const indexOf = (bound: Uint8Array): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(sorted[middle] ?? bound, bound) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const page = (range: KeyRange): KeyPage => {
    const within = sorted.slice(indexOf(range.from), isEnd(range.to) ? undefined : indexOf(range.to));
    counted += within.length;
    return {
      revision: 42n,
      keys: within.slice(0, range.limit),
      count: within.length,
      more: within.length > range.limit,
    };
  };
  const api: EtcdApi = {
    endpoint: "127.0.0.1:2379",
    status: () => Promise.reject(new Error("not asked")),
    memberList: () => Promise.reject(new Error("not asked")),
    hash: () => Promise.reject(new Error("not asked")),
    readThroughQuorum: () => Promise.reject(new Error("not asked")),
    keys: (range, { signal }) => {
      asked.push(range);
      signal.throwIfAborted();
      if (asked.length > failAt)
        return Promise.reject(
          new Failed({ code: "timeout", text: "no answer from 127.0.0.1:2379 within 3.0 s" }),
        );
      return Promise.resolve(page(range));
    },
    close: () => undefined,
  };
  return { api, asked, counted: () => counted };
}

const clock = (): { wall: number; mono: number } => ({ wall: 0, mono: 0 });
const bounds = { maxHits: 500, maxKeys: 200_000 };

async function search(api: EtcdApi, query: Partial<typeof bounds> & { text: string }): Promise<KeySearch[]> {
  const seen: KeySearch[] = [];
  const { signal } = new AbortController();
  for await (const one of scanKeys(api, { ...bounds, ...query }, clock, signal)) seen.push(one);
  return seen;
}

describe("a search", () => {
  test("finds what is there, wherever it is, at one revision", async () => {
    const { api, asked } = member([
      "/registry/pods/a/web-1",
      "/registry/events/a/web-2",
      "a-web",
      "~web",
      "/registry/pods/b",
    ]);
    const last = (await search(api, { text: "web" })).at(-1);
    expect(last).toMatchObject({
      state: "done",
      scanned: 5,
      total: 5,
      matched: 4,
      revision: 42n,
      failure: undefined,
    });
    expect(last?.hits.toSorted()).toEqual([
      "/registry/events/a/web-2",
      "/registry/pods/a/web-1",
      "a-web",
      "~web",
    ]);
    expect(new Set(asked.map((range) => range.revision))).toEqual(new Set([undefined, 42n]));
    expect(asked[0]?.revision).toBeUndefined();
  });

  test("a large bucket is cut, so that no range is counted over and over", async () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `/registry/pods/ns-${n % 7}/pod-${n}`);
    const { api, counted } = member(keys);
    const last = (await search(api, { text: "pod-99999" })).at(-1);
    expect(last).toMatchObject({ state: "done", scanned: 100_000, hits: ["/registry/pods/ns-4/pod-99999"] });
    // Pages of one range would count 1,050,000.
    expect(counted()).toBeLessThan(500_000);
  });

  test("stops where too many match, and says so", async () => {
    const keys = Array.from({ length: 40 }, (_, n) => `/registry/pods/p-${n}`);
    const last = (await search(member(keys).api, { text: "p-", maxHits: 10 })).at(-1);
    expect(last).toMatchObject({
      state: "stopped",
      matched: 40,
      failure: { text: expect.stringMatching(/^more than 10/) },
    });
    expect(last?.hits).toHaveLength(10);
  });

  test("stops after so many keys", async () => {
    const keys = Array.from({ length: 6000 }, (_, n) => `/registry/pods/p-${n}`);
    const last = (
      await search(member([...keys, "/registry/secrets/x"]).api, { text: "x", maxKeys: 5000 })
    ).at(-1);
    expect(last).toMatchObject({
      state: "stopped",
      scanned: 5000,
      failure: { text: "stopped after 5000 keys" },
    });
  });

  test("says what failed, with what it had", async () => {
    const { api } = member(["/registry/deployments/web"], 3);
    const last = (await search(api, { text: "web" })).at(-1);
    expect(last).toMatchObject({
      state: "failed",
      hits: ["/registry/deployments/web"],
      failure: { code: "timeout" },
    });
  });

  test("ends without a word when it is called off, and asks no more", async () => {
    const controller = new AbortController();
    const { api, asked } = member(["/registry/deployments/web"]);
    const seen: KeySearch[] = [];
    for await (const one of scanKeys(api, { ...bounds, text: "web" }, clock, controller.signal)) {
      seen.push(one);
      controller.abort();
    }
    expect(seen.map((one) => one.state)).toEqual(["running"]);
    expect(asked.length).toBeLessThan(4);
  });

  test("keys are shown clean", async () => {
    const last = (await search(member(["/registry/pods/\u001b[31mred\nx"]).api, { text: "red" })).at(-1);
    expect(last?.hits).toEqual(["/registry/pods/red x"]);
  });
});
