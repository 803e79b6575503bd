import type { LeaseObservation, Observation } from "../../src/core/facts/observation.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { observeLeases } from "../../src/sources/kube/leases.ts";
import { failed, FakeKube, leaseObject } from "./fake-kube.ts";
import { useSource } from "./source-kit.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

/** What etcd's majority holds; a test changes it and tells the watch, or does not. */
function cluster(version = 10): {
  kube: FakeKube;
  truth: { version: number; down: unknown; exists: boolean };
  renew: (tell?: boolean) => void;
} {
  const truth = { version, down: undefined as unknown, exists: true };
  const lease = (): object => leaseObject("kube-scheduler", truth.version);
  const kube = new FakeKube(() => {
    if (truth.down !== undefined) return truth.down;
    const items = truth.exists ? [lease()] : [];
    return { metadata: { resourceVersion: String(truth.version) }, items };
  });
  const renew = (tell = true): void => {
    truth.version += 1;
    if (tell)
      kube.watches.at(-1)?.send({ type: "MODIFIED", object: leaseObject("kube-scheduler", truth.version) });
  };
  return { kube, truth, renew };
}

const { watch: observe, after, stop } = useSource();
const watch = (kube: FakeKube): Observation[] =>
  observe((emit, signal) =>
    observeLeases({ api: kube, namespace: "kube-system", timeout: 1.5, clock: systemClock }, emit, signal),
  );
const kinds = (seen: readonly Observation[]): string[] => seen.map((one) => one.kind);
const failures = (seen: readonly Observation[]): (LeaseObservation & { kind: "leases-failed" })[] =>
  seen.filter((one) => one.kind === "leases-failed");

test("a list, then each change at once", async () => {
  const { kube, renew } = cluster();
  const seen = watch(kube);
  await after(0);
  renew();
  await after(0);
  kube.watches[0]?.send({ type: "DELETED", object: leaseObject("kube-scheduler", 12) });
  await after(0);
  expect(kinds(seen)).toEqual(["leases-listed", "lease-changed", "lease-deleted"]);
  expect(kube.watches[0]?.path).toContain("resourceVersion=10");
  expect(kube.watches[0]?.path).toContain("allowWatchBookmarks=true");
});

test("for one look they are listed each second, and not watched", async () => {
  const { kube, truth } = cluster();
  truth.down = failed("refused", "refused");
  const seen = observe((emit, signal) =>
    observeLeases(
      { api: kube, namespace: "kube-system", timeout: 1.5, clock: systemClock, once: true },
      emit,
      signal,
    ),
  );
  await after(0);
  truth.down = undefined;
  await after(4);
  expect(kinds(seen).slice(0, 4)).toEqual([
    ...["leases-failed", "leases-listed", "leases-listed", "leases-listed"],
  ]);
  expect(kube.watches).toEqual([]);
});

test("each second in which no event comes, the leases themselves are read, from etcd's majority", async () => {
  const { kube, renew } = cluster();
  const seen = watch(kube);
  await after(0.9);
  renew();
  await after(0.9);
  const reads = (): number => kube.asked.filter((path) => path === LEASES).length;
  expect(reads()).toBe(1);
  await after(0.2);
  expect(reads()).toBe(2);
  await after(2);
  expect(reads()).toBe(4);
  expect(kinds(seen)).toEqual([
    "leases-listed",
    "lease-changed",
    "leases-alive",
    "leases-alive",
    "leases-alive",
  ]);
});

test("bookmarks prove nothing, but the watch resumes from them", async () => {
  const { kube } = cluster();
  const seen = watch(kube);
  await after(0.9);
  kube.watches[0]?.send({ type: "BOOKMARK", object: { metadata: { resourceVersion: "77" } } });
  await after(0.2);
  expect(kinds(seen)).toEqual(["leases-listed", "leases-alive"]);
  kube.watches[0]?.end();
  await after(0);
  expect(kube.watches[1]?.path).toContain("resourceVersion=77");
});

test("without any lease the empty list proves as much", async () => {
  const { kube, truth } = cluster();
  truth.exists = false;
  const seen = watch(kube);
  await after(1.1);
  expect(kinds(seen)).toEqual(["leases-listed", "leases-alive"]);
});

describe("a dead source", () => {
  test("is said within 3 s of silence though its watch stays open, and is live again with the next answer", async () => {
    const { kube, truth } = cluster();
    const seen = watch(kube);
    await after(0.1);
    truth.down = "silence";
    await after(2.8);
    expect(failures(seen)[0]?.failure).toEqual({
      code: "timeout",
      text: "no answer from balancer:6443 within 1.5 s",
    });
    expect(kube.watches[0]?.isClosed()).toBe(false);
    await after(60);
    truth.down = undefined;
    await after(2);
    expect(kinds(seen).at(-1)).toBe("leases-alive");
    expect(kube.watches).toHaveLength(1);
  });

  test("is not made live by events that arrive in a burst", async () => {
    const { kube, truth } = cluster();
    const seen = watch(kube);
    truth.down = "silence";
    await after(4);
    kube.watches[0]?.send({ type: "MODIFIED", object: leaseObject("kube-scheduler", 11) });
    kube.watches[0]?.send({ type: "MODIFIED", object: leaseObject("kube-scheduler", 12) });
    await after(3);
    expect(kinds(seen).at(-1)).toBe("leases-failed");
  });

  test("is asked about once a second for as long as it takes, from the start, too", async () => {
    const { kube, truth } = cluster();
    truth.down = failed("refused", "connection refused by balancer:6443");
    const seen = watch(kube);
    await after(30);
    expect(failures(seen).length).toBeGreaterThan(25);
    expect(failures(seen).length).toBeLessThan(80);
    truth.down = undefined;
    await after(1);
    expect(kinds(seen).at(-1)).toBe("leases-listed");
  });

  test("is not declared where another server behind the balancer answers", async () => {
    const { kube, truth } = cluster();
    const seen = watch(kube);
    await after(0);
    let question = 0;
    const { answer } = kube;
    kube.answer = (path, server) => (question++ % 2 === 0 ? "silence" : answer(path, server));
    await after(10);
    expect(truth.down).toBeUndefined();
    expect(failures(seen)).toEqual([]);
    expect(kinds(seen).filter((kind) => kind === "leases-alive").length).toBeGreaterThan(4);
  });
});

describe("a watch that lags", () => {
  test("is found out though the lease that changed last stands still, as that of a dead holder does", async () => {
    const versions = { dead: 20, live: 10 };
    const leases = (): object[] => [leaseObject("dead", versions.dead), leaseObject("live", versions.live)];
    const kube = new FakeKube(() => ({ metadata: { resourceVersion: "20" }, items: leases() }));
    const seen = watch(kube);
    await after(0.5);
    versions.live = 30;
    await after(1.6);
    expect(kinds(seen)).toEqual(["leases-listed", "leases-listed"]);
  });

  test("for a second behind what a read says is opened again, from a new list", async () => {
    const { kube, renew } = cluster();
    const seen = watch(kube);
    await after(0.5);
    renew(false);
    await after(1.6);
    expect(kinds(seen)).toEqual(["leases-listed", "leases-listed"]);
    expect(kube.watches.map((one) => one.isClosed())).toEqual([true, false]);
    expect(kube.watches[1]?.path).toContain("resourceVersion=11");
  });

  test("for less is left alone", async () => {
    const { kube, truth, renew } = cluster();
    const seen = watch(kube);
    await after(0.5);
    renew(false);
    await after(0.9);
    kube.watches[0]?.send({ type: "MODIFIED", object: leaseObject("kube-scheduler", truth.version) });
    await after(0.8);
    expect(kinds(seen)).toEqual(["leases-listed", "lease-changed"]);
    expect(kube.watches).toHaveLength(1);
  });

  test("a lease that is gone and of which the watch does not tell is the same", async () => {
    const { kube, truth } = cluster();
    watch(kube);
    await after(0.5);
    truth.exists = false;
    await after(1.6);
    expect(kube.watches).toHaveLength(2);
  });
});

describe("a watch that ends", () => {
  test("goes on where it was", async () => {
    const { kube, renew } = cluster();
    const seen = watch(kube);
    await after(1.5);
    renew();
    await after(0);
    kube.watches[0]?.end(failed("closed", "connection closed by balancer:6443"));
    await after(0);
    expect(kube.watches[1]?.path).toContain("resourceVersion=11");
    expect(kinds(seen).filter((kind) => kind === "leases-listed")).toHaveLength(1);
    expect(failures(seen)).toEqual([]);
  });

  test.each([
    ["by an event", { type: "ERROR", object: { code: 410, reason: "Expired" } }],
    ["by an answer", undefined],
  ])("because it is too old, told %s, starts from a new list", async (_how, event) => {
    const { kube, truth } = cluster();
    watch(kube);
    await after(1.2);
    truth.version = 500;
    if (event !== undefined) kube.watches[0]?.send(event);
    else {
      kube.refuseWatch = failed("other", "too old resource version", 410);
      kube.watches[0]?.end();
      await after(0);
      kube.refuseWatch = undefined;
    }
    await after(1.1);
    expect(kube.watches.at(-1)?.path).toContain("resourceVersion=500");
  });

  test("again and again is not opened without end", async () => {
    const { kube } = cluster();
    watch(kube);
    for (let n = 0; n < 20; n += 1) {
      kube.watches.at(-1)?.end();
      await after(0.1);
    }
    expect(kube.watches.length).toBeLessThan(5);
  });
});

describe("what may not be done", () => {
  test("no watch: the leases are listed every second", async () => {
    const { kube, truth } = cluster();
    kube.refuseWatch = failed("forbidden", "cannot watch", 403);
    const seen = watch(kube);
    await after(10.5);
    expect(kinds(seen).filter((kind) => kind === "leases-listed").length).toBeGreaterThan(9);
    expect(kube.asked.filter((path) => path.includes("watch=1"))).toHaveLength(1);
    truth.down = "silence";
    await after(2.9);
    expect(kinds(seen).at(-1)).toBe("leases-failed");
  });

  test("no list: the missing permission is named, once a try", async () => {
    const { kube, truth } = cluster();
    const text = 'leases.coordination.k8s.io is forbidden: User "x" cannot list resource "leases"';
    truth.down = failed("forbidden", text, 403);
    const seen = watch(kube);
    await after(5);
    expect(new Set(failures(seen).map((one) => one.failure.text))).toEqual(new Set([text]));
    expect(kube.asked.length).toBeLessThan(15);
  });
});

test("an answer that is no list is a failure", async () => {
  const kube = new FakeKube(() => ({ kind: "Pod" }));
  const seen = watch(kube);
  await after(0);
  expect(failures(seen)[0]?.failure.text).toBe("balancer:6443 returned an invalid list of leases");
});

test("when it is called off, its watch is closed and nothing is asked any more", async () => {
  const { kube } = cluster();
  const seen = watch(kube);
  await after(1.5);
  await stop();
  const count = seen.length;
  const asked = kube.asked.length;
  await after(10);
  expect(kube.watches[0]?.isClosed()).toBe(true);
  expect([seen.length, kube.asked.length]).toEqual([count, asked]);
});
