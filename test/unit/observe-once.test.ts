import { EVERYTHING, accessTo, asking } from "./route-kit.ts";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import { assess } from "../../src/core/assess.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import { systemClock, pause } from "../../src/sources/async/clock.ts";
import { channel } from "../../src/sources/async/channel.ts";
import { observeEtcdOnce } from "../../src/sources/etcd/etcd-once.ts";
import { FirstAnswers } from "../../src/sources/first-answers.ts";
import { observeOnce } from "../../src/sources/observe.ts";
import { failed, FakeKube, leaseObject } from "./fake-kube.ts";
import { NO_KEYS, pageFrom } from "./key-kit.ts";
import { useSource } from "./source-kit.ts";

const POD = {
  metadata: {
    ...{ name: "kube-apiserver-cp-1", resourceVersion: "1" },
    annotations: { "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": "10.0.0.1:6443" },
  },
  spec: { nodeName: "cp-1" },
};
const NO_ETCD: EtcdAccess = { found: false, tried: [] };

/** A fake cluster; `down` is what everything under that path says instead. */
function cluster(down: Record<string, unknown> = {}): FakeKube {
  return new FakeKube((path) => {
    const broken = Object.keys(down).find((prefix) => path.startsWith(prefix));
    if (broken !== undefined) return down[broken];
    if (path === "/version") return { gitVersion: "v1.36.3" };
    if (path.startsWith("/api/v1/")) return { metadata: { resourceVersion: "1" }, items: [POD] };
    if (path.startsWith("/readyz")) return "ok";
    return { metadata: { resourceVersion: "1" }, items: [leaseObject("kube-scheduler", 1)] };
  });
}

/** Fake members: m1 leads; those named in `silent` say nothing, ever. */
function members(given: readonly string[], silent: readonly string[] = []): EtcdAccess {
  const open = (endpoint: string): EtcdApi => {
    const answer = async <T>(value: T, signal: AbortSignal, timeout: number): Promise<T> => {
      if (silent.includes(endpoint)) {
        await pause(timeout, signal);
        throw new RequestError({ code: "timeout", text: `no answer from ${endpoint}` });
      }
      return value;
    };
    const id = endpoint.charAt(1);
    const zero = {
      revision: 1n,
      raftTerm: 1n,
      raftIndex: 1n,
      raftAppliedIndex: 1n,
      dbSize: 1n,
      dbSizeInUse: 1n,
    };
    const version = {
      version: "3.6.8",
      storageVersion: undefined,
      dbSizeQuota: undefined,
      errors: [],
      downgrade: undefined,
    };
    const status = { ...zero, ...version, clusterId: "c", memberId: id, leaderId: "1", isLearner: false };
    const list = ["1", "2"].map((one) => ({
      ...{ id: one, name: `cp-${one}`, peerUrls: [], isLearner: false },
      clientUrls: [`https://m${one}:2379`],
    }));
    return {
      endpoint,
      status: ({ signal, timeout }) => answer(status, signal, timeout),
      memberList: ({ signal, timeout }) => answer({ by: status, members: list }, signal, timeout),
      ...NO_KEYS,
      keys: ({ from }, { signal, timeout }) => {
        const keys =
          Buffer.from(from).toString() === "/registry/pods/" ? [Buffer.from("/registry/pods/web")] : [];
        const page = pageFrom(
          keys.map((key) => ({ key })),
          { revision: 1 },
        );
        return answer(page, signal, timeout);
      },
      can: { ...EVERYTHING, clock: false },
      date: () => Promise.reject(new Error("not asked")),
      hash: () => Promise.reject(new Error("not asked")),
      readThroughQuorum: () => Promise.reject(new Error("not asked")),
      close: () => undefined,
    };
  };
  return accessTo(given, open);
}

describe("one look at everything", () => {
  const { watch: observe, after } = useSource();
  let ended: number | undefined;
  const watch = (kube: FakeKube, etcd: EtcdAccess, requestTimeout?: number): Observation[] => {
    ended = undefined;
    const began = performance.now();
    return observe(async (emit, signal) => {
      const sources = { kube, etcd, namespace: "kube-system", requestTimeout, clock: systemClock };
      await observeOnce(sources, emit, signal);
      ended = (performance.now() - began) / 1000;
    });
  };
  const kinds = (seen: readonly Observation[]): string[] => seen.map((one) => one.kind);

  test("ends as soon as all have answered", async () => {
    const seen = watch(cluster(), members(["m1:2379"]));
    await after(0);
    expect(ended).toBe(0);
    expect(kinds(seen)).toEqual(
      expect.arrayContaining([
        "leases-listed",
        "version",
        "api-server-answered",
        "member-answered",
        "members-listed",
      ]),
    );
    expect(seen.filter((one) => one.kind === "member-answered").map((one) => one.route)).toEqual([
      "m1:2379",
      "m2:2379",
    ]);
  });

  test("takes 1.9 s at most, whatever hangs, and says of each thing that it did not answer", async () => {
    const kube = cluster({ "/api/v1/": "silence", "/apis/": "silence", "/version": "silence" });
    const seen = watch(kube, members(["m1:2379", "m2:2379"], ["m2:2379"]));
    await after(2);
    expect(ended).toBeLessThanOrEqual(1.9);
    expect(kinds(seen)).toEqual(
      expect.arrayContaining(["leases-failed", "api-servers-unknown", "member-failed", "member-answered"]),
    );
  });

  test("what was read stays fresh while something else is waited for", async () => {
    const seen = watch(cluster({ "/readyz": "silence" }), NO_ETCD, 5);
    await after(8);
    const last = seen.at(-1)?.at.mono ?? 0;
    const state = seen.reduce(reduce, initialState(seen[0]?.at ?? systemClock()));
    const now = { ...systemClock(), mono: last };
    expect(last - (seen[0]?.at.mono ?? 0)).toBeGreaterThan(4000);
    expect(assess(state, now).leases.freshness.state).toBe("live");
  });

  test("waits for what is found late only as long as it may", async () => {
    const seen = watch(cluster(), members(["m1:2379"], ["m2:2379"]));
    await after(2);
    expect(ended).toBeLessThanOrEqual(1.9);
    expect(seen.filter((one) => one.kind === "member-failed")).toMatchObject([{ route: "m2:2379" }]);
  });

  test("a cluster that refuses is reported at once", async () => {
    const refused = failed("refused", "connection refused by balancer:6443");
    const seen = watch(cluster({ "/": refused }), NO_ETCD);
    await after(0);
    expect(ended).toBe(0);
    expect(kinds(seen).toSorted()).toEqual([
      ...["api-servers-unknown", "election-events-failed", "etcd-not-configured"],
      ...["leases-failed", "nodes-failed", "pods-failed"],
    ]);
  });

  test("a longer --request-timeout is waited for", async () => {
    const seen = watch(cluster({ "/apis/": "silence" }), NO_ETCD, 5);
    await after(4);
    expect(ended).toBeUndefined();
    await after(1.4);
    expect(ended).toBeLessThanOrEqual(5.4);
    expect(kinds(seen)).toContain("leases-failed");
  });

  test("a longer --request-timeout is waited for by members of etcd, too", async () => {
    const seen = watch(cluster(), members(["m1:2379"], ["m1:2379"]), 5);
    await after(4);
    expect(kinds(seen)).not.toContain("member-failed");
    await after(1.4);
    expect(kinds(seen)).toContain("member-failed");
  });
});

describe("one look at etcd alone", () => {
  const look = async (etcd: EtcdAccess, timeout = 1.5): Promise<readonly Observation[]> => {
    const seen: Observation[] = [];
    const source = { etcd, timeout, clock: systemClock };
    for await (const one of channel<Observation>(new AbortController().signal, (emit, signal) =>
      observeEtcdOnce(source, emit, signal),
    ))
      seen.push(one);
    return seen;
  };

  test("ends with the last answer: nothing else is waited for", async () => {
    const seen = await look(members(["m1:2379", "m2:2379"]), 3600);
    expect(seen.map((one) => one.kind).toSorted()).toEqual([
      ...["etcd-routes", "member-answered", "member-answered", "members-listed", "members-listed"],
    ]);
  });

  test("takes one deadline and 0.4 s, whatever hangs", async () => {
    const seen = await look(members(["m1:2379", "m2:2379"], ["m2:2379"]), 0.05);
    expect(seen.filter((one) => one.kind === "member-failed" || one.kind === "members-failed")).toMatchObject(
      [{ route: "m2:2379" }, { route: "m2:2379" }],
    );
  });

  test("without a way to etcd is over at once", async () => {
    expect((await look(NO_ETCD, 3600)).map((one) => one.kind)).toEqual(["etcd-not-configured"]);
  });
});

test("what is still open is counted, each thing by itself", () => {
  const failure = { code: "timeout", text: "no answer" } as const;
  const answers = new FirstAnswers();
  const at = { wall: 0, mono: 0 };
  expect(answers.missing(failure).map((one) => one.kind)).toEqual([
    ...["leases-failed", "pods-failed", "nodes-failed", "election-events-failed"],
    "api-servers-unknown",
  ]);
  answers.add({ at, kind: "pods-listed", pods: [] });
  answers.add({ at, kind: "nodes-failed", failure });
  answers.add({ at, kind: "election-events-listed", events: [] });
  answers.add({ at, kind: "leases-listed", leases: [] });
  answers.add({ at, kind: "etcd-routes", routes: asking(["a", "b"]) });
  answers.add({ at, kind: "member-failed", route: "a", failure });
  answers.add({
    at,
    kind: "members-listed",
    route: "a",
    by: { clusterId: "c", memberId: "1" },
    members: [],
  });
  answers.add({ at, kind: "api-servers-found", servers: [{ server: "s", host: "h" }] });
  expect(answers.missing(failure)).toEqual([
    { kind: "api-server-failed", server: "s", failure },
    { kind: "member-failed", route: "b", failure },
    { kind: "members-failed", route: "b", failure },
  ]);
  expect(new FirstAnswers().complete).toBe(false);
});
