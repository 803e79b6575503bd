import { isSameHost, parseHolder } from "../../src/core/facts/holder.ts";
import { judgeLease } from "../../src/core/leases/judge.ts";
import { durationOf, forecastTakeover, lateAfter, usualGap } from "../../src/core/leases/lease.ts";
import { observeLease } from "../../src/core/leases/track.ts";
import { lease, micro, t } from "./model-kit.ts";

test.each([
  ["cp-1_fc1e3902-e4ac", { host: "cp-1", id: "fc1e3902-e4ac" }],
  ["my_node_fc1e", { host: "my_node", id: "fc1e" }],
  ["bare-host", { host: "bare-host", id: "" }],
  ["_only", { host: "_only", id: "" }],
])("holder %s", (identity, expected) => {
  expect(parseHolder(identity)).toEqual({ identity, ...expected });
});

describe("judgeLease, by when we saw it change", () => {
  const seen = observeLease(
    observeLease(undefined, lease("cp-1", 0), t(0), false),
    lease("cp-1", 2),
    t(2),
    false,
  );

  test.each([
    [2, "held", 15],
    [6.9, "held", 10.1],
    [7.1, "late", 9.9],
    [16.9, "late", 0.1],
    [17, "expired", 0],
    [40, "expired", -23],
  ])("at %d s: %s", (now, state, left) => {
    const leaseStatus = judgeLease(seen, true, t(now));
    expect(leaseStatus.state).toBe(state);
    const seconds =
      "expiresIn" in leaseStatus
        ? leaseStatus.expiresIn
        : "expiredFor" in leaseStatus
          ? -leaseStatus.expiredFor
          : undefined;
    expect(seconds).toBeCloseTo(left);
  });

  test("released is vacant, not expired", () => {
    const released = observeLease(seen, lease("", 3), t(3), false);
    expect(judgeLease(released, true, t(60))).toEqual({ state: "vacant", vacantFor: 57 });
  });

  test("nothing is said while our own source is not live, but who it was", () => {
    const released = observeLease(seen, lease("", 3), t(3), false);
    expect(judgeLease(released, false, t(4))).toMatchObject({ state: "unknown", holder: { host: "cp-1" } });
  });

  test("a foreign clock does not matter once a change was seen", () => {
    const skewed = observeLease(seen, lease("cp-1", -3600), t(4), false);
    expect(judgeLease(skewed, true, t(5))).toMatchObject({ state: "held", expiresIn: 14 });
  });
});

test("the first sight is dated back to renewTime, never forward", () => {
  expect(observeLease(undefined, lease("cp-1", -4), t(0), false)).toMatchObject({
    changedAt: t(-4),
    basis: "renewTime",
  });
  expect(observeLease(undefined, lease("cp-1", 1.9), t(0), false)).toMatchObject({
    changedAt: t(0),
    basis: "renewTime",
  });
  expect(observeLease(undefined, lease("cp-1", 9), t(0), false)).toMatchObject({
    changedAt: t(0),
    basis: "unknown",
  });
  const never = lease("cp-1", 0, { renewTime: undefined });
  expect(observeLease(undefined, never, t(0), false).changedAt).toEqual(t(0));
});

test("a label on the object is no renewal, an older state of it is none either", () => {
  const first = lease("cp-1", 2);
  const seen = observeLease(undefined, first, t(2), false);
  const labelled = observeLease(seen, { ...first, resourceVersion: "999" }, t(9), false);
  expect(labelled.changedAt).toEqual(t(2));
  expect(labelled.record.resourceVersion).toBe("999");
  const newer = observeLease(labelled, { ...lease("cp-1", 9), resourceVersion: "1000" }, t(9), false);
  expect(observeLease(newer, { ...first, resourceVersion: "998" }, t(10), false)).toBe(newer);
});

test("gaps between renewals are measured, but not the first, whose beginning was not seen", () => {
  let seen = observeLease(undefined, lease("cp-1", 0), t(1), false);
  for (const s of [2, 4, 6.5]) seen = observeLease(seen, lease("cp-1", s), t(s), false);
  expect(seen.gaps).toEqual([2, 2.5]);
});

test("renewals that come in one burst are as far apart as their writer says", () => {
  let seen = observeLease(undefined, lease("cp-1", 0), t(0), false);
  for (const [renewed, at] of [
    [2, 2],
    [4, 6.6],
    [6, 6.6],
  ] as const)
    seen = observeLease(seen, lease("cp-1", renewed), t(at), false);
  expect(seen.gaps).toEqual([2, 2]);
  const clockSetBack = observeLease(seen, lease("cp-1", -500), t(8.6), false);
  expect(clockSetBack.gaps).toEqual([2, 2, 2]);
});

test.each([
  ["cp-1", "cp-1", true],
  ["CP-1", "cp-1", true],
  ["cp-1", "cp-1.example.com", true],
  ["CP-1.Example.com", "cp-1", true],
  ["cp-1.example.com", "cp-1.example.org", false],
  ["cp-1", "cp-10", false],
  ["cp-1", "cp", false],
  ["localhost", "localhost", true],
  ["localhost", "localhost.localdomain", false],
  ["10.0.0.1", "10.0.0.1", true],
  ["10", "10.0.0.1", false],
])("hosts %s and %s: the same is %s", (a, b, same) => {
  expect([isSameHost(a, b), isSameHost(b, a)]).toEqual([same, same]);
});

test("a failover is a changed holderIdentity: transitions that grow with the same holder are none", () => {
  let seen = observeLease(undefined, lease("cp-1", 0), t(0), false);
  seen = observeLease(seen, lease("", 1), t(1), false);
  seen = observeLease(seen, lease("cp-1", 2, { leaseTransitions: 2 }), t(2), false);
  expect(seen).toMatchObject({ failoversSeen: 0, takeover: undefined });
  seen = observeLease(seen, lease("cp-2", 3), t(3), false);
  expect(seen).toMatchObject({ failoversSeen: 1, takeover: { gap: 1, released: false } });
});

test("the same host with a new uuid is another holder", () => {
  const seen = observeLease(undefined, lease("cp-1", 0), t(0), false);
  const again = observeLease(seen, lease("cp-1", 16, { holderIdentity: "cp-1_9999" }), t(16), false);
  expect(again.takeover).toMatchObject({ from: { id: "0000" }, to: { id: "9999" }, gap: 16 });
});

test("a takeover out of our sight is dated by the record itself", () => {
  const seen = observeLease(undefined, lease("cp-1", 0), t(0), false);
  const took = observeLease(seen, lease("cp-2", 39, { acquireTime: micro(17) }), t(40), true);
  expect(took.takeover).toMatchObject({ gap: 17, at: t(17) });
});

test("forecasts, late and durations", () => {
  expect(forecastTakeover(15, 2, false)).toEqual({ from: 15, to: expect.closeTo(23.8) });
  expect(forecastTakeover(15, 2, true)).toEqual({ from: 0, to: expect.closeTo(4.4) });
  expect(usualGap([], 15)).toBe(2);
  expect(usualGap([1, 9, 2, 2, 2], 15)).toBe(2);
  expect(lateAfter([2, 2], 15)).toBe(5);
  expect(lateAfter([26], 137)).toBe(52);
  expect(lateAfter([1], 6)).toBe(2);
  expect(durationOf(lease("cp-1", 0, { leaseDurationSeconds: -5 }))).toBe(15);
});
