import type { FoundApiServer, Observation } from "../../src/core/facts/observation.ts";
import { observeApiServers, findApiServers, failingChecks } from "../../src/sources/kube/api-servers.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { failed, FakeKube } from "./fake-kube.ts";
import { useSource } from "./source-kit.ts";

const ENDPOINT = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";
const named = (name: string): object => ({ name, resourceVersion: "1" });
const pod = (host: unknown, endpoint: unknown): object => ({
  metadata: { ...named(`kube-apiserver-${String(host)}`), annotations: { [ENDPOINT]: endpoint } },
  spec: { nodeName: host },
});

test.each<[what: string, pods: readonly unknown[], found: readonly FoundApiServer[]]>([
  [
    "in the order of the hosts",
    [pod("cp-10", "10.0.0.10:6443"), pod("cp-2", "[fd00::2]:6443")],
    [
      { server: "[fd00::2]:6443", host: "cp-2" },
      { server: "10.0.0.10:6443", host: "cp-10" },
    ],
  ],
  ["a pod that does not tell", [pod("cp-1", undefined), { spec: { nodeName: "cp-2" } }], []],
  [
    "an address that would send credentials elsewhere",
    ["evil.example:443", "10.0.0.1/x:1", "u@10.0.0.1:1", "10.0.0.1", "1.2.3:4"].map((at) => pod("a", at)),
    [],
  ],
  [
    "the same one twice",
    [pod("cp-1", "10.0.0.1:1"), pod("cp-1", "10.0.0.1:1")],
    [{ server: "10.0.0.1:1", host: "cp-1" }],
  ],
  ["no pod at all", [undefined, "pod", 1], []],
])("API servers from their mirror pods: %s", (_what, items, found) => {
  expect(findApiServers(items)).toEqual(found);
});

test("the checks that failed, from what /readyz says", () => {
  const text =
    "[+]ping ok\n[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\nreadyz check failed\n";
  expect(failingChecks(text)).toEqual(["etcd", "etcd-readiness"]);
  expect(failingChecks("ok")).toEqual([]);
});

const { watch: observe, after } = useSource();
const watch = (kube: FakeKube): Observation[] =>
  observe((emit, signal) => observeApiServers({ api: kube, timeout: 1.5, clock: systemClock }, emit, signal));
const listOf = (...items: object[]): object => ({ metadata: { resourceVersion: "1" }, items });
const PODS = listOf(pod("cp-1", "10.0.0.1:6443"), pod("cp-2", "10.0.0.2:6443"));
const ofServer = (seen: readonly Observation[], server: string): string[] =>
  seen.filter((one) => "server" in one && one.server === server).map((one) => one.kind);

test("each server answers for itself: one that hangs costs its own row only", async () => {
  const kube = new FakeKube((path, server) => {
    if (path === "/version") return { gitVersion: "v1.36.3\u001b[31m" };
    if (path.startsWith("/api/v1/")) return PODS;
    return server === "10.0.0.1:6443" ? "silence" : "[-]etcd failed: reason withheld\n";
  });
  const seen = watch(kube);
  await after(0);
  expect(seen).toMatchObject([
    { kind: "version", gitVersion: "v1.36.3" },
    { kind: "pods-listed", pods: [] },
    { kind: "api-servers-found", servers: [{ host: "cp-1" }, { host: "cp-2" }] },
    { kind: "api-server-answered", server: "10.0.0.2:6443", ready: false, failing: ["etcd"], took: 0 },
  ]);
  await after(6.1);
  expect(ofServer(seen, "10.0.0.2:6443")).toHaveLength(4);
  expect(ofServer(seen, "10.0.0.1:6443")).toEqual([
    "api-server-failed",
    "api-server-failed",
    "api-server-failed",
  ]);
  expect(seen.filter((one) => one.kind === "version")).toHaveLength(1);
});

test("the version is asked for until it is there", async () => {
  const answers: unknown[] = [failed("refused", "no"), failed("refused", "no"), { gitVersion: "v1" }];
  const kube = new FakeKube((path) => (path === "/version" ? answers.shift() : listOf()));
  const seen = watch(kube);
  await after(2);
  expect(seen.filter((one) => one.kind === "version")).toHaveLength(1);
});

test.each<[what: string, pods: unknown, failure: object]>([
  [
    "forbidden",
    failed("forbidden", "pods is forbidden", 403),
    { code: "forbidden", text: "pods is forbidden" },
  ],
  ["none there", listOf(), { code: "other", text: expect.stringMatching(/^no pod in kube-system has/) }],
])("which servers there are is unknown: %s; it is not asked every second", async (_what, pods, failure) => {
  const kube = new FakeKube((path) => (path === "/version" ? { gitVersion: "v1" } : pods));
  const seen = watch(kube);
  await after(9);
  expect(seen.filter((one) => one.kind === "api-servers-unknown")).toMatchObject([{ failure }]);
  await after(26);
  expect(seen.filter((one) => one.kind === "api-servers-unknown").length).toBeGreaterThan(1);
  expect(
    kube.asked.filter((path) => path.includes("/pods?") && !path.includes("watch=")).length,
  ).toBeLessThan(5);
});

test("servers that are known stay while nobody can say which there are; one that is gone is asked no longer", async () => {
  let pods: unknown = PODS;
  const kube = new FakeKube((path) => (path.startsWith("/api/v1/") ? pods : "ok"));
  const seen = watch(kube);
  await after(1);
  pods = failed("unavailable", "etcd is down", 500);
  await after(31);
  expect(seen.filter((one) => one.kind === "api-servers-unknown")).toEqual([]);
  expect(ofServer(seen, "10.0.0.2:6443").length).toBeGreaterThan(14);
  pods = { metadata: { resourceVersion: "2" }, items: [pod("cp-1", "10.0.0.1:6443")] };
  await after(2);
  const count = ofServer(seen, "10.0.0.2:6443").length;
  await after(10);
  expect(ofServer(seen, "10.0.0.2:6443")).toHaveLength(count);
  expect(ofServer(seen, "10.0.0.1:6443").length).toBeGreaterThan(count + 3);
});
