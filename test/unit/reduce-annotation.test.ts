import type { LeaseRow } from "../../src/core/assessment.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import type { AnnotationObservation, LeaseObservation } from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { assess } from "../../src/core/assess.ts";
import { after, lease, micro, t, reported } from "./model-kit.ts";

type Step = readonly [number, AnnotationObservation | LeaseObservation | { readonly kind: "tick" }];

/** The scheduler's record in an annotation, its times cut to whole seconds. */
function annotation(host: string, renewed: number, more: Partial<LeaseRecord> = {}): LeaseRecord {
  const toSecond = (time: string): string => time.replace(/\.\d+/, "");
  const acquireTime = toSecond(micro(0));
  const renewTime = toSecond(micro(renewed));
  return lease(host, renewed, { kind: "Endpoints", uid: "e", acquireTime, renewTime, ...more });
}
const read = (record: LeaseRecord): AnnotationObservation => ({ kind: "annotation-read", lease: record });
const NAME = { namespace: "kube-system", name: "kube-scheduler" };
const NONE: AnnotationObservation = { kind: "annotation-absent", ...NAME };
const BROKEN: Failure = { code: "timeout", text: "no answer" };
const FAILED: AnnotationObservation = { kind: "annotation-failed", ...NAME, failure: BROKEN };
const LISTED: Step = [0, { kind: "leases-listed", leases: [] }];

/** Renewed every 2 s, read every second, each reading up to a second late; with a proof of the Leases and a tick. */
function renewed(
  host: string,
  from: number,
  to: number,
  phase = 0.1,
  more: Partial<LeaseRecord> = {},
): Step[] {
  const steps: Step[] = [];
  let record: LeaseRecord | undefined;
  for (let s = from; s <= to; s += 1) {
    if ((s - from) % 2 === 0) record = annotation(host, s, more);
    steps.push([s, { kind: "leases-alive" }]);
    if (record !== undefined) steps.push([s + phase, read(record)]);
    steps.push([s + phase, { kind: "tick" }]);
  }
  return steps;
}

function quiet(from: number, to: number, seen: AnnotationObservation): Step[] {
  const steps: Step[] = [];
  for (let s = from; s <= to; s += 1)
    steps.push([s, { kind: "leases-alive" }], [s, seen], [s, { kind: "tick" }]);
  return steps;
}

function row(state: ClusterState, at: number): LeaseRow | undefined {
  return assess(state, t(at)).leases.rows[0];
}

test("is held, with its origin, and renewed as a Lease is", () => {
  const state = after(LISTED, ...renewed("cp-1", 0, 20));
  expect(row(state, 20.5)).toMatchObject({
    key: "kube-system/kube-scheduler",
    record: { kind: "Endpoints", holderIdentity: "cp-1_0000" },
    status: { state: "held" },
    basis: "observed",
    usualGap: 2,
    failoversSeen: 0,
  });
  expect(reported(state)).toEqual([]);
});

test("is not late because it is read once a second and its times are whole seconds", () => {
  // A lease of 6 s, renewed every second: one renewal falls into the second of the one before, so that it shows
  // nothing, and the next one comes right after a reading.
  const short = { leaseDurationSeconds: 6 };
  const steps: Step[] = [LISTED];
  for (let s = 0; s <= 20; s += 1)
    steps.push(
      [s, { kind: "leases-alive" }],
      [s, read(annotation("cp-1", s === 15 || s === 16 ? 14 : s, short))],
      [s + 0.9, { kind: "tick" }],
    );
  const state = after(...steps);
  expect(reported(state)).toEqual([]);
  expect(row(after(...steps.slice(0, 1 + 3 * 17)), 16.95)?.status.state).toBe("held");
  expect(row(state, 24.1)?.status.state).toBe("unknown");
  const dead = after(...steps, ...quiet(21, 25, read(annotation("cp-1", 20, short))));
  expect(row(dead, 25)?.status.state).toBe("late");
});

test("a dead holder: late, run out, overdue, as with a Lease", () => {
  const last = annotation("cp-1", 10);
  const state = after(LISTED, ...renewed("cp-1", 0, 10), ...quiet(11, 45, read(last)));
  expect(row(state, 45)?.status.state).toBe("expired");
  expect(assess(state, t(45)).headline.kind).toBe("no-leader");
  expect(reported(state).map((line) => line.slice(5))).toEqual([
    "warn kube-scheduler: last renewal by cp-1",
    "bad kube-scheduler: expired, last holder cp-1",
    "bad kube-scheduler: overdue: no takeover yet",
  ]);
});

test("another holder is a failover", () => {
  const state = after(LISTED, ...renewed("cp-1", 0, 10), ...renewed("cp-2", 28, 30));
  expect(row(state, 30)).toMatchObject({
    failoversSeen: 1,
    takeover: { from: { host: "cp-1" }, to: { host: "cp-2" } },
  });
});

test("released, then taken by another", () => {
  const released = annotation("", 11, { resourceVersion: "800000" });
  const before = after(LISTED, ...renewed("cp-1", 0, 10), ...quiet(11, 12, read(released)));
  expect(row(before, 12)?.status).toMatchObject({ state: "vacant" });
  const state = after(
    LISTED,
    ...renewed("cp-1", 0, 10),
    ...quiet(11, 12, read(released)),
    ...renewed("cp-2", 13, 15, 0.1, { resourceVersion: "800001" }),
  );
  expect(row(state, 15)?.takeover).toMatchObject({ released: true, to: { host: "cp-2" } });
  const history = assess(state, t(15)).history.find(({ subject }) => subject === "kube-scheduler");
  expect(history?.intervals.map(({ kind, who }) => `${kind} ${who}`)).toEqual([
    "led cp-1",
    "gap ",
    "led cp-2",
  ]);
});

describe("the Lease wins", () => {
  test("at once; the same holder is no failover", () => {
    const state = after(LISTED, ...renewed("cp-1", 0, 10), [
      11,
      { kind: "lease-changed", lease: lease("cp-1", 11) },
    ]);
    expect(assess(state, t(11)).leases.rows).toMatchObject([
      { record: { kind: "Lease" }, failoversSeen: 0, status: { state: "held" } },
    ]);
    expect(reported(state)).toEqual(["11.0 note kube-scheduler: record moved to a Lease"]);
  });

  test("another holder is one", () => {
    const state = after(LISTED, ...renewed("cp-1", 0, 10), [
      11,
      { kind: "lease-changed", lease: lease("cp-2", 11) },
    ]);
    expect(row(state, 11)).toMatchObject({ record: { kind: "Lease" }, failoversSeen: 1 });
  });

  test("over an annotation that is read after it", () => {
    const state = after(
      [0, { kind: "leases-listed", leases: [lease("cp-1", 0)] }],
      [1, read(annotation("cp-2", 1))],
      [1, read(annotation("cp-2", 2))],
      [1, NONE],
      [1, FAILED],
    );
    expect(row(state, 1)).toMatchObject({ record: { kind: "Lease" }, status: { state: "held" } });
  });

  test("a list of Leases leaves the annotations alone", () => {
    const state = after(LISTED, ...renewed("cp-1", 0, 3), [4, { kind: "leases-listed", leases: [] }]);
    expect(row(state, 4)?.status.state).toBe("held");
  });
});

describe("a lingering annotation", () => {
  const old = annotation("ancient", -900_000);

  test("is no trouble where the control plane keeps Leases", () => {
    const leases = [lease("cp-1", 0)];
    const ccm = { ...old, name: "cloud-controller-manager" };
    const state = after([0, { kind: "leases-listed", leases }], [0.1, read(ccm)]);
    const { leases: picture, headline, findings } = assess(state, t(0.2));
    expect(picture.rows[1]).toMatchObject({ standing: "orphaned", status: { state: "expired" } });
    expect(headline.kind).toBe("calm");
    expect(findings.filter(({ id }) => id === "no-leader")).toEqual([]);
  });

  test("is trouble where it does not: nobody schedules", () => {
    const state = after(LISTED, [0.1, read(old)]);
    expect(assess(state, t(0.2)).headline.kind).toBe("no-leader");
  });

  test("leads nobody after the Lease was deleted, until it is renewed", () => {
    const listed: Step = [0, { kind: "leases-listed", leases: [lease("cp-1", 0)] }];
    const steps: Step[] = [
      listed,
      [1, { kind: "lease-deleted", lease: lease("cp-1", 1) }],
      ...quiet(1, 3, read(old)),
    ];
    const state = after(...steps);
    expect(row(state, 3)).toMatchObject({ status: { state: "vacant" }, failoversSeen: 0 });
    const renewedNow = after(...steps, [4, read(annotation("cp-2", 4))]);
    expect(row(renewedNow, 4)).toMatchObject({
      record: { kind: "Endpoints" },
      status: { state: "held", holder: { host: "cp-2" } },
    });
    const again = after(...steps, [4, { kind: "lease-changed", lease: lease("cp-1", 4, { uid: "b" }) }]);
    expect(row(again, 4)).toMatchObject({ record: { kind: "Lease" }, failoversSeen: 0 });
  });

  test("that is deleted leaves nothing, not even trouble", () => {
    const state = after(LISTED, [0.1, read(old)], [1, NONE]);
    expect(assess(state, t(1)).leases.rows).toEqual([]);
    expect(reported(state)).toEqual(["01.0 note kube-scheduler: Endpoints record deleted"]);
  });
});

test("a record that is deleted while it is held leaves nobody, until somebody makes it again", () => {
  const deleted = after(LISTED, ...renewed("cp-1", 0, 10), ...quiet(11, 14, NONE));
  expect(row(deleted, 14)?.status.state).toBe("vacant");
  const again = after(
    LISTED,
    ...renewed("cp-1", 0, 10),
    ...quiet(11, 14, NONE),
    ...renewed("cp-1", 15, 16, 0.1, { uid: "f" }),
  );
  expect(row(again, 16)).toMatchObject({ status: { state: "held" }, failoversSeen: 0 });
});

describe("an annotation that cannot be read", () => {
  test("is unknown, for its own reason, while the others are not", () => {
    const kcm: Step = [
      0,
      { kind: "leases-listed", leases: [lease("cp-3", 0, { name: "kube-controller-manager" })] },
    ];
    const state = after(kcm, ...renewed("cp-1", 0, 4), ...quiet(5, 6, FAILED));
    const { rows, freshness } = assess(state, t(6)).leases;
    expect(freshness.state).toBe("live");
    expect(rows).toMatchObject([
      { status: { state: "unknown" }, freshness: { state: "stale", failure: BROKEN } },
      { status: { state: "late" }, freshness: { state: "live" } },
    ]);
    expect(reported(after(...[kcm], ...renewed("cp-1", 0, 4), ...quiet(5, 60, FAILED)))).not.toContainEqual(
      expect.stringContaining("kube-scheduler"),
    );
  });

  test("leaves a part of its lane unknown, and takeovers meanwhile are dated by their own word", () => {
    const taken = annotation("cp-2", 28, {
      acquireTime: "2026-11-22T13:51:25Z",
      resourceVersion: "800000",
    });
    const state = after(LISTED, ...renewed("cp-1", 0, 4), ...quiet(5, 27, FAILED), [28.4, read(taken)]);
    expect(row(state, 28.4)).toMatchObject({ failoversSeen: 1, takeover: { at: t(25) } });
    const back = after(LISTED, ...renewed("cp-1", 0, 4), ...quiet(5, 9, FAILED), ...renewed("cp-1", 10, 12));
    const history = assess(back, t(12)).history[0];
    expect(history?.intervals.map(({ kind }) => kind)).toEqual(["led", "unknown", "led"]);
  });

  test("and never was: that is said, until it is known that there is none", () => {
    const state = after(LISTED, [1, FAILED]);
    const { leases, findings } = assess(state, t(1));
    expect(leases).toMatchObject({ rows: [], unread: [{ name: "kube-scheduler", failure: BROKEN }] });
    expect(findings).toMatchObject([{ id: "leases-unknown", subject: "kube-scheduler" }]);
    expect(reported(state)).toEqual([]);
    expect(assess(after(LISTED, [1, FAILED], [2, NONE]), t(2)).leases.unread).toEqual([]);
  });

  test("because that is forbidden is no trouble", () => {
    const failure: Failure = { code: "forbidden", text: "endpoints is forbidden" };
    const { leases, findings } = assess(after(LISTED, [1, { ...FAILED, failure }]), t(1));
    expect(leases.unread).toHaveLength(1);
    expect(findings).toEqual([]);
  });
});
