import type { Ended } from "./component.ts";

/** What a container's process does, as far as a kubelet would know. */
export type ContainerLife =
  | { state: "running"; startedAt: string; hostPid: number; previous: Ended | undefined }
  | { state: "ended"; ended: Ended; waitsForRestart: boolean };

/** A container of a mirror pod. */
export type Container = {
  name: string;
  image: string;
  address: string;
  podStartedAt: string;
  restarts: number;
  life: ContainerLife;
};

/** The status that a kubelet would report for a static pod of one container. */
export function podStatus(container: Container): Record<string, unknown> {
  const { address, life, podStartedAt } = container;
  const ready = life.state === "running";
  const since = seconds(ready ? life.startedAt : life.ended.finishedAt);
  const whole = { status: "True", lastTransitionTime: seconds(podStartedAt) };
  const readiness = ready
    ? { status: "True", lastTransitionTime: since }
    : {
        status: "False",
        lastTransitionTime: since,
        reason: "ContainersNotReady",
        message: `containers with unready status: [${container.name}]`,
      };
  return {
    phase: "Running",
    startTime: seconds(podStartedAt),
    hostIP: address,
    hostIPs: [{ ip: address }],
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: [
      { type: "PodReadyToStartContainers", ...whole },
      { type: "Initialized", ...whole },
      { type: "Ready", ...readiness },
      { type: "ContainersReady", ...readiness },
      { type: "PodScheduled", ...whole },
    ],
    containerStatuses: [
      {
        name: container.name,
        image: container.image,
        imageID: "",
        containerID: containerId(life.state === "running" ? life.hostPid : life.ended.hostPid),
        ready,
        started: ready,
        restartCount: container.restarts,
        ...containerStates(life),
      },
    ],
  };
}

/** Whether `actual`, as read from the API, says everything that `wanted` says; it may say more. */
export function says(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((item, index) => says(actual[index], item))
    );
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof actual !== "object" || actual === null) return false;
    const fields = new Map(Object.entries(actual));
    return Object.entries(wanted).every(([key, value]) => says(fields.get(key), value));
  }
  return actual === wanted || (wanted === null && actual === undefined);
}

/** States that do not hold are given as null, so that a merge patch takes them away. */
function containerStates(life: ContainerLife): Record<string, unknown> {
  const none = { running: null, waiting: null, terminated: null };
  if (life.state === "running") {
    const last = life.previous === undefined ? null : terminated(life.previous);
    return {
      state: { ...none, running: { startedAt: seconds(life.startedAt) } },
      lastState: { ...none, terminated: last },
    };
  }
  if (!life.waitsForRestart)
    return { state: { ...none, terminated: terminated(life.ended) }, lastState: none };
  const reason = "CrashLoopBackOff";
  return {
    state: { ...none, waiting: { reason, message: "back-off restarting failed container" } },
    lastState: { ...none, terminated: terminated(life.ended) },
  };
}

function terminated(ended: Ended): Record<string, unknown> {
  return {
    exitCode: ended.exitCode,
    reason: ended.exitCode === 0 ? "Completed" : "Error",
    startedAt: seconds(ended.startedAt),
    finishedAt: seconds(ended.finishedAt),
    containerID: containerId(ended.hostPid),
  };
}

function containerId(pid: number): string {
  return `lab://${pid}`;
}

/** Times in a pod's status have whole seconds. */
function seconds(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}
