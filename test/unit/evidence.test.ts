import type { LeaseRow } from "../../src/core/assessment.ts";
import type {
  ComponentPod,
  ElectionEvent,
  NodeReport,
  ProcessEnd,
  ProcessReport,
} from "../../src/core/facts/evidence.ts";
import type { ClusterState } from "../../src/core/state.ts";
import type { Seen } from "./model-kit.ts";
import { after, lease, micro, quiet, renewals, t, reported } from "./model-kit.ts";
import { assess } from "../../src/core/assess.ts";
import { evidenceWords } from "../../src/core/evidence/words.ts";

const whole = (second: number): string => micro(second).replace(/\.\d+/, "");

function pod(host: string, process: ProcessReport, component = "kube-scheduler"): ComponentPod {
  return { name: `${component}-${host}`, component, node: host, process };
}
const runs = (startedAt: number, lastEnd?: ProcessEnd): ProcessReport => ({
  ...{ state: "runs", startedAt: whole(startedAt), restarts: 0, lastEnd },
});
const endAt = (finishedAt: number, startedAt = -60): ProcessEnd => ({
  ...{ exitCode: 137, signal: undefined, reason: "Error" },
  ...{ startedAt: whole(startedAt), finishedAt: whole(finishedAt) },
});
const ended = (finishedAt: number): ProcessReport => ({
  ...{ state: "ended", end: endAt(finishedAt), restarts: 0, waiting: undefined },
});
const listed = (...pods: ComponentPod[]) => ({ kind: "pods-listed", pods }) as const;
const nodes = (...list: Partial<NodeReport>[]) =>
  ({
    kind: "nodes-listed",
    nodes: list.map((one): NodeReport => ({
      ...{
        name: "cp-1",
        hostname: undefined,
        ready: "True",
        since: whole(5),
        reason: "KubeletReady",
        ...one,
      },
    })),
  }) as const;
const event = (id: string, what: ElectionEvent["what"], identity: string, second: number): ElectionEvent => ({
  ...{ id, namespace: "kube-system", lease: "kube-scheduler", identity, what, time: whole(second) },
});
const events = (...list: ElectionEvent[]) => ({ kind: "election-events-listed", events: list }) as const;

/** cp-1 leads from 0 to 10 s; its pod, and that of cp-2, have run for a minute. */
const led = [
  [0, listed(pod("cp-1", runs(-60)), pod("cp-2", runs(-60)))],
  ...renewals("cp-1", 0, 10),
] as const;

function scheduler(state: ClusterState, second: number): LeaseRow {
  const row = assess(state, t(second)).leases.rows.find((one) => one.record.name === "kube-scheduler");
  if (row === undefined) throw new Error("no row of the scheduler");
  return row;
}
const stageOf = (state: ClusterState, second: number): string => assess(state, t(second)).headline.kind;
const words = (state: ClusterState, second: number): string | undefined =>
  evidenceWords(scheduler(state, second).evidence)[0];

describe("nobody leads before the lease ran out, because", () => {
  test("the leader's process ended", () => {
    const state = after(
      ...led,
      [10.5, listed(pod("cp-1", ended(10)), pod("cp-2", runs(-60)))],
      ...quiet(11, 12),
    );
    expect(stageOf(state, 12)).toBe("no-leader");
    const seen = assess(state, t(12));
    expect(scheduler(state, 12)).toMatchObject({ gone: true, status: { state: "held" } });
    expect(seen.leases.held).toBe(0);
    expect(seen.headline).toMatchObject({ leases: [{ lasts: 2, released: false, forecast: { from: 15 } }] });
    expect(seen.history[0]?.intervals.at(-1)).toEqual({ kind: "gap", who: "", from: t(10) });
    expect(seen.findings).toMatchObject([
      {
        id: "no-leader",
        evidence: expect.stringMatching(
          /^no leader, last renewed 2\.0 s ago by cp-1; pod on cp-1 stopped, exit 137 \(SIGKILL\); takeover/,
        ),
      },
    ]);
    expect(reported(state)).toContain("10.5 bad kube-scheduler: cp-1 stopped, exit 137 (SIGKILL)");
  });

  test("another process of it runs on its host", () => {
    const state = after(...led, [11, listed(pod("cp-1", runs(10, endAt(10))))], ...quiet(11, 12));
    expect(stageOf(state, 12)).toBe("no-leader");
    expect(words(state, 12)).toBe("pod on cp-1 restarted after exit 137 (SIGKILL)");
    expect(reported(state)).toContain("11.0 warn kube-scheduler: cp-1 restarted, exit 137 (SIGKILL)");
  });

  test("so it was before we looked: the report stays true when its source has failed", () => {
    const failure = { code: "forbidden", text: "no" } as const;
    const state = after(
      [11, { kind: "leases-listed", leases: [lease("cp-1", 10.5)] }],
      [11, listed(pod("cp-1", ended(10)))],
      [12, { kind: "pods-failed", failure }],
      ...quiet(12, 14),
    );
    expect(stageOf(state, 14)).toBe("no-leader");
  });
});

describe("somebody may lead,", () => {
  test.each<[what: string, report: ProcessReport]>([
    ["for what ended had ended before", ended(-20)],
    ["for nobody knows what its process does", { state: "unknown", restarts: undefined, waiting: undefined }],
  ])("%s", (_what, report) => {
    const state = after(...led, [11, listed(pod("cp-1", report))], ...quiet(11, 12));
    expect([stageOf(state, 12), scheduler(state, 12).gone, words(state, 12)]).toEqual([
      "calm",
      false,
      undefined,
    ]);
  });

  test("for a renewal came after the report: that process is not the holder", () => {
    // A clock that was set back: the process that ended seems to have ended after what came later.
    const state = after([0, listed(pod("cp-1", ended(500)))], ...renewals("cp-1", 0, 10));
    expect(scheduler(state, 10)).toMatchObject({
      ...{ gone: false, evidence: { process: { failure: { text: "lease renewed since the pod report" } } } },
    });
  });

  test("for two pods there could be meant", () => {
    const other = { ...pod("cp-1", runs(-60)), name: "another" };
    const state = after(...led, [11, listed(pod("cp-1", ended(10)), other)], ...quiet(11, 12));
    expect(scheduler(state, 12)).toMatchObject({ gone: false, evidence: { process: { state: "unknown" } } });
  });

  test("and its process still runs: the silent lease says so, and how old that is", () => {
    const state = after(...led, ...quiet(11, 18));
    expect([stageOf(state, 12), stageOf(state, 18)]).toEqual(["calm", "renewal-late"]);
    expect(words(state, 8)).toBe("pod on cp-1 still running, seen 8.0 s ago");
    expect(words(state, 18)).toBe("pod on cp-1 was running 18.0 s ago");
    expect(assess(state, t(18)).findings).toMatchObject([
      { id: "renewals-late", evidence: expect.stringMatching(/; pod on cp-1 was running 18\.0 s ago$/) },
    ]);
  });
});

test("of a lease of no component nothing else is reported", () => {
  const state = after([1, { kind: "leases-listed", leases: [lease("cp-1", 0, { name: "an-operator" })] }]);
  expect(assess(state, t(1)).leases.rows[0]?.evidence).toBeUndefined();
});

describe("a node that is not ready", () => {
  const unready = { ready: "Unknown", reason: "NodeStatusUnknown", since: whole(12) } as const;
  const state = after(...led, [11, nodes({})], [12.5, nodes(unready)], ...quiet(11, 18));

  test("is reported, found, and makes what its pods say their last word", () => {
    expect(reported(state)).toContain("12.5 bad node cp-1: is not ready: NodeStatusUnknown");
    expect(words(state, 18)).toBe("node cp-1 not ready since 13:51:12; pod was running");
    expect(assess(state, t(18)).findings).toMatchObject([
      { id: "renewals-late" },
      {
        ...{ id: "node-not-ready", severity: "warning", subject: "node cp-1" },
        evidence:
          "not ready since 2026-11-22T13:51:12Z: NodeStatusUnknown; kubelet stopped reporting, pod states are the last known ones",
      },
    ]);
  });

  test("is no news once its source is old", () => {
    expect(assess(state, t(30)).findings.map((one) => one.id)).not.toContain("node-not-ready");
  });

  test("is known by its host name, too", () => {
    const named = nodes({ ...unready, name: "node-1", hostname: "cp-1" });
    const renamed = after(...led, [11, named], [11, listed({ ...pod("cp-1", ended(10)), node: "node-1" })]);
    expect(words(renamed, 11)).toBe("pod on cp-1 stopped, exit 137 (SIGKILL)");
  });

  test("is known by its full name, too, unless several could be meant", () => {
    const full = { ...unready, name: "cp-1.example.com", hostname: undefined };
    const ended1 = listed({ ...pod("cp-1", ended(10)), node: "cp-1.example.com" });
    expect(words(after(...led, [11, nodes(full)], [11, ended1]), 11)).toBe(
      "pod on cp-1 stopped, exit 137 (SIGKILL)",
    );
    const other = { ...full, name: "cp-1.example.org" };
    const both = listed(
      { ...pod("cp-1", ended(10)), node: "cp-1.example.com" },
      { ...pod("cp-1", runs(-60)), name: "another", node: "cp-1.example.org" },
    );
    expect(words(after(...led, [11, nodes(full, other)], [11, both]), 11)).toBeUndefined();
  });
});

describe("who led before and lost the lease by its end", () => {
  const taken = [
    ...led,
    ...quiet(11, 26),
    [27, { kind: "lease-changed", lease: lease("cp-2", 27, { acquireTime: micro(27) }) }],
    [27.1, listed(pod("cp-1", runs(-60)), pod("cp-2", runs(-60)))],
  ] satisfies Parameters<typeof after>;
  const two = (...more: Parameters<typeof after>): string | undefined =>
    scheduler(after(...taken, ...more), 28).previousLeader?.holder.host;

  test("may act on while its process runs: so two do", () => {
    const state = after(...taken);
    expect(two()).toBe("cp-1");
    expect(stageOf(state, 28)).toBe("took-over");
    expect(assess(state, t(28)).findings).toMatchObject([
      { id: "split-brain-possible", severity: "warning", subject: "kube-scheduler" },
    ]);
  });

  test.each<[what: string, seen: Seen]>([
    ["its process ended", listed(pod("cp-1", ended(27)))],
    ["its process was restarted in the second of its last renewal", listed(pod("cp-1", runs(10, endAt(10))))],
    ["its process was restarted", listed(pod("cp-1", runs(27, endAt(27))))],
    [
      "it said that it stopped",
      events(event("a", "became", "cp-1_0000", 0), event("b", "stopped", "cp-1_0000", 27)),
    ],
    ["its node tells nothing", nodes({ ready: "Unknown" })],
    ["pods may not be read", { kind: "pods-failed", failure: { code: "forbidden", text: "no" } }],
    ["it leads again", { kind: "lease-changed", lease: lease("cp-1", 28, { acquireTime: micro(28) }) }],
  ])("does not, once %s", (_what, seen) => {
    expect(two([28, seen])).not.toBe("cp-1");
  });

  test("does not if it released the lease, nor if it was restarted on the same host", () => {
    const released = after(
      ...led,
      [11, { kind: "lease-changed", lease: lease("", 11) }],
      [12, { kind: "lease-changed", lease: lease("cp-2", 12) }],
    );
    expect(scheduler(released, 12).previousLeader).toBeUndefined();
    const again = lease("cp-1", 27, { holderIdentity: "cp-1_1111", acquireTime: micro(27) });
    const restarted = after(
      ...led,
      [26, listed(pod("cp-1", runs(11)))],
      [27, { kind: "lease-changed", lease: again }],
    );
    expect(scheduler(restarted, 27)).toMatchObject({ previousLeader: undefined, gone: false });
  });
});

describe("what leaders said of themselves", () => {
  test("before we looked is history, told once", () => {
    const history = events(event("a", "became", "cp-3_9", -100), event("b", "became", "cp-1_0000", -50));
    const state = after([0, history], ...renewals("cp-1", 0, 4), [4, history]);
    expect(reported(state)).toEqual([
      "20.0 up kube-scheduler: cp-3 became leader",
      "10.0 up kube-scheduler: cp-1 became leader",
    ]);
  });

  test("is not told twice where the lease tells it; that the old one stopped is reported", () => {
    const state = after(
      ...led,
      ...quiet(11, 26),
      [27, { kind: "lease-changed", lease: lease("cp-2", 27) }],
      [27.2, events(event("a", "became", "cp-2_0000", 27))],
      [35, events(event("a", "became", "cp-2_0000", 27), event("b", "stopped", "cp-1_0000", 34))],
    );
    expect(reported(state).filter((line) => /leader|leading|→/.test(line))).toEqual([
      "27.0 up kube-scheduler: cp-1 → cp-2, gap 17.0 s",
      "35.0 note kube-scheduler: cp-1 stopped leading",
    ]);
  });

  test("of a release is reported by the lease", () => {
    const state = after(
      ...led,
      [11, { kind: "lease-changed", lease: lease("", 11) }],
      [12, { kind: "lease-changed", lease: lease("cp-2", 12) }],
      [12, events(event("b", "stopped", "cp-1_0000", 11))],
    );
    expect(reported(state).filter((line) => line.includes("stopped leading"))).toEqual([]);
  });
});

test("processes of every component are reported, members and API servers by their hosts; old reports by their own time", () => {
  const state = after(
    [0, listed(pod("cp-3", runs(-60), "etcd"), pod("cp-1", runs(-60), "kube-apiserver"))],
    [20, listed(pod("cp-3", ended(9), "etcd"), pod("cp-1", ended(19), "kube-apiserver"))],
    [30, listed(pod("cp-3", runs(29, endAt(9)), "etcd"), pod("cp-1", ended(19), "kube-apiserver"))],
  );
  expect(reported(state)).toEqual([
    "09.0 bad etcd cp-3: stopped, exit 137 (SIGKILL)",
    "20.0 bad API server cp-1: stopped, exit 137 (SIGKILL)",
    "30.0 ok etcd cp-3: started again",
  ]);
});
