import type * as Assess from "../../src/core/assess.ts";
import type * as LeaseJudge from "../../src/core/leases/judge.ts";
import type * as QuorumJudge from "../../src/core/etcd/quorum.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { assess } from "../../src/core/assess.ts";
import { judgeLease } from "../../src/core/leases/judge.ts";
import { judgeQuorum } from "../../src/core/etcd/quorum.ts";
import { reduce } from "../../src/core/reduce.ts";
import type { Seen } from "./model-kit.ts";
import { after, asking, endpoint, lease, listed, listing, reported, status, t } from "./model-kit.ts";

// Every judgement that the core makes of a lease, of etcd, or of all, counted.
jest.mock("../../src/core/assess.ts", () => {
  const actual = jest.requireActual<typeof Assess>("../../src/core/assess.ts");
  return { ...actual, assess: jest.fn(actual.assess) };
});
jest.mock("../../src/core/leases/judge.ts", () => {
  const actual = jest.requireActual<typeof LeaseJudge>("../../src/core/leases/judge.ts");
  return { ...actual, judgeLease: jest.fn(actual.judgeLease) };
});
jest.mock("../../src/core/etcd/quorum.ts", () => {
  const actual = jest.requireActual<typeof QuorumJudge>("../../src/core/etcd/quorum.ts");
  return { ...actual, judgeQuorum: jest.fn(actual.judgeQuorum) };
});

const JUDGES = [assess, judgeLease, judgeQuorum];

/** The state after more observations, and how often something was judged for them. */
function judged(state: ClusterState, ...seen: (readonly [number, Seen])[]): [ClusterState, number] {
  for (const judge of JUDGES) jest.mocked(judge).mockClear();
  const next = seen.reduce((s, [at, o]) => reduce(s, { ...o, at: t(at) } satisfies Observation), state);
  return [next, JUDGES.reduce((sum, judge) => sum + jest.mocked(judge).mock.calls.length, 0)];
}

describe("of 5000 leases", () => {
  const name = (n: number): string => `leader-${n}`;
  const leases = Array.from({ length: 5000 }, (_, n) => lease("cp-1", 0, { name: name(n), uid: `${n}` }));
  // The initial state is recorded after 3 s.
  const calm = after(
    [0, { kind: "leases-listed", leases }],
    [3, { kind: "leases-alive" }],
    [3, { kind: "tick" }],
  );
  const changed = (host: string, at: number): Seen => ({
    kind: "lease-changed",
    lease: lease(host, at, { name: name(7), uid: "7" }),
  });

  test("one that is renewed in time is not judged, and no other is touched", () => {
    const [state, judgements] = judged(calm, [3.5, changed("cp-1", 3.5)]);
    expect(judgements).toBe(0);
    const touched = [...state.leases].filter(([key, one]) => calm.leases.get(key) !== one);
    expect(touched.map(([key]) => key)).toEqual(["kube-system/leader-7"]);
    expect(state.events).toBe(calm.events);
    expect(state.history).toBe(calm.history);
    expect(state.reported).toBe(calm.reported);
  });

  test("none is judged by a proof of life, nor by a tick at which none falls due", () => {
    const [alive, judgements] = judged(calm, [4, { kind: "leases-alive" }]);
    expect(judgements).toBe(0);
    expect(alive.leases).toBe(calm.leases);
    const [ticked, others] = judged(alive, [4.5, { kind: "tick" }]);
    expect(others).toBe(0);
    expect(ticked).toBe(alive);
  });

  test("those alone are judged that fall due, once for each step", () => {
    const renewed = leases.slice(1).map((one) => ({ ...one, renewTime: "later", resourceVersion: "999999" }));
    const [state] = judged(calm, [4, { kind: "leases-listed", leases: [...leases.slice(0, 1), ...renewed] }]);
    const [late, first] = judged(state, [6, { kind: "leases-alive" }], [6, { kind: "tick" }]);
    expect(first).toBe(1);
    expect(reported(late)).toEqual(["00.0 warn leader-0: last renewal by cp-1"]);
    const [, again] = judged(late, [6.5, { kind: "tick" }], [7, { kind: "tick" }], [7.5, { kind: "tick" }]);
    expect(again).toBe(0);
  });

  test("one that had ended is judged when it is taken over, and no other", () => {
    const [state] = judged(
      calm,
      ...[6, 8, 10, 12, 14, 16].map((at) => [at, { kind: "leases-alive" }] as const),
    );
    const [taken, judgements] = judged(state, [16.5, changed("cp-2", 16.5)]);
    expect(judgements).toBe(1);
    expect(reported(taken)).toEqual(["16.5 up leader-7: cp-1 → cp-2, gap 16.5 s"]);
  });

  test("those that were left over are not judged each time", () => {
    const old = leases.map((one) => ({ ...one, renewTime: "2026-11-20T00:00:00Z" }));
    const state = after([0, { kind: "leases-listed", leases: old }], [3, { kind: "tick" }]);
    expect(judged(state, [3, { kind: "tick" }])[1]).toBe(0);
    expect(reported(state)).toEqual([]);
  });
});

describe("etcd", () => {
  const answers = (id: number, leader: number, more: Parameters<typeof status>[2] = {}): Seen => ({
    kind: "member-answered",
    route: endpoint(id),
    status: status(id, leader, more),
    took: 0.001,
  });
  const fails = (id: number): Seen => ({
    kind: "member-failed",
    route: endpoint(id),
    failure: { code: "refused", text: "connection refused" },
  });
  const three = [listed(1), listed(2), listed(3)];
  const healthy = after(
    [0, { kind: "etcd-routes", routes: asking([1, 2, 3].map(endpoint)) }],
    ...[1, 2, 3].map((id) => [0.5, answers(id, 1)] as const),
    ...[1, 2, 3].map((id) => [0.6, listing(id, three)] as const),
  );
  const grown = { revision: 107n, raftIndex: 1007n, raftAppliedIndex: 1007n, dbSize: 9n, dbSizeInUse: 8n };

  test("is not judged by a status that differs in times and counters alone, nor by a list that is read again", () => {
    const [state, judgements] = judged(
      healthy,
      ...[1, 2, 3].map((id) => [1.5, answers(id, 1, grown)] as const),
      [1.6, { kind: "member-clock", route: endpoint(1), ahead: 1, within: 0.1 }],
      ...[1, 2, 3].map((id) => [5.6, listing(id, [listed(3), listed(1), listed(2)])] as const),
    );
    expect(judgements).toBe(0);
    expect(state.etcd.members.get(endpoint(3))?.lastAnswer?.status.raftIndex).toBe(1007n);
    expect(state.history).toBe(healthy.history);
    expect(state.reported).toBe(healthy.reported);
  });

  test("is judged once for a member that fails, and not again for what the others go on to answer", () => {
    const [down, judgements] = judged(healthy, [2, fails(3)]);
    expect(judgements).toBe(1);
    expect(reported(down)).toEqual(["02.0 bad etcd cp-3: does not answer: connection refused"]);
    // Until its refusal is older than a leader without a majority stays, a leader that is named shows nothing.
    const [settled] = judged(down, [8, answers(1, 1, grown)], [8, answers(2, 1, grown)]);
    const later = [9, 10, 11].flatMap((at) => [
      [at, answers(1, 1, { ...grown, raftIndex: 2000n + BigInt(at) })] as const,
      [at, answers(2, 1, { ...grown, raftIndex: 2000n + BigInt(at) })] as const,
      [at, fails(3)] as const,
    ]);
    expect(judged(settled, ...later)[1]).toBe(0);
  });

  test("is judged for another leader, and for routes once a member is observed over them", () => {
    const [, judgements] = judged(healthy, [2, answers(2, 2, { raftTerm: 3n })]);
    expect(judgements).toBe(1);
    const fewer: Seen = { kind: "etcd-routes", routes: asking([1, 2].map(endpoint)) };
    const [state, none] = judged(healthy, [2, fewer]);
    expect(none).toBe(0);
    expect(judged(state, [2.5, answers(1, 1, grown)])[1]).toBe(1);
  });
});

test("nothing is assessed for the initial state before something was heard", () => {
  const seen = [1, 2, 3, 4, 5, 60].map((at) => [at, { kind: "tick" }] as const);
  expect(judged(after(), ...seen)[1]).toBe(0);
});
