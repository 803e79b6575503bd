import type { Observation } from "../../src/core/facts/observation.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { observeElectionEvents, observeNodes } from "../../src/sources/kube/evidence.ts";
import { failed, FakeKube } from "./fake-kube.ts";
import { useSource } from "./source-kit.ts";

const { watch: observe, after } = useSource();

const node = (name: string, version: number, status = "True"): Record<string, unknown> => ({
  metadata: { name, resourceVersion: String(version) },
  status: { conditions: [{ type: "Ready", status }] },
});

/** A fake cluster with one node; what it says can be changed. */
function cluster(): { kube: FakeKube; truth: { version: number; items: object[]; down: unknown } } {
  const truth = { version: 10, items: [node("cp-1", 10)] as object[], down: undefined as unknown };
  const kube = new FakeKube(
    () => truth.down ?? { metadata: { resourceVersion: String(truth.version) }, items: truth.items },
  );
  return { kube, truth };
}

const watch = (kube: FakeKube): Observation[] =>
  observe((emit, signal) => observeNodes({ api: kube, timeout: 1.5, clock: systemClock }, emit, signal));
const lists = (kube: FakeKube): number => kube.asked.filter((path) => !path.includes("watch=")).length;
const said = (seen: readonly Observation[]): string[] =>
  seen.map((one) =>
    one.kind === "nodes-listed"
      ? one.nodes.map(({ name, ready }) => `${name} ${ready}`).join()
      : `${one.kind} ${one.kind === "nodes-failed" ? one.failure.code : ""}`,
  );

test("only the control plane's nodes, and only so many, are asked for", async () => {
  const { kube } = cluster();
  watch(kube);
  await after(1);
  expect(kube.asked).toEqual([
    "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane&limit=500",
    "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane&watch=1&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=300",
  ]);
});

test("who leaves after the first answer has opened no watch", async () => {
  const { kube } = cluster();
  watch(kube);
  await after(0.4);
  expect(kube.watches).toHaveLength(0);
});

test("after each event all are listed; a silent watch is proved by a list every ten seconds", async () => {
  const { kube } = cluster();
  const seen = watch(kube);
  await after(1);
  kube.watches[0]?.send({ type: "MODIFIED", object: node("cp-1", 11, "Unknown") });
  kube.watches[0]?.send({ type: "ADDED", object: node("cp-2", 12) });
  await after(0);
  kube.watches[0]?.send({ type: "DELETED", object: node("cp-2", 13) });
  await after(0);
  expect(said(seen)).toEqual(["cp-1 True", "cp-1 Unknown", "cp-1 Unknown,cp-2 True", "cp-1 Unknown"]);
  expect(lists(kube)).toBe(1);
  await after(10.1);
  expect(lists(kube)).toBe(2);
  // The list is of a moment before the events: what the watch told is newer.
  expect(said(seen).at(-1)).toBe("cp-1 Unknown");
  await after(20);
  expect(lists(kube)).toBe(4);
  expect(kube.watches.filter((one) => !one.isClosed())).toHaveLength(1);
});

test("a watch that kept something back is opened again from where the list is", async () => {
  const { kube, truth } = cluster();
  const seen = watch(kube);
  await after(1);
  Object.assign(truth, { version: 20, items: [node("cp-1", 20, "False")] });
  await after(11);
  expect(said(seen).at(-1)).toBe("cp-1 False");
  expect(kube.watches.map((one) => [one.isClosed(), /resourceVersion=\d+/.exec(one.path)?.[0]])).toEqual([
    [true, "resourceVersion=10"],
    [false, "resourceVersion=20"],
  ]);
});

test("what failed is said, again and again, at most once a second; what comes meanwhile proves nothing", async () => {
  const { kube, truth } = cluster();
  const seen = watch(kube);
  await after(1);
  truth.down = "silence";
  await after(12);
  expect(said(seen).at(-1)).toBe("nodes-failed timeout");
  kube.watches[0]?.send({ type: "MODIFIED", object: node("cp-1", 11, "False") });
  await after(0);
  expect(said(seen).at(-1)).toBe("nodes-failed timeout");
  truth.down = undefined;
  await after(2.5);
  expect(said(seen).at(-1)).toBe("cp-1 False");
});

test("what is forbidden is asked for again after 30 s, not before", async () => {
  const { kube, truth } = cluster();
  truth.down = failed("forbidden", "nodes is forbidden", 403);
  const seen = watch(kube);
  await after(29);
  expect(said(seen)).toEqual(["nodes-failed forbidden"]);
  truth.down = undefined;
  await after(2);
  expect(said(seen)).toEqual(["nodes-failed forbidden", "cp-1 True"]);
});

test("where no watch is permitted, the list every ten seconds is all", async () => {
  const { kube, truth } = cluster();
  kube.refuseWatch = failed("forbidden", "cannot watch", 403);
  const seen = watch(kube);
  await after(5);
  Object.assign(truth, { version: 20, items: [node("cp-1", 20, "False")] });
  await after(6);
  expect(said(seen)).toEqual(["cp-1 True", "cp-1 False"]);
  await after(24);
  expect(kube.asked.filter((path) => path.includes("watch="))).toHaveLength(2);
});

test("a watch that is too old is listed for; one that ends at once is not opened time after time", async () => {
  const { kube } = cluster();
  watch(kube);
  await after(1);
  kube.watches[0]?.send({ type: "ERROR", object: { code: 410 } });
  await after(1);
  expect([lists(kube), kube.watches.length]).toEqual([2, 2]);
  for (let i = 0; i < 30; i += 1) {
    kube.watches.at(-1)?.end();
    await after(0.1);
  }
  expect(kube.watches.length).toBeLessThan(7);
});

test.each([7, "list", {}, { items: {} }, { items: [], metadata: {} }])("not a list: %j", async (answer) => {
  const kube = new FakeKube(() => answer);
  const seen = watch(kube);
  await after(0);
  expect(seen).toMatchObject([
    { kind: "nodes-failed", failure: { text: "balancer:6443 returned an invalid list" } },
  ]);
});

test("more objects than a control plane has are left out", async () => {
  const { kube, truth } = cluster();
  truth.items = Array.from({ length: 700 }, (_, i) => node(`n-${i}`, i));
  const seen = watch(kube);
  await after(1);
  kube.watches[0]?.send({ type: "ADDED", object: node("new", 1000) });
  await after(0);
  expect(seen.map((one) => one.kind === "nodes-listed" && one.nodes.length)).toEqual([500, 500]);
});

test("events are asked for where the leases are", async () => {
  const kube = new FakeKube(() => ({ metadata: { resourceVersion: "1" }, items: [] }));
  observe((emit, signal) =>
    observeElectionEvents({ api: kube, namespace: "a b", timeout: 1.5, clock: systemClock }, emit, signal),
  );
  await after(0);
  expect(kube.asked).toEqual([
    "/api/v1/namespaces/a%20b/events?fieldSelector=reason%3DLeaderElection&limit=500",
  ]);
});
