import type { ComponentPod, ElectionEvent, NodeReport, ProcessEnd } from "../facts/evidence.ts";
import type { ClusterFacts, ObservedProcess, TimelineEvent } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { dated, secondsBetween } from "../facts/time.ts";
import { exitWords } from "./words.ts";
import { parseHolder } from "../facts/holder.ts";

type Processes = ReadonlyMap<string, ObservedProcess>;

/** A report that is older than this when it arrives is dated by the time that it carries. */
const FRESH: Seconds = 3;
/** So many elections from before the start are reported. */
const HISTORY = 50;

/** Which processes of the control plane ended or were started since the last report. */
export function processesEvents(before: Processes, after: Processes, at: Instant): readonly TimelineEvent[] {
  return [...after].flatMap(([name, { pod }]) => {
    const was = before.get(name)?.pod;
    return was === undefined || was === pod ? [] : processEvents(was, pod, at);
  });
}

function processEvents(
  { process: was }: ComponentPod,
  pod: ComponentPod,
  at: Instant,
): readonly TimelineEvent[] {
  const { process: is } = pod;
  const { subject, who } = nameOf(pod);
  const event = (tone: TimelineEvent["tone"], time: string, text: string): readonly TimelineEvent[] => [
    { at: moment(time, at), tone, subject, text: who + text },
  ];
  if (is.state === "ended" && !(was.state === "ended" && isSameEnd(was.end, is.end)))
    return event("bad", is.end.finishedAt, `stopped, ${exitWords(is.end)}`);
  if (is.state !== "runs") return [];
  if (was.state === "runs" && was.startedAt !== is.startedAt)
    return event(
      "warn",
      is.startedAt,
      is.lastEnd === undefined ? "restarted" : `restarted, ${exitWords(is.lastEnd)}`,
    );
  return was.state === "ended" ? event("ok", is.startedAt, "started again") : [];
}

function isSameEnd(a: ProcessEnd, b: ProcessEnd): boolean {
  return a.finishedAt === b.finishedAt && a.exitCode === b.exitCode;
}

/** As other lines of the timeline call it: a member and an API server by their host, a leader by its lease. */
function nameOf({ component, node }: ComponentPod): { readonly subject: string; readonly who: string } {
  if (component === "etcd") return { subject: `etcd ${node}`, who: "" };
  if (component === "kube-apiserver") return { subject: `API server ${node}`, who: "" };
  return { subject: component, who: `${node} ` };
}

/** Whole seconds would put what was just seen before what led to it. */
function moment(time: string, at: Instant): Instant {
  const then = dated(time, at);
  return then === undefined || secondsBetween(then, at) < FRESH ? at : then;
}

/** Which nodes became ready or unready since the last report. */
export function nodeEvents(
  before: readonly NodeReport[],
  after: readonly NodeReport[],
  at: Instant,
): readonly TimelineEvent[] {
  return after.flatMap((node): readonly TimelineEvent[] => {
    const was = before.find((one) => one.name === node.name);
    const isReady = node.ready === "True";
    if (was === undefined || (was.ready === "True") === isReady) return [];
    const text = isReady ? "is ready again" : `is not ready: ${node.reason}`;
    return [
      {
        at: moment(node.since ?? "", at),
        tone: isReady ? "ok" : "bad",
        subject: `node ${node.name}`,
        text,
      },
    ];
  });
}

/**
 * The events of leaders that the leases did not show: who became leader before the start, and who stopped leading after
 * another took over. What the watch of the leases sees is reported by it, not twice.
 */
export function electionTimelineEvents(
  facts: ClusterFacts,
  events: readonly ElectionEvent[],
  at: Instant,
): readonly TimelineEvent[] {
  const reported = new Set(facts.evidence.electionEvents.map((event) => event.id));
  return events
    .filter((event) => !reported.has(event.id) && isVisibleChange(facts, event))
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))
    .slice(0, HISTORY)
    .map((event) => {
      const { host } = parseHolder(event.identity);
      const became = event.what === "became";
      return {
        at: moment(event.time, at),
        tone: became ? "up" : "note",
        subject: event.lease,
        text: became ? `${host} became leader` : `${host} stopped leading`,
      };
    });
}

function isVisibleChange(
  { startedAt, leases }: ClusterFacts,
  { what, time, identity, ...event }: ElectionEvent,
): boolean {
  const isHistory = Date.parse(time) < startedAt.wall;
  if (isHistory || what === "became") return isHistory;
  const takeover = leases.get(`${event.namespace}/${event.lease}`)?.takeover;
  return takeover?.from.identity === identity && !takeover.released;
}
