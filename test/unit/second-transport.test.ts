import type { EtcdMembersSummary, MemberRow } from "../../src/core/assessment.ts";
import { assess } from "../../src/core/assess.ts";
import { judgeHealth } from "../../src/core/etcd/health.ts";
import { DIRECT } from "../../src/core/etcd/routes.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { Route } from "../../src/core/facts/route.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import { askHash } from "../../src/sources/etcd/ask-hash.ts";
import { observeHealthOnce } from "../../src/sources/etcd/health.ts";
import { observeEtcd } from "../../src/sources/etcd/etcd.ts";
import type { EtcdApi, EtcdTransport } from "../../src/transport/etcd-api.ts";
import { NO_KEYS } from "./key-kit.ts";
import { listed, status } from "./model-kit.ts";
import { podRoute, routesTo } from "./route-kit.ts";
import { useSource } from "./source-kit.ts";

// There is one real transport. The second is a double: routes to pods, in which every member is at 127.0.0.1:2379.
const LIST = [1, 2, 3].map((id) => listed(id, { clientUrls: ["https://127.0.0.1:2379"] }));

/** Offers what it was given last, until it is over. */
class Offer {
  routes: readonly Route[];
  #changed = Promise.withResolvers<undefined>();

  constructor(routes: readonly Route[]) {
    this.routes = routes;
  }

  change(routes: readonly Route[]): void {
    this.routes = routes;
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  async *discover(signal: AbortSignal): AsyncGenerator<readonly Route[], void, void> {
    const over = Promise.withResolvers<undefined>();
    signal.addEventListener("abort", () => {
      over.resolve(undefined);
    });
    while (!signal.aborted) {
      yield this.routes;
      await Promise.race([this.#changed.promise, over.promise]);
    }
  }
}

/** A cluster of three that is reached by two transports; `silent` has the keys of the routes over which nothing answers. */
class TwoRoutes {
  readonly silent = new Set<string>();
  readonly pods = new Offer(["1", "2", "3"].map(podRoute));
  readonly access: EtcdAccess;

  constructor() {
    const direct = new Offer(routesTo(["m1:2379"]));
    const open = (route: Route): EtcdApi => this.#member(route);
    const transport = (name: string, offer: Offer): EtcdTransport => ({
      name,
      discover: (signal) => offer.discover(signal),
      open,
    });
    this.access = { found: true, transports: [transport(DIRECT, direct), transport("pods", this.pods)] };
  }

  #member({ key, transport }: Route): EtcdApi {
    const id = Number(/\d/.exec(key)?.[0]);
    const answer = <T>(value: T): Promise<T> =>
      this.silent.has(key)
        ? Promise.reject(new RequestError({ code: "refused", text: `connection refused by ${key}` }))
        : Promise.resolve(value);
    return {
      ...NO_KEYS,
      endpoint: key,
      can: { ...NO_KEYS.can, hash: transport === "pods", linearizable: transport === "pods" },
      status: () => answer(status(id, 2)),
      memberList: () => answer({ by: status(id, 2), members: LIST }),
      readThroughQuorum: () => answer(undefined),
      hash: () => answer({ hash: id, compactRevision: -1n }),
      close: () => undefined,
    };
  }
}

const { watch, after } = useSource();

/** What is known of the cluster from what was seen. */
function known(seen: readonly Observation[]): {
  readonly state: ClusterState;
  readonly etcd: EtcdMembersSummary;
} {
  const state = seen.reduce(reduce, initialState(seen[0]?.at ?? systemClock()));
  const { etcd } = assess(state, systemClock());
  if (etcd.state !== "members") throw new Error(etcd.state);
  return { state, etcd };
}

const words = ({ rows }: EtcdMembersSummary): readonly string[] =>
  rows.map((row: MemberRow) => `${row.name} ${row.state} at ${row.endpoint}, row ${row.key}`);

const follow = (cluster: TwoRoutes): Observation[] =>
  watch((emit, signal) =>
    observeEtcd({ etcd: cluster.access, timeout: 1.5, clock: systemClock }, emit, signal),
  );

const POD_3 = "cp-3 answers at pod kube-system/etcd-3, row pods etcd-3";

test("each member is one row, over its best route, also where all are 127.0.0.1:2379 in their pods", async () => {
  const seen = follow(new TwoRoutes());
  await after(2);
  const { etcd } = known(seen);
  expect(words(etcd)).toEqual([
    "cp-1 answers at m1:2379, row m1:2379",
    "cp-2 answers at pod kube-system/etcd-2, row pods etcd-2",
    POD_3,
  ]);
  expect(etcd.quorum).toMatchObject({ state: "ok", voters: 3, up: 3 });
  expect(etcd.endpoints).toEqual([]);
  // The spare route to cp-1 was asked once, to learn whose it is.
  const asked = seen.filter((one) => "route" in one && one.route === "pods etcd-1");
  expect(asked.length).toBeLessThanOrEqual(2);
});

test("a route that dies is replaced, the better one is taken when it answers again, and the row stays", async () => {
  const cluster = new TwoRoutes();
  const seen = follow(cluster);
  await after(2);
  cluster.silent.add("m1:2379");
  await after(2);
  const { etcd, state } = known(seen);
  expect(words(etcd)[0]).toBe("cp-1 answers at pod kube-system/etcd-1, row m1:2379");
  expect(etcd.quorum).toMatchObject({ state: "ok", up: 3 });
  expect(state.events.map(({ subject, text }) => `${subject} ${text}`).slice(0, 2)).toEqual([
    expect.stringMatching(/^etcd cp-1 answers again after \d\.\d s$/),
    "etcd cp-1 does not answer: connection refused",
  ]);
  cluster.silent.clear();
  await after(2);
  expect(words(known(seen).etcd)[0]).toBe("cp-1 answers at m1:2379, row m1:2379");
});

test("a member that no route reaches is failed once, over all of them, and its row stays", async () => {
  const cluster = new TwoRoutes();
  const seen = follow(cluster);
  await after(2);
  cluster.silent.add("m1:2379").add("pods etcd-1");
  await after(3);
  const { etcd } = known(seen);
  expect(words(etcd)).toEqual([
    "cp-1 failed at m1:2379, row m1:2379",
    "cp-2 answers at pod kube-system/etcd-2, row pods etcd-2",
    POD_3,
  ]);
  expect(etcd.quorum).toMatchObject({ state: "degraded", voters: 3, up: 2, failureTolerance: 0 });
});

test("a pod that is replaced is another route to the same member, whose row stays", async () => {
  const cluster = new TwoRoutes();
  const seen = follow(cluster);
  await after(2);
  const again: Route = { ...podRoute("3"), key: "pods etcd-3 again" };
  cluster.pods.change([podRoute("1"), podRoute("2"), again]);
  await after(2);
  const { etcd } = known(seen);
  expect(words(etcd)[2]).toBe(POD_3);
  expect(etcd.rows[2]?.routes).toMatchObject([{ route: again, answers: true }]);
});

test("a question goes over the route that serves it; where none does, that is the answer", async () => {
  const cluster = new TwoRoutes();
  const seen = follow(cluster);
  await after(2);
  cluster.silent.add("m1:2379");
  await after(2);
  const [row] = known(seen).etcd.rows;
  if (row === undefined || !cluster.access.found) throw new Error("there is a first member");
  const { transports } = cluster.access;
  const about = {
    transports,
    clock: systemClock,
    call: { signal: new AbortController().signal, timeout: 1 },
  };
  await expect(askHash({ ...about, member: row }, 7n)).resolves.toMatchObject({ state: "hashed", hash: 1 });
  const direct = { ...row, routes: row.routes.slice(0, 1) };
  await expect(askHash({ ...about, member: direct }, 7n)).resolves.toMatchObject({
    state: "failed",
    failure: { code: "unsupported", text: "no route to cp-1 serves a hash" },
  });
});

test("a member is asked for a read that needs quorum over the route that serves it, beside the better one", async () => {
  const cluster = new TwoRoutes();
  const source = { etcd: cluster.access, timeout: 1.5, read: undefined, clock: systemClock };
  const seen = watch((emit, signal) => observeHealthOnce(source, emit, signal));
  await after(2);
  const { etcd } = known(seen);
  expect(words(etcd)[0]).toBe("cp-1 answers at m1:2379, row m1:2379");
  expect(etcd.rows.map(judgeHealth)).toMatchObject([
    { healthy: true, failure: undefined },
    { healthy: true, failure: undefined },
    { healthy: true, failure: undefined },
  ]);
  const read = seen.flatMap((one) => (one.kind === "member-read" ? [one.route] : []));
  expect(new Set(read)).toEqual(new Set(["pods etcd-1", "pods etcd-2", "pods etcd-3"]));
});

test("where no route serves such a read, the health of the member is unknown, and it is said why", async () => {
  const cluster = new TwoRoutes();
  cluster.pods.change([]);
  const source = { etcd: cluster.access, timeout: 1.5, read: undefined, clock: systemClock };
  const seen = watch((emit, signal) => observeHealthOnce(source, emit, signal));
  await after(10);
  expect(known(seen).etcd.rows.map(judgeHealth)[0]).toMatchObject({
    healthy: undefined,
    failure: { text: "not checked: no route to it serves a linearizable read" },
  });
});
