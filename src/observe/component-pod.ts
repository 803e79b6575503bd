import type { ComponentPod, ProcessEnd, ProcessReport } from "../model/evidence.ts";
import { field } from "../model/fields.ts";
import { number, text, time } from "./received.ts";

/** So many containers are looked through for the component's own. */
const MOST = 20;

/**
 * Reads a component's pod as an API server gave it, of which nothing is certain. Undefined: it does not say which
 * component it is, or where it runs.
 */
export function readComponentPod(object: unknown): ComponentPod | undefined {
  const metadata = field(object, "metadata");
  const name = text(field(metadata, "name"));
  const component = text(field(field(metadata, "labels"), "component"));
  const node = text(field(field(object, "spec"), "nodeName"));
  if (name === "" || component === "" || node === "") return undefined;
  const containers = field(field(object, "status"), "containerStatuses");
  const some: readonly unknown[] = Array.isArray(containers) ? containers.slice(0, MOST) : [];
  const own = some.find((one) => field(one, "name") === component);
  return { name, component, node, process: readProcess(own) };
}

function readProcess(container: unknown): ProcessReport {
  const state = field(container, "state");
  const restarts = number(field(container, "restartCount"));
  const lastEnd = readEnd(field(field(container, "lastState"), "terminated"));
  const startedAt = time(field(field(state, "running"), "startedAt"));
  if (startedAt !== undefined) return { state: "runs", startedAt, restarts, lastEnd };
  const waiting = text(field(field(state, "waiting"), "reason")) || undefined;
  // A container that waits to be started again has its end in lastState.
  const end =
    readEnd(field(state, "terminated")) ?? (field(state, "waiting") === undefined ? undefined : lastEnd);
  return end === undefined
    ? { state: "unknown", restarts, waiting }
    : { state: "ended", end, restarts, waiting };
}

function readEnd(terminated: unknown): ProcessEnd | undefined {
  const finishedAt = time(field(terminated, "finishedAt"));
  if (finishedAt === undefined) return undefined;
  return {
    exitCode: number(field(terminated, "exitCode")),
    signal: number(field(terminated, "signal")),
    reason: text(field(terminated, "reason")),
    startedAt: time(field(terminated, "startedAt")),
    finishedAt,
  };
}
