import { readComponentPod, readElectionEvent, readNode } from "../../src/sources/kube/evidence.ts";

const T = "2026-11-24T15:10:39Z";
const U = "2026-11-24T14:49:34Z";

/** A scheduler's pod as an API server gave it; `status` is that of its container. */
function pod(status: object): object {
  return {
    metadata: { name: "kube-scheduler-cp-2", labels: { component: "kube-scheduler" } },
    spec: { nodeName: "cp-2" },
    status: { containerStatuses: [{ name: "sidecar" }, { name: "kube-scheduler", ...status }] },
  };
}
const terminated = { exitCode: 137, reason: "Error", startedAt: U, finishedAt: T, containerID: "lab://1" };
const end = { exitCode: 137, signal: undefined, reason: "Error", startedAt: U, finishedAt: T };

test.each<[what: string, status: object, process: object]>([
  [
    "running",
    { state: { running: { startedAt: U } }, lastState: {}, restartCount: 0 },
    { state: "runs", startedAt: U, restarts: 0, lastEnd: undefined },
  ],
  [
    "running after an end",
    { state: { running: { startedAt: T } }, lastState: { terminated }, restartCount: 1 },
    { state: "runs", startedAt: T, restarts: 1, lastEnd: end },
  ],
  ["terminated", { state: { terminated } }, { state: "ended", end, restarts: undefined, waiting: undefined }],
  [
    "waiting after an end",
    { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated } },
    { state: "ended", end, restarts: undefined, waiting: "CrashLoopBackOff" },
  ],
  [
    "waiting for its image",
    { state: { waiting: { reason: "ContainerCreating" } } },
    { state: "unknown", restarts: undefined, waiting: "ContainerCreating" },
  ],
  ["nothing", {}, { state: "unknown", restarts: undefined, waiting: undefined }],
  [
    "garbage",
    {
      state: { running: { startedAt: "now" }, terminated: { finishedAt: 5, exitCode: "0" } },
      restartCount: NaN,
    },
    { state: "unknown", restarts: undefined, waiting: undefined },
  ],
  [
    "text that a terminal would obey",
    { state: { waiting: { reason: "\u001b[2Jgone\u202e" } }, lastState: [terminated] },
    { state: "unknown", restarts: undefined, waiting: "gone" },
  ],
])("a pod whose container says: %s", (_what, status, process) => {
  expect(readComponentPod(pod(status))).toEqual({
    ...{ name: "kube-scheduler-cp-2", component: "kube-scheduler", node: "cp-2", process },
  });
});

test.each([undefined, null, 7, "pod", [], {}, { metadata: {} }, { metadata: { name: 1 }, spec: [] }])(
  "neither pod, node nor event: %j",
  (object) => {
    expect(readComponentPod(object)).toBeUndefined();
    expect(readNode(object)).toBeUndefined();
    expect(readElectionEvent(object)).toBeUndefined();
  },
);

/** A node with these conditions. */
const node = (...conditions: unknown[]): object => ({
  metadata: { name: "cp-1", labels: { "kubernetes.io/hostname": "host-1" } },
  status: { conditions },
});

test.each<[what: string, object, said: object | undefined]>([
  [
    "ready",
    node(
      { type: "MemoryPressure", status: "False" },
      { type: "Ready", status: "True", lastTransitionTime: T },
    ),
    { name: "cp-1", hostname: "host-1", ready: "True", since: T, reason: "" },
  ],
  [
    "not heard of",
    node({ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", lastTransitionTime: "?" }),
    { name: "cp-1", hostname: "host-1", ready: "Unknown", since: undefined, reason: "NodeStatusUnknown" },
  ],
  ["in a state that there is not", node({ type: "Ready", status: "Perhaps" }), undefined],
  ["without a word of it", node(null, "Ready"), undefined],
])("a node that is %s", (_what, object, said) => {
  expect(readNode(object)).toEqual(said);
});

/** An event as client-go records it. */
const event = (more: object): object => ({
  ...{ metadata: { uid: "u1" }, eventTime: null, firstTimestamp: U, lastTimestamp: T, count: 1 },
  ...{ involvedObject: { kind: "Lease", namespace: "kube-system", name: "kube-scheduler" } },
  ...{ message: "cp-1_a became leader" },
  ...more,
});
const said = {
  ...{ id: `u1 1 ${T}`, namespace: "kube-system", lease: "kube-scheduler" },
  ...{ identity: "cp-1_a", what: "became", time: T },
};

test.each<[what: string, more: object, read: object | undefined]>([
  ["as it is", {}, said],
  ["of a leader that stopped", { message: "cp-1_a stopped leading" }, { ...said, what: "stopped" }],
  ["told twice", { count: 2 }, { ...said, id: `u1 2 ${T}` }],
  ["with eventTime only", { lastTimestamp: null, eventTime: U }, { ...said, id: `u1 1 ${U}`, time: U }],
  ["as a series", { series: { lastObservedTime: U } }, { ...said, id: `u1 1 ${U}`, time: U }],
  ["without a time", { lastTimestamp: null, firstTimestamp: null }, undefined],
  ["with another message", { message: "cp-1_a is a teapot" }, undefined],
  ["with no message", { message: undefined }, undefined],
  ["of nothing", { involvedObject: {} }, undefined],
])("an election's event %s", (_what, more, read) => {
  expect(readElectionEvent(event(more))).toEqual(read);
});
