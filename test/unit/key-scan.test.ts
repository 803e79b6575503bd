import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { KeyBucket } from "../../src/transport/etcd-grpc/key-buckets.ts";
import {
  keyAfter,
  keyBuckets,
  orderedBuckets,
  prefixRange,
  splitKind,
  splitRest,
  within,
} from "../../src/transport/etcd-grpc/key-buckets.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { ScannedMember } from "../../src/sources/keys/key-scan.ts";
import { FULL_RATE, LOW_RATE, KeyScan } from "../../src/sources/keys/key-scan.ts";
import { fc } from "../seeded.ts";
import { holds, fakeMember } from "./key-kit.ts";

const END = Buffer.from([0]);

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

  test("what is looked for most comes first, events last; or all in the order of the keys", () => {
    const kinds = keyBuckets().map((bucket) => Buffer.from(bucket.from).toString());
    expect(kinds[0]).toBe("/registry/deployments/");
    expect(kinds.at(-1)).toBe("/registry/events/");
    const ordered = orderedBuckets().map((bucket) => bucket.from);
    expect(ordered).toEqual(ordered.toSorted((a, b) => Buffer.compare(a, b)));
  });

  test("the rest of a bucket that is cut is covered once", () => {
    const byBytes = (keys: Buffer[]): Buffer[] => keys.toSorted((x, y) => Buffer.compare(x, y));
    fc.assert(
      fc.property(
        ...([fc.tuple(anyKey, anyKey, anyKey).map(byBytes), anyKey, fc.boolean(), fc.nat(80)] as const),
        (keys, key, open, count) => {
          const [first = END, last = END, bound = END] = keys;
          const bucket: KeyBucket = { from: keyAfter(last), to: open ? END : bound };
          fc.pre(open || Buffer.compare(bucket.from, bound) < 0);
          const parts = splitRest(first, bucket.from, bucket.to, count + 1);
          expect(parts.filter((part) => holds(part, key))).toHaveLength(holds(bucket, key) ? 1 : 0);
          for (const { from, to } of parts) expect(Buffer.from(from).equals(to)).toBe(false);
          // At two bytes of a name, and what lies behind each is one more.
          expect(parts.length).toBeLessThanOrEqual(2 * count + 3);
        },
      ),
    );
  });

  test("a kind is cut off what lies behind it, and nothing is lost", () => {
    fc.assert(
      fc.property(fc.constantFrom(...keyBuckets()), anyKey, (bucket, key) => {
        const parts = splitKind(bucket) ?? [bucket];
        expect(parts.filter((part) => holds(part, key))).toHaveLength(holds(bucket, key) ? 1 : 0);
      }),
    );
    const pods = keyBuckets().find(({ from }) => Buffer.from(from).toString() === "/registry/pods/");
    expect(splitKind(pods ?? { from: END, to: END })?.[0]?.to).toEqual(Buffer.from("/registry/pods0"));
  });

  test("a prefix is the range of the keys that begin with it", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (prefix, key) => {
        const begins = key.subarray(0, prefix.length).equals(prefix);
        expect(holds(prefixRange(prefix), key)).toBe(begins);
        const parts = keyBuckets().flatMap((bucket) => within(bucket, prefixRange(prefix)) ?? []);
        expect(parts.filter((part) => holds(part, key))).toHaveLength(begins ? 1 : 0);
      }),
    );
    expect(prefixRange(Buffer.alloc(0))).toEqual({ from: END, to: END });
  });
});

const { signal } = new AbortController();
const clock = (): { wall: number; mono: number } => ({ wall: 0, mono: performance.now() });

function scanned(api: EtcdApi, about: Partial<ScannedMember> = {}): ScannedMember {
  return {
    name: api.endpoint,
    api,
    pace: FULL_RATE,
    throttled: undefined,
    streams: false,
    revision: 42n,
    ...about,
  };
}

async function scan(members: readonly ScannedMember[], about: { revision?: bigint } = {}) {
  const of = new KeyScan({ members, parts: keyBuckets(), revision: about.revision, timeout: 1, clock });
  const seen: string[] = [];
  const readFrom = new Set<string>();
  await of.run((page, { member }) => {
    readFrom.add(member.name);
    for (let index = 0; index < page.size; index += 1) seen.push(page.key(index).toString());
  }, signal);
  return { of, seen, readFrom: [...readFrom] };
}

describe("a scan", () => {
  const names = fc.uniqueArray(
    fc.oneof(
      fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", "b", "/", "~", "0") }),
      fc
        .tuple(
          fc.constantFrom("pods", "events", "secrets", "crd"),
          fc.string({ maxLength: 3, unit: "grapheme-ascii" }),
        )
        .map(([kind, name]) => `/registry/${kind}/${name}`),
    ),
    { maxLength: 60 },
  );

  test.each([
    ["in pages, two at a time", { pace: { pageSize: 2, inFlight: 2 } }],
    ["in pages, one at a time", { pace: { pageSize: 3, inFlight: 1 } }],
    ["as streams", { streams: true }],
    [
      "as streams that a member does not have",
      { streams: true, pace: { pageSize: 2, inFlight: 2 }, lacks: true },
    ],
  ])(
    "reads each key exactly once, at one revision: %s",
    async (_, { lacks = false, ...about }: Partial<ScannedMember> & { lacks?: boolean }) => {
      await fc.assert(
        fc.asyncProperty(names, async (keys) => {
          const { api, asked } = fakeMember(keys, { streams: !lacks });
          const { seen, of } = await scan([scanned(api, about)]);
          expect(seen.toSorted()).toEqual(keys.toSorted());
          expect(new Set(asked.map(({ revision }) => revision))).toEqual(new Set([undefined, 42n]));
          expect(of.revision).toBe(42n);
        }),
        { numRuns: 60 },
      );
    },
  );

  test("a large part is cut, so that no range is counted over and over", async () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `/registry/pods/ns-${n % 7}/pod-${n}`);
    const { api, counted } = fakeMember(keys);
    const { seen } = await scan([scanned(api, { pace: { pageSize: 5000, inFlight: 2 } })]);
    expect(new Set(seen).size).toBe(keys.length);
    // Pages of one range would count 1,050,000.
    expect(counted()).toBeLessThan(500_000);
  });

  test("the leader is asked for small pages, one at a time", async () => {
    const { api, asked } = fakeMember(Array.from({ length: 12_000 }, (_, n) => `/registry/pods/${n}`));
    let [now, most] = [0, 0];
    const counting: EtcdApi = {
      ...api,
      keys: async (range, call) => {
        most = Math.max(most, (now += 1));
        const page = await api.keys(range, call);
        now -= 1;
        return page;
      },
    };
    expect((await scan([scanned(counting, { pace: LOW_RATE })])).seen).toHaveLength(12_000);
    expect(most).toBe(1);
    expect(Math.max(...asked.map(({ limit }) => limit))).toBe(5000);
  });

  const down: Failure = { code: "refused", text: "connection refused by 10.0.0.1:2379" };
  const keys = Array.from({ length: 50 }, (_, n) => `/registry/pods/${n}`);
  const small = { pageSize: 4, inFlight: 2 };

  test.each([
    ["pages", false],
    ["streams", true],
  ])("goes on with the next member where one fails, at the same revision: %s", async (_, streams) => {
    const dies = fakeMember(keys, { streams, fail: (n) => (n > 6 ? down : undefined) });
    const lives = fakeMember(keys, { endpoint: "10.0.0.2:2379", revision: 99, streams });
    const { seen, of, readFrom } = await scan([
      scanned(dies.api, { streams, pace: small }),
      scanned(lives.api, { streams, pace: small }),
    ]);
    expect(seen.toSorted()).toEqual(keys.toSorted());
    expect(readFrom).toEqual(["10.0.0.1:2379", "10.0.0.2:2379"]);
    expect(of.revision).toBe(42n);
    expect(lives.asked.every(({ revision }) => revision === 42n)).toBe(true);
  });

  test("waits for the only member to come back", async () => {
    const { api } = fakeMember(keys, { fail: (n) => (n > 3 && n < 6 ? down : undefined) });
    expect((await scan([scanned(api, { pace: small })])).seen).toHaveLength(50);
  });

  test("what may not be read is left out and told of; a kind is read where its prefix may be", async () => {
    const denied: Failure = { code: "forbidden", text: "etcdserver: permission denied" };
    const pods = prefixRange(Buffer.from("/registry/pods/"));
    const mayRead = ({ from, to }: KeyBucket): boolean =>
      holds(pods, from) && Buffer.compare(to, pods.to) <= 0;
    const { api } = fakeMember([...keys, "/registry/secrets/x"], {
      fail: (_, range) => (mayRead(range) ? undefined : denied),
    });
    const { seen, of } = await scan([scanned(api)]);
    expect(seen.toSorted()).toEqual(keys.toSorted());
    expect(of.denied.length).toBeGreaterThan(40);
    expect(of.denied.some((range) => holds(range, Buffer.from("/registry/secrets/x")))).toBe(true);
  });

  test("ends where the revision is compacted under it, and where the answer is none", async () => {
    const compacted: Failure = { code: "compacted", text: "compacted" };
    const { api } = fakeMember(keys, { fail: (n) => (n > 4 ? compacted : undefined) });
    await expect(scan([scanned(api)])).rejects.toMatchObject({ failure: compacted });
    const odd: Failure = { code: "other", text: "10.0.0.1:2379 returned an invalid list of keys" };
    const { api: strange } = fakeMember(keys, { fail: () => odd });
    await expect(scan([scanned(strange)])).rejects.toMatchObject({ failure: odd });
  });

  test("ends when it is called off, and asks no more", async () => {
    const controller = new AbortController();
    const { api, asked } = fakeMember(keys);
    const of = new KeyScan({
      members: [scanned(api)],
      parts: keyBuckets(),
      revision: 42n,
      timeout: 1,
      clock,
    });
    const running = of.run(() => {
      controller.abort();
    }, controller.signal);
    await expect(running).rejects.toThrow("scope closed");
    expect(asked.length).toBeLessThan(6);
  });
});
