import type { LeaseRow } from "../../src/core/assessment.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import { assess } from "../../src/core/assess.ts";
import { reduce } from "../../src/core/reduce.ts";
import { after, lease, micro, quiet, renewals, t, reported } from "./model-kit.ts";

const refused: Failure = { code: "refused", text: "connection refused" };

test("a killed leader: late, ran out, taken over, with the gap that was seen", () => {
  const dead = [...renewals("cp-1", 0, 10), ...quiet(11, 26)];
  const state = after(...dead, [27.5, { kind: "lease-changed", lease: lease("cp-2", 27.5) }]);
  expect(reported(state)).toEqual([
    "10.0 warn kube-scheduler: last renewal by cp-1",
    "25.0 bad kube-scheduler: expired, last holder cp-1",
    "27.5 up kube-scheduler: cp-1 → cp-2, gap 17.5 s",
  ]);
  expect(assess(state, t(30)).headline).toMatchObject({
    kind: "took-over",
    takeover: { gap: 17.5 },
    ago: 2.5,
  });
  expect(assess(state, t(88)).leases.rows[0]?.failoversSeen).toBe(1);
  expect(assess(state, t(28)).history[0]?.intervals).toEqual([
    { kind: "led", who: "cp-1", from: t(0) },
    { kind: "gap", who: "", from: t(10) },
    { kind: "led", who: "cp-2", from: t(27.5) },
  ]);
});

test("the stage follows: calm, silent, nobody, overdue", () => {
  const at = (to: number) => assess(after(...renewals("cp-1", 0, 10), ...quiet(11, to)), t(to)).headline;
  expect(at(12).kind).toBe("calm");
  expect(at(16).kind).toBe("renewal-late");
  expect(at(26)).toMatchObject({
    kind: "no-leader",
    leases: [{ lasts: 16, overdue: undefined, released: false }],
  });
  expect(at(36)).toMatchObject({ kind: "no-leader", leases: [{ lasts: 26, overdue: expect.closeTo(2.2) }] });
});

test("overdue is reported once, dated to when it became so", () => {
  const state = after(...renewals("cp-1", 0, 10), ...quiet(11, 60));
  expect(reported(state).filter((e) => e.includes("overdue"))).toEqual([
    "33.8 bad kube-scheduler: overdue: no takeover yet",
  ]);
});

test("a release leaves the lease vacant at once, and the gap counts from there", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [11, { kind: "lease-changed", lease: lease("", 11) }],
    [11.5, { kind: "tick" }],
  );
  expect(assess(state, t(12)).headline).toMatchObject({
    kind: "no-leader",
    leases: [{ released: true, lasts: 1, forecast: { from: 0, to: expect.closeTo(4.4) } }],
  });
  const taken = after(
    ...renewals("cp-1", 0, 10),
    [11, { kind: "lease-changed", lease: lease("", 11) }],
    [12.1, { kind: "lease-changed", lease: lease("cp-3", 12.1) }],
  );
  expect(reported(taken)).toEqual([
    "11.0 bad kube-scheduler: released by cp-1: no leader",
    "12.1 up kube-scheduler: cp-1 → cp-3, no leader for 1.1 s",
  ]);
});

test("a released lease that the same holder takes again is no failover", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [11, { kind: "lease-changed", lease: lease("", 11) }],
    [11.8, { kind: "lease-changed", lease: lease("cp-1", 11.8, { leaseTransitions: 2 }) }],
  );
  expect(reported(state).at(-1)).toBe("11.8 ok kube-scheduler: acquired again by cp-1 after 0.8 s");
  expect(assess(state, t(12)).headline.kind).toBe("calm");
});

test("no lease is judged by a dead source, and its picture says how old it is", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [11, { kind: "leases-failed", failure: refused }],
    [40, { kind: "tick" }],
  );
  const now = assess(state, t(40));
  expect(now.leases.rows[0]?.status).toMatchObject({ state: "unknown", holder: { host: "cp-1" } });
  expect(now.leases.freshness).toMatchObject({ state: "stale", age: 30, failure: refused });
  expect(now.headline).toMatchObject({ kind: "leader-unknown", lasts: 29 });
  expect(reported(state)).toEqual([]);
  expect(now.history[0]?.intervals.at(-1)).toEqual({ kind: "unknown", who: "", from: t(10) });
});

test("a source that neither answers nor fails is not believed for long", () => {
  const now = assess(after(...renewals("cp-1", 0, 10)), t(14));
  expect(now.leases.freshness).toMatchObject({ state: "stale", age: 4 });
  expect(now.leases.rows[0]?.status.state).toBe("unknown");
});

test("after a blind time a takeover is reported with the times it carries, and the blind time stays in the lane", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [12, { kind: "leases-failed", failure: refused }],
    [60, { kind: "leases-listed", leases: [lease("cp-2", 59, { acquireTime: micro(27) })] }],
  );
  expect(reported(state)).toEqual(["27.0 up kube-scheduler: cp-1 → cp-2, gap 17.0 s"]);
  const unchanged = after(
    ...renewals("cp-1", 0, 10),
    [12, { kind: "leases-failed", failure: refused }],
    [14, { kind: "leases-listed", leases: [lease("cp-1", 14)] }],
  );
  expect(assess(unchanged, t(15)).history[0]?.intervals).toEqual([
    { kind: "led", who: "cp-1", from: t(0) },
    { kind: "unknown", who: "", from: t(10) },
    { kind: "led", who: "cp-1", from: t(14) },
  ]);
});

test("a lease that is deleted is held by nobody until it is made again", () => {
  const gone = after(...renewals("cp-1", 0, 10), [11, { kind: "lease-deleted", lease: lease("cp-1", 10) }]);
  expect(assess(gone, t(11.5)).headline).toMatchObject({ kind: "no-leader", leases: [{ released: true }] });
  const back = after(
    ...renewals("cp-1", 0, 10),
    [11, { kind: "leases-listed", leases: [] }],
    [11.6, { kind: "lease-changed", lease: lease("cp-1", 11.6, { uid: "b" }) }],
  );
  expect(reported(back)).toEqual([
    "11.0 bad kube-scheduler: lease deleted",
    "11.6 ok kube-scheduler: acquired again by cp-1 after 0.6 s",
  ]);
});

test("leases are sorted as people ask for them; an old lease of others is no drama", () => {
  const names = ["zeta", "cloud-controller-manager", "kube-controller-manager", "alpha", "kube-scheduler"];
  const leases = names.map((name) => lease("cp-1", name === "zeta" ? -5000 : 0, { name }));
  const now = assess(after([0, { kind: "leases-listed", leases }]), t(1));
  expect(now.leases.rows.map((r) => r.record.name)).toEqual([
    "kube-scheduler",
    "kube-controller-manager",
    "cloud-controller-manager",
    "alpha",
    "zeta",
  ]);
  expect(now.leases.held).toBe(4);
  expect(now.headline.kind).toBe("calm");
});

test("the first look is reported once: what was there, of what could be had within 3 s", () => {
  const seen = after(...renewals("cp-1", 0, 10));
  const looks = seen.events.filter((e) => e.subject === "start");
  expect(looks).toEqual([{ at: t(4), tone: "note", subject: "start", text: "1 lease" }]);
});

test("events from a failed source are taken in, but do not prove it alive", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [12, { kind: "leases-failed", failure: refused }],
    [40, { kind: "lease-changed", lease: lease("cp-2", 39, { acquireTime: micro(27) }) }],
  );
  expect(assess(state, t(40)).headline.kind).toBe("leader-unknown");
  const back = reduce(state, { kind: "leases-alive", at: t(41) });
  expect(reported(back)).toEqual(["27.0 up kube-scheduler: cp-1 → cp-2, gap 17.0 s"]);
  expect(assess(back, t(41)).history[0]?.intervals.at(-1)).toEqual({ kind: "led", who: "cp-2", from: t(27) });
});

test("a program that was stopped itself has seen nothing: no renewal is called late, no gap is made up", () => {
  const state = after(
    ...renewals("cp-1", 0, 10),
    [70, { kind: "tick" }],
    [70, { kind: "lease-changed", lease: lease("cp-1", 70) }],
    [70.1, { kind: "leases-alive" }],
  );
  expect(reported(state)).toEqual([]);
  const now = assess(state, t(71));
  expect(now.leases.rows[0]?.gaps).toEqual([2, 2, 2, 2]);
  expect(now.history[0]?.intervals.map((p) => p.kind)).toEqual(["led", "unknown", "led"]);
});

test("a holder that died while nothing could be seen is dated by its own last renewal", () => {
  const state = after(
    ...renewals("cp-1", 0, 2),
    [4, { kind: "leases-failed", failure: refused }],
    [40, { kind: "leases-listed", leases: [lease("cp-1", 10)] }],
  );
  const now = assess(state, t(40));
  expect(now.leases.rows[0]).toMatchObject({
    status: { state: "expired" },
    renewedAgo: 30,
    basis: "renewTime",
  });
  expect(now.findings.map((f) => f.id)).toEqual(["no-leader"]);
});

test("a lease is deleted once, and one of others is forgotten with it", () => {
  const addOn = lease("cp-1", 0, { name: "an-operator" });
  const state = after(
    [0, { kind: "leases-listed", leases: [lease("cp-1", 0), addOn] }],
    ...[1, 2, 3].map((s) => [s, { kind: "leases-listed", leases: [] }] as const),
  );
  expect(reported(state)).toEqual([
    "01.0 bad kube-scheduler: lease deleted",
    "01.0 note an-operator: lease deleted",
  ]);
  const { rows } = assess(state, t(4)).leases;
  expect(rows.map((r) => [r.record.name, r.renewedAgo])).toEqual([["kube-scheduler", 3]]);
});

describe("a lease that does not tell when it was renewed", () => {
  const first = (more: Partial<LeaseRecord>): LeaseRow | undefined => {
    const listed = { kind: "leases-listed", leases: [lease("cp-1", 0, more)] } as const;
    return assess(after([0.5, listed], ...quiet(1, 4)), t(4)).leases.rows[0];
  };

  test.each<[what: string, more: Partial<LeaseRecord>, basis: LeaseRow["basis"], state: string]>([
    ["no time at all", { renewTime: undefined }, "unknown", "held"],
    ["the year 9999", { renewTime: "9999-12-31T23:59:59.999999Z" }, "unknown", "held"],
    ["a clock that is a second ahead", { renewTime: micro(1.5) }, "renewTime", "held"],
    ["the year 1970", { renewTime: "1970-01-01T00:00:00.000000Z" }, "renewTime", "expired"],
    ["nobody, and no time", { holderIdentity: "", renewTime: undefined }, "unknown", "vacant"],
  ])("%s", (_what, more, basis, state) => {
    expect(first(more)).toMatchObject({ basis, status: { state } });
  });

  test("runs out for those who watch it, as it does for its followers", () => {
    const listed = { kind: "leases-listed", leases: [lease("cp-1", 0, { renewTime: undefined })] } as const;
    const state = after([0, listed], ...quiet(1, 16));
    expect(assess(state, t(16)).leases.rows[0]?.status).toMatchObject({ state: "expired", expiredFor: 1 });
  });

  test("the first renewal in our sight ends that", () => {
    const listed = { kind: "leases-listed", leases: [lease("cp-1", 0, { renewTime: undefined })] } as const;
    const state = after([0, listed], [2, { kind: "lease-changed", lease: lease("cp-1", 2) }]);
    expect(assess(state, t(2)).leases.rows[0]).toMatchObject({ basis: "observed", gaps: [] });
  });
});

test.each<[what: string, more: Partial<LeaseRecord>, duration: number, to: number]>([
  ["released before we looked", { holderIdentity: "", leaseDurationSeconds: 1 }, 15, 4.4],
  ["nobody's, with a negative duration", { holderIdentity: "", leaseDurationSeconds: -5 }, 15, 4.4],
  ["held, with a negative duration", { leaseDurationSeconds: -5 }, 15, 23.8],
  ["held, with a duration of 0", { leaseDurationSeconds: 0 }, 15, 23.8],
])("a lease that is %s: the duration is upstream's", (_what, more, duration, to) => {
  const listed = { kind: "leases-listed", leases: [lease("cp-1", 0, more)] } as const;
  const [row] = assess(after([0, listed]), t(0)).leases.rows;
  expect(row?.duration).toBe(duration);
  expect(row?.forecast.to).toBeCloseTo(to);
});
