import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import type { KeyMember } from "../../src/sources/keys/key-member.ts";
import { scanOrder } from "../../src/sources/keys/key-member.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import { KeyMembers } from "../../src/sources/keys/key-members.ts";
import { BUILD_MS, buildVersions, startVersions } from "../etcd-versions.ts";
import { runHere } from "../lab/in-process.ts";
import { access, find, meddledWith, put, scanned } from "../lab/key-kit.ts";
import { eventually } from "../lab/support.ts";

/** The whole keyspace. */
const ALL = { from: Buffer.from([0]), to: Buffer.from([0]), limit: 0, revision: undefined };
const HATEST = ["/registry/deployments/default/hatest", "/registry/pods/default/hatest-1"];
const { signal } = new AbortController();
let cluster: EtcdCluster;

beforeAll(async () => {
  await buildVersions(["3.7"]);
  cluster = await startVersions(["3.7", "3.7", "3.7"]);
  const many = Array.from({ length: 500 }, (_, n) => `/registry/configmaps/ns-${n % 9}/map-${n}`);
  await put(cluster, [...HATEST, ...many, "/registry/secrets/default/hatest"]);
}, BUILD_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** The members, which a scan may ask by streams only: who is asked for a page fails the test. */
function onlyStreams(members: readonly KeyMember[]): readonly KeyMember[] {
  const refuse = (): Promise<never> => Promise.reject(new Error("a page was asked for"));
  const wrap = (api: EtcdApi): EtcdApi =>
    new Proxy(api, {
      get: (target, name) => {
        if (name === "keys") return refuse;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  return members.map((member) => ({ ...member, api: member.api && wrap(member.api) }));
}

test("a member that has streams is asked by them, and they hold what pages hold", async () => {
  using members = new KeyMembers(await access(cluster), 3);
  const found = await members.find(signal);
  const { keys, summary } = await find(onlyStreams(found), "hatest");
  expect(keys).toBe(3);
  expect(summary?.members.map(({ has, unknown }) => [has, unknown])).toEqual([[3, 0], [3, 0], [3, 0]]); // prettier-ignore
  const order = scanOrder(found);
  expect(order.every(({ streams }) => streams)).toBe(true);
  const paged = order.map((member) => ({ ...member, streams: false }));
  const revision = order[0]?.revision;
  expect((await scanned(order, revision)).toSorted()).toEqual((await scanned(paged, revision)).toSorted());
});

test("a compaction under the stream: the search starts over at a newer revision", async () => {
  using members = new KeyMembers(await access(cluster), 3);
  const found = await members.find(signal);
  const before = found[0]?.status?.revision ?? 0n;
  const meddled = meddledWith(found, 10, async () => {
    await put(cluster, ["under/the-scan"]);
    await cluster.etcdctl("compaction", (before + 1n).toString());
  });
  const { said, keys, summary } = await find(meddled, "hatest");
  expect(said.filter((kind) => kind === "begun-again")).toHaveLength(1);
  expect([keys, (summary?.revision ?? 0n) > before]).toEqual([3, true]);
});

test("a member that is restarted under the stream: another one goes on, and no key comes twice", async () => {
  using members = new KeyMembers(await access(cluster), 3);
  const found = await members.find(signal);
  const [first] = scanOrder(found);
  const victim = cluster.member(first?.name ?? "");
  const meddled = meddledWith(found, 10, async () => {
    await victim.stop();
    victim.start();
  });
  const seen = await scanned(scanOrder(meddled), first?.revision);
  expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted());
  expect(seen).toEqual(expect.arrayContaining([...HATEST]));
  await victim.healthy();
});

describe("more keys than fit into what is sent ahead", () => {
  let large: EtcdCluster;

  beforeAll(async () => {
    large = await startVersions(["3.7"]);
    const keys = Array.from({ length: 180 }, (_, n) => `/registry/pods/${n}-${"x".repeat(100_000)}`);
    await put(large, keys, 10);
  }, BUILD_MS);

  afterAll(async () => {
    await large[Symbol.asyncDispose]();
  });

  test("who breaks off is served no longer", async () => {
    using members = new KeyMembers(await access(large), 3);
    const [member] = scanOrder(await members.find(signal));
    const over = new AbortController();
    const reading = (async () => {
      for await (const page of member?.api.streamKeys(ALL, { signal: over.signal, timeout: 30 }) ?? []) {
        expect(page.size).toBeGreaterThan(0);
        over.abort();
      }
    })();
    await expect(reading).rejects.toThrow(RequestError);
    await eventually("the stream's end", async () => {
      const calls = await large.member("m1").handled("RangeStream");
      return [...calls].some(([code, count]) => code !== "OK" && count > 0);
    });
    expect((await large.member("m1").handled("RangeStream")).get("OK")).toBe(0);
  });

  test("a member that freezes under the stream: what came counts, and the wait for more has its end", async () => {
    using members = new KeyMembers(await access(large), 3);
    const [member] = scanOrder(await members.find(signal));
    const sizes: number[] = [];
    const reading = (async () => {
      for await (const page of member?.api.streamKeys(ALL, { signal, timeout: 1 }) ?? []) {
        sizes.push(page.size);
        large.member("m1").freeze();
      }
    })();
    try {
      await expect(reading).rejects.toMatchObject({ failure: { code: "timeout" } });
    } finally {
      large.member("m1").thaw();
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180);
    // The connection that was given up is replaced by one that works.
    const count = await eventually("an answer", () =>
      Promise.resolve(member?.api.countKeys(ALL, { signal, timeout: 3 })),
    );
    expect(count).toBe(180);
  });
});

describe("etcd asks who one is", () => {
  let guarded: EtcdCluster;

  beforeAll(async () => {
    guarded = await startVersions(["3.7", "3.7"], ["--bcrypt-cost=4"]);
    await put(guarded, [...HATEST, "/registry/secrets/default/hatest"]);
    for (const words of [
      "role add pods",
      "role grant-permission pods read /registry/pods/ --prefix",
      "user add root:secret",
      "user grant-role root root",
      "user add reader:book",
      "user grant-role reader pods",
      "auth enable",
    ])
      await guarded.etcdctl(...words.split(" "));
  }, BUILD_MS);

  afterAll(async () => {
    await guarded[Symbol.asyncDispose]();
  });

  test("a token that the member has forgotten is requested again under the stream", async () => {
    const env = { ...guarded.env, ETCDCTL_USER: "root:secret" };
    using members = new KeyMembers(await access(guarded, env), 3);
    const found = await members.find(signal);
    const [first] = scanOrder(found);
    const read = async (): Promise<number> => {
      let size = 0;
      for await (const page of first?.api.streamKeys(ALL, { signal, timeout: 5 }) ?? []) size += page.size;
      return size;
    };
    expect(await read()).toBe(3);
    await guarded.etcdctl("--user=root:secret", "auth", "disable");
    await guarded.etcdctl("auth", "enable");
    // Until the member knows it, too, the old token is taken.
    await eventually("the old token is refused", async () => {
      expect(await read()).toBe(3);
      return (
        ((await guarded.member(first?.name ?? "").handled("RangeStream")).get("Unauthenticated") ?? 0) > 0
      );
    });
  });

  test("a part that may not be read is said, the others are read", async () => {
    const env = { ...guarded.env, ETCDCTL_USER: "reader:book" };
    const { code, stdout } = await runHere(["keys", "hatest", "--request-timeout", "20s"], env);
    expect(code).toBe(3);
    expect(stdout.match(/^✓ +✓ +.*$/gm)).toHaveLength(1);
    expect(stdout).toMatch(/\n1 key matches, on every member \(m1, m2\).*; permission denied on \d+ ranges/);
  });
});
