import type { Observation } from "../../src/core/facts/observation.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { FirstAnnotations, observeLeaders } from "../../src/sources/kube/leaders.ts";
import { failed, FakeKube, leaseObject } from "./fake-kube.ts";
import { useSource } from "./source-kit.ts";

const CORE = "/api/v1/namespaces/kube-system";
const NOT_FOUND = failed("other", "not found", 404);

type Kind = "endpoints" | "configmaps";

/** A control plane whose scheduler keeps no Lease, unless a test says otherwise. */
function cluster(): {
  kube: FakeKube;
  leases: Set<string>;
  objects: Map<string, unknown>;
  annotate: (kind: Kind, second: number, holder?: string) => void;
  asked: () => string[];
} {
  const leases = new Set(["kube-controller-manager", "cloud-controller-manager"]);
  const objects = new Map<string, unknown>();
  let version = 100;
  const kube = new FakeKube((path) => {
    if (path.startsWith("/api/v1/")) return objects.get(path.slice(CORE.length + 1)) ?? NOT_FOUND;
    const items = [...leases].map((name) => leaseObject(name, version));
    return { metadata: { resourceVersion: String(version) }, items };
  });
  const annotate = (kind: Kind, second: number, holder = "cp-1_a"): void => {
    version += 1;
    const renewTime = new Date(Date.UTC(2020, 9, 3) + second * 1000).toISOString().replace(".000", "");
    const record = { holderIdentity: holder, leaseDurationSeconds: 15, renewTime };
    const annotations = { "control-plane.alpha.kubernetes.io/leader": JSON.stringify(record) };
    const name = "kube-scheduler";
    const metadata = { name, namespace: "kube-system", uid: kind, resourceVersion: String(version) };
    objects.set(`${kind}/${name}`, { metadata: { ...metadata, annotations } });
  };
  const asked = (): string[] =>
    kube.asked.filter((path) => path.startsWith(CORE)).map((path) => path.slice(CORE.length + 1));
  return { kube, leases, objects, annotate, asked };
}

const { watch: observe, after, stop } = useSource();
const watch = (kube: FakeKube): Observation[] =>
  observe((emit, signal) =>
    observeLeaders({ api: kube, namespace: "kube-system", timeout: 1.5, clock: systemClock }, emit, signal),
  );
const read = (seen: readonly Observation[]): string[] =>
  seen.flatMap((one) =>
    one.kind === "annotation-read"
      ? [`${one.lease.kind} ${one.lease.holderIdentity}`]
      : one.kind.startsWith("annotation")
        ? [one.kind]
        : [],
  );
const PATHS = ["endpoints/kube-scheduler", "configmaps/kube-scheduler"];

test("where all have Leases nothing is asked", async () => {
  const { kube, leases, asked } = cluster();
  leases.add("kube-scheduler");
  watch(kube);
  await after(100);
  expect(asked()).toEqual([]);
});

test("where there is no record either, it is looked for every 30 s", async () => {
  const { kube, asked } = cluster();
  const seen = watch(kube);
  await after(29);
  expect(asked()).toEqual(PATHS);
  expect(read(seen)).toEqual(["annotation-absent"]);
  await after(2);
  expect(asked()).toEqual([...PATHS, ...PATHS]);
});

test("a record is read every second, and where it is not, only now and then", async () => {
  const { kube, annotate, asked } = cluster();
  annotate("endpoints", 0);
  const seen = watch(kube);
  for (let s = 1; s <= 60; s += 1) {
    await after(1);
    annotate("endpoints", s);
  }
  expect(read(seen).length).toBeGreaterThanOrEqual(60);
  expect(new Set(read(seen))).toEqual(new Set(["Endpoints cp-1_a"]));
  expect(asked().filter((path) => path.startsWith("configmaps")).length).toBeLessThanOrEqual(3);
});

test("of two the one that was renewed last counts, and another one when it stands still", async () => {
  const { kube, annotate } = cluster();
  annotate("endpoints", 0, "old");
  annotate("configmaps", 1, "new");
  const seen = watch(kube);
  await after(4.5);
  expect(new Set(read(seen))).toEqual(new Set(["ConfigMap new"]));
  annotate("endpoints", 2, "newest");
  await after(3);
  expect(read(seen).at(-1)).toBe("Endpoints newest");
});

test("one whose annotation is taken away may be kept on the other object; gone from both, it is absent", async () => {
  const { kube, annotate, objects } = cluster();
  annotate("endpoints", 5);
  annotate("configmaps", 1, "other");
  const seen = watch(kube);
  await after(0.5);
  objects.delete("endpoints/kube-scheduler");
  await after(1);
  objects.delete("configmaps/kube-scheduler");
  await after(1);
  await after(1);
  expect(read(seen)).toEqual([
    "Endpoints cp-1_a",
    "ConfigMap other",
    "annotation-absent",
    "annotation-absent",
  ]);
});

test("when a Lease comes nothing more is asked, and when it goes, it is asked at once", async () => {
  const { kube, leases, annotate, asked } = cluster();
  annotate("endpoints", 0);
  const seen = watch(kube);
  await after(1.5);
  leases.add("kube-scheduler");
  kube.watches[0]?.send({ type: "ADDED", object: leaseObject("kube-scheduler", 200) });
  await after(0);
  const before = asked().length;
  await after(20);
  expect(asked()).toHaveLength(before);
  const reads = read(seen).length;
  leases.delete("kube-scheduler");
  kube.watches.at(-1)?.send({ type: "DELETED", object: leaseObject("kube-scheduler", 201) });
  await after(0);
  expect(read(seen)).toHaveLength(reads + 1);
});

describe("what cannot be read", () => {
  test("is no news where nothing may be read, and rarely asked", async () => {
    const { kube, objects, asked } = cluster();
    for (const path of PATHS) objects.set(path, failed("forbidden", "endpoints is forbidden", 403));
    const seen = watch(kube);
    await after(29);
    expect(read(seen)).toEqual(["annotation-failed"]);
    expect(asked()).toEqual(PATHS);
  });

  test("one kind is enough where the other is forbidden", async () => {
    const { kube, objects, annotate } = cluster();
    objects.set("configmaps/kube-scheduler", failed("forbidden", "configmaps is forbidden", 403));
    annotate("endpoints", 0);
    const seen = watch(kube);
    await after(7.5);
    expect(new Set(read(seen))).toEqual(new Set(["Endpoints cp-1_a"]));
  });

  test("a record whose reading fails has failed, not gone, and is read again within a second", async () => {
    const { kube, objects, annotate } = cluster();
    annotate("endpoints", 0);
    const seen = watch(kube);
    await after(0.5);
    objects.set("endpoints/kube-scheduler", "silence");
    await after(4);
    expect(new Set(read(seen).slice(1))).toEqual(new Set(["annotation-failed"]));
    annotate("endpoints", 3);
    await after(3);
    expect(read(seen).at(-1)).toBe("Endpoints cp-1_a");
    expect(seen.filter((one) => one.kind === "leases-failed")).toEqual([]);
  });

  test("of two, one that does not answer may hold the newer record: that is a failure", async () => {
    const { kube, objects, annotate } = cluster();
    annotate("endpoints", 0);
    objects.set("configmaps/kube-scheduler", failed("unavailable", "balancer:6443 answered 500", 500));
    const seen = watch(kube);
    await after(1.5);
    expect(new Set(read(seen))).toEqual(new Set(["annotation-failed"]));
  });
});

test("when it is called off nothing is asked any more", async () => {
  const { kube, annotate, asked } = cluster();
  annotate("endpoints", 0);
  const seen = watch(kube);
  await after(2.5);
  await stop();
  const counts = [seen.length, asked().length];
  await after(60);
  expect([seen.length, asked().length]).toEqual(counts);
});

test("the first answers are whole when each annotation was read once, or could not be", async () => {
  const at = { wall: 0, mono: 0 };
  const first = new FirstAnnotations();
  expect(first.complete).toBe(false);
  first.add({ at, kind: "leases-listed", leases: [] });
  const namespace = "kube-system";
  first.add({ at, kind: "annotation-absent", namespace, name: "kube-scheduler" });
  first.add({ at, kind: "annotation-absent", namespace, name: "cloud-controller-manager" });
  expect(first.complete).toBe(false);
  const failure = { code: "timeout", text: "" } as const;
  first.add({ at, kind: "annotation-failed", namespace, name: "kube-controller-manager", failure });
  expect(first.complete).toBe(true);
  const sourceDown = new FirstAnnotations();
  sourceDown.add({ at, kind: "leases-failed", failure });
  expect(sourceDown.complete).toBe(true);
  await after(0);
});
