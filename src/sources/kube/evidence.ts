import type {
  ComponentPod,
  ProcessEnd,
  ProcessReport,
  NodeReport,
  ElectionEvent,
} from "../../core/facts/evidence.ts";
import type { Observation } from "../../core/facts/observation.ts";
import { field } from "../../text/fields.ts";
import { number, text, time } from "./received.ts";
import type { KubeSource, ListWatch } from "./list-watch.ts";
import { listWatch } from "./list-watch.ts";
import type { Emit } from "../async/channel.ts";

/** So many containers are looked through for the component's own. */
const MOST_CONTAINERS = 20;

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
  const some: readonly unknown[] = Array.isArray(containers) ? containers.slice(0, MOST_CONTAINERS) : [];
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

/** So many conditions are looked through. */
const MOST_CONDITIONS = 50;

/** Reads what a Node says of its readiness; undefined: it has no name, or says nothing of it. */
export function readNode(object: unknown): NodeReport | undefined {
  const metadata = field(object, "metadata");
  const name = text(field(metadata, "name"));
  const conditions = field(field(object, "status"), "conditions");
  const some: readonly unknown[] = Array.isArray(conditions) ? conditions.slice(0, MOST_CONDITIONS) : [];
  const ready = some.find((one) => field(one, "type") === "Ready");
  const status = field(ready, "status");
  if (name === "" || (status !== "True" && status !== "False" && status !== "Unknown")) return undefined;
  return {
    name,
    hostname: text(field(field(metadata, "labels"), "kubernetes.io/hostname")) || undefined,
    ready: status,
    since: time(field(ready, "lastTransitionTime")),
    reason: text(field(ready, "reason")),
  };
}

/** What client-go's leader election says of itself (tools/leaderelection/resourcelock, `RecordEvent`). */
const MESSAGE = /^(?<identity>\S+) (?<what>became|stopped) lead(?:er|ing)$/;

/** Reads an Event of a leader election; undefined: it says nothing of a lease, or not when, or something else. */
export function readElectionEvent(object: unknown): ElectionEvent | undefined {
  const involved = field(object, "involvedObject");
  const lease = text(field(involved, "name"));
  const said = MESSAGE.exec(text(field(object, "message")))?.groups;
  const when =
    time(field(field(object, "series"), "lastObservedTime")) ??
    time(field(object, "lastTimestamp")) ??
    time(field(object, "eventTime")) ??
    time(field(object, "firstTimestamp"));
  if (lease === "" || said === undefined || when === undefined) return undefined;
  const { identity = "", what } = said;
  const count = number(field(object, "count")) ?? 1;
  return {
    id: `${text(field(field(object, "metadata"), "uid"))} ${count} ${when}`,
    namespace: text(field(involved, "namespace")),
    lease,
    identity,
    what: what === "became" ? "became" : "stopped",
    time: when,
  };
}

/** How pods, nodes and events are followed, which explain the leases: less closely than those. */
export const EVIDENCE = {
  answer: "list",
  // More objects than that are no control plane's.
  limit: 500,
  proofInterval: 10,
  lag: 0,
  // One look is over by then, and needs no watch.
  watchAfter: 0.5,
  afterBadWatch: "resume",
  // A list that is forbidden now is still forbidden in a second.
  forbiddenInterval: 30,
} as const satisfies Partial<ListWatch>;

/** Whether the control plane's nodes are ready; workers may be thousands, and lead nothing. */
export async function observeNodes(
  source: KubeSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = source;
  const of: ListWatch = {
    ...EVIDENCE,
    ...source,
    path: "/api/v1/nodes",
    selector: { labelSelector: "node-role.kubernetes.io/control-plane" },
    listed: (objects) => {
      const nodes = objects.map(readNode).filter((node) => node !== undefined);
      emit({ at: clock(), kind: "nodes-listed", nodes });
    },
    failed: (failure) => {
      emit({ at: clock(), kind: "nodes-failed", failure });
    },
  };
  await listWatch(of, signal);
}

/** What leaders said of themselves in the namespace of their leases: an API server keeps it for an hour. */
export async function observeElectionEvents(
  source: KubeSource & { readonly namespace: string },
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = source;
  const of: ListWatch = {
    ...EVIDENCE,
    ...source,
    path: `/api/v1/namespaces/${encodeURIComponent(source.namespace)}/events`,
    selector: { fieldSelector: "reason=LeaderElection" },
    listed: (objects) => {
      const events = objects.map(readElectionEvent).filter((event) => event !== undefined);
      emit({ at: clock(), kind: "election-events-listed", events });
    },
    failed: (failure) => {
      emit({ at: clock(), kind: "election-events-failed", failure });
    },
  };
  await listWatch(of, signal);
}
