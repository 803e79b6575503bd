import { accessTo } from "./route-kit.ts";
import type { EtcdApi, EtcdCall } from "../../src/transport/etcd-api.ts";
import type { ListedMember, MemberStatus } from "../../src/core/facts/member.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import { observeEtcd } from "../../src/sources/etcd/etcd.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import { systemClock, pause } from "../../src/sources/async/clock.ts";
import { NO_KEYS } from "./key-kit.ts";
import { useSource } from "./source-kit.ts";

const STATUS: MemberStatus = {
  clusterId: "c",
  memberId: "1",
  leaderId: "1",
  isLearner: false,
  version: "3.6.8",
  storageVersion: "3.6.0",
  revision: 1n,
  raftTerm: 2n,
  raftIndex: 3n,
  raftAppliedIndex: 3n,
  dbSize: 1n,
  dbSizeInUse: 1n,
  dbSizeQuota: undefined,
  errors: [],
  downgrade: undefined,
};
const listed = (id: string): ListedMember => ({
  id,
  name: `cp-${id}`,
  peerUrls: [],
  clientUrls: [`https://m${id}:2379`],
  isLearner: false,
});

/** Fake members by endpoint: their identity, their leader, and whether they are silent. */
class Cluster {
  readonly closed: string[] = [];
  readonly silent = new Set<string>();
  leader = "1";
  readonly ids: Record<string, string>;

  constructor(ids: Record<string, string>) {
    this.ids = ids;
  }

  access(...given: string[]): EtcdAccess {
    return accessTo(given, (endpoint) => this.#member(endpoint));
  }

  #member(endpoint: string): EtcdApi {
    const answer = async <T>(value: () => T, { signal, timeout }: EtcdCall): Promise<T> => {
      if (!this.silent.has(endpoint)) return value();
      await pause(timeout, signal);
      throw new RequestError({
        code: "timeout",
        text: `no answer from ${endpoint} within ${timeout.toFixed(1)} s`,
      });
    };
    return {
      endpoint,
      status: (call) =>
        answer(() => ({ ...STATUS, memberId: this.ids[endpoint] ?? "", leaderId: this.leader }), call),
      memberList: (call) =>
        answer(() => {
          const members = [...new Set(Object.values(this.ids))].map(listed);
          return { by: { clusterId: "c", memberId: this.ids[endpoint] ?? "" }, members };
        }, call),
      ...NO_KEYS,
      close: () => {
        this.closed.push(endpoint);
      },
    };
  }
}

const { watch: observe, after, stop } = useSource();
const watch = (etcd: EtcdAccess): Observation[] =>
  observe((emit, signal) => observeEtcd({ etcd, timeout: 1.5, clock: systemClock }, emit, signal));
const count = (seen: readonly Observation[], kind: Observation["kind"], endpoint: string): number =>
  seen.filter((one) => one.kind === kind && "route" in one && one.route === endpoint).length;
const asked = (seen: readonly Observation[]): readonly string[] | undefined =>
  seen.findLast((one) => one.kind === "etcd-routes")?.routes.map(({ route }) => route.key);

test("no way: what was tried, and that is all", async () => {
  const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
  const seen = watch({ found: false, tried });
  await after(5);
  expect(seen).toMatchObject([{ kind: "etcd-not-configured", tried }]);
});

test("each member's status every second, its list every five", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2" });
  const seen = watch(cluster.access("m1:2379", "m2:2379"));
  await after(10.5);
  expect(asked(seen.slice(0, 1))).toEqual(["m1:2379", "m2:2379"]);
  expect(count(seen, "member-answered", "m2:2379")).toBe(11);
  // At the start, when it is known who leads, and every five seconds from then on.
  expect(count(seen, "members-listed", "m2:2379")).toBe(3);
});

test("one that hangs costs its own row only, and is back as soon as it answers", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2" });
  const seen = watch(cluster.access("m1:2379", "m2:2379"));
  await after(0.5);
  cluster.silent.add("m1:2379");
  await after(2.4);
  expect(count(seen, "member-failed", "m1:2379")).toBe(1);
  expect(seen.find((one) => one.kind === "member-failed")).toMatchObject({ waited: 1.5 });
  const before = count(seen, "member-answered", "m2:2379");
  expect(before).toBeGreaterThanOrEqual(3);
  await after(7.5);
  // The one that is left is looked at more closely: in 7.5 s each quarter of a second for 4 s, then each 0.3 s.
  expect(count(seen, "member-answered", "m2:2379") - before).toBeGreaterThanOrEqual(25);
  expect(count(seen, "member-answered", "m1:2379")).toBe(1);
  cluster.silent.clear();
  await after(1.6);
  expect(count(seen, "member-answered", "m1:2379")).toBeGreaterThan(1);
  await after(4);
  const calm = count(seen, "member-answered", "m2:2379");
  await after(5);
  expect(count(seen, "member-answered", "m2:2379") - calm).toBe(5);
});

test("members that were not given are found in the list and asked, too", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2", "m3:2379": "3" });
  const seen = watch(cluster.access("m2:2379"));
  await after(0);
  expect(asked(seen)).toEqual(["m2:2379", "m1:2379", "m3:2379"]);
  expect(count(seen, "member-answered", "m3:2379")).toBe(1);
});

test("further members are asked before the last of the first ones has answered", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2" });
  const seen = watch(cluster.access("m1:2379"));
  await after(0);
  const said = seen.findIndex((one) => one.kind === "etcd-routes" && one.routes.length === 2);
  const answers = seen.map((one, at) => ("route" in one && one.route === "m1:2379" ? at : 0));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(Math.max(...answers));
});

test("two endpoints that are one member are one row", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "fwd:1": "1" });
  const seen = watch(cluster.access("m1:2379", "fwd:1"));
  await after(5);
  expect(asked(seen)).toEqual(["m1:2379"]);
  expect(cluster.closed).toEqual(["fwd:1"]);
  expect(count(seen, "member-answered", "fwd:1")).toBeLessThan(2);
});

test("when the leader changes, the list is asked for again at once", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2" });
  const seen = watch(cluster.access("m1:2379", "m2:2379"));
  await after(1.5);
  const before = count(seen, "members-listed", "m1:2379");
  cluster.leader = "2";
  await after(2);
  expect(count(seen, "members-listed", "m1:2379")).toBe(before + 1);
});

test("every connection is closed at the end", async () => {
  const cluster = new Cluster({ "m1:2379": "1", "m2:2379": "2" });
  watch(cluster.access("m1:2379"));
  await after(1);
  await stop();
  expect(cluster.closed.toSorted()).toEqual(["m1:2379", "m2:2379"]);
});
