import { isSameHost } from "../facts/holder.ts";
import type { ProcessEnd, ProcessReport, NodeReport } from "../facts/evidence.ts";
import type { ObservedLease } from "../leases/lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import type { ControlPlaneSummary } from "../assessment.ts";
import type { HolderEvidence, HolderProcess, PreviousLeader } from "./holder.ts";
import type { Failure } from "../facts/failure.ts";
import type { Holder } from "../facts/holder.ts";
import type { ClusterState, EvidenceState, ObservedProcess, SourceState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { freshness } from "../freshness.ts";

/** What became of the process that a lease names, or named last. */
type JudgedProcess =
  | { readonly state: "runs"; readonly startedAt: string }
  | { readonly state: "ended"; readonly end: ProcessEnd }
  | {
      readonly state: "restarted";
      readonly startedAt: string | undefined;
      readonly end: ProcessEnd | undefined;
    };

/**
 * Sets the report of a component's container on the holder's host beside the lease. Both times are of the same host's
 * clock, and only one process of a component runs there at a time; an identity is new with each process. So the holder's
 * process had started when it acquired the lease, and what started or ended after that shows that it is gone. The
 * report's times are cut to whole seconds: what is not certain is undefined.
 */
export function judgeProcess(record: LeaseRecord, report: ProcessReport): JudgedProcess | undefined {
  const renewed = Date.parse(record.renewTime ?? "");
  // Under coordinated election there is no acquireTime.
  const acquired = Date.parse(record.acquireTime ?? record.renewTime ?? "");
  if (Number.isNaN(renewed) || Number.isNaN(acquired)) return undefined;
  const isNewer = (time: string | undefined): boolean => Date.parse(time ?? "") > acquired;
  // A holder that renews later than that is not the process of the report.
  const isPast = (time: string): boolean => renewed < Date.parse(time) + 1000;
  if (report.state === "runs") {
    const { startedAt, lastEnd } = report;
    if (!isNewer(startedAt)) return { state: "runs", startedAt };
    if (!isPast(startedAt)) return undefined;
    const end = lastEnd && !isNewer(lastEnd.startedAt) && isPast(lastEnd.finishedAt) ? lastEnd : undefined;
    return { state: "restarted", startedAt, end };
  }
  if (report.state === "unknown") return undefined;
  const { end } = report;
  const released = record.holderIdentity === "";
  const endedAfter = released ? isPast(end.finishedAt) : isNewer(end.finishedAt);
  if (!endedAfter || !isPast(end.finishedAt)) return undefined;
  return isNewer(end.startedAt)
    ? { state: "restarted", startedAt: end.startedAt, end: undefined }
    : { state: "ended", end };
}

/** Each source lists all again after 10 s without a word, and waits 1.5 s for it. */
const TRUSTED_FOR: Seconds = 13;

/** The leases whose holders run as pods of that name. */
const COMPONENTS = ["kube-scheduler", "kube-controller-manager", "cloud-controller-manager"];

/** How long a renewal may come after the report of its process's end: two watches are not in step. */
const OUT_OF_STEP: Seconds = 1;

/** Pods, nodes and election events, and how fresh they are. */
export function summarizeControlPlane(
  { evidence, startedAt }: ClusterState,
  now: Instant,
): ControlPlaneSummary {
  const fresh = (source: SourceState) => freshness(sourceReport(source, startedAt), now);
  return {
    pods: {
      freshness: fresh(evidence.podSource),
      items: Array.from(evidence.processes.values(), (one) => one.pod).sort(
        (a, b) => order(a.component, b.component) || order(a.node, b.node),
      ),
    },
    nodes: {
      freshness: fresh(evidence.nodeSource),
      items: evidence.nodes.toSorted((a, b) => order(a.name, b.name)),
    },
    electionEvents: {
      freshness: fresh(evidence.eventSource),
      items: evidence.electionEvents.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time)),
    },
  };
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function sourceReport(source: SourceState, askedAt: Instant): Parameters<typeof freshness>[0] {
  return {
    askedAt,
    provedAt: source.state === "asking" ? undefined : source.provedAt,
    failing: source.state === "failed" ? source : undefined,
    trustedFor: TRUSTED_FOR,
  };
}

/** The pod and the node of a lease's (last) holder. */
export function holderEvidence(
  { evidence, startedAt }: ClusterState,
  lease: ObservedLease,
  now: Instant,
): HolderEvidence | undefined {
  const holder = lease.lastHeld?.holder;
  if (holder === undefined || !COMPONENTS.includes(lease.record.name)) return undefined;
  const found = processOn(evidence, lease.record.name, holder.host);
  const fresh = freshness(sourceReport(evidence.podSource, startedAt), now);
  const nodes = freshness(sourceReport(evidence.nodeSource, startedAt), now);
  const node = nodes.state === "live" ? nodeOf(evidence, holder.host) : undefined;
  return {
    host: holder.host,
    pod: found?.pod.name,
    process: processOf(lease, found, fresh),
    nodeNotReady: node?.ready === "True" ? undefined : node,
  };
}

/** A host's node: by its name, else by its host name, else by either as it may be spelt, if only one is meant. */
function nodeOf({ nodes }: EvidenceState, host: string): NodeReport | undefined {
  const only = (found: readonly NodeReport[]): NodeReport | undefined =>
    found.length === 1 ? found[0] : undefined;
  const isNamed = ({ name, hostname = name }: NodeReport): boolean =>
    isSameHost(name, host) || isSameHost(hostname, host);
  return (
    nodes.find(({ name }) => name === host) ??
    only(nodes.filter(({ hostname }) => hostname === host)) ??
    only(nodes.filter(isNamed))
  );
}

/** The one process of a component on a host; none where several could be meant. */
function processOn(evidence: EvidenceState, component: string, host: string): ObservedProcess | undefined {
  const name = nodeOf(evidence, host)?.name ?? host;
  const all = Array.from(evidence.processes.values()).filter(({ pod }) => pod.component === component);
  const exact = all.filter(({ pod }) => pod.node === name);
  const found = exact.length > 0 ? exact : all.filter(({ pod }) => isSameHost(pod.node, name));
  return found.length === 1 ? found[0] : undefined;
}

function processOf(
  lease: ObservedLease,
  found: ObservedProcess | undefined,
  fresh: ReturnType<typeof freshness>,
): HolderProcess {
  if (fresh.state === "asking") return unknown("no answer yet");
  if (found === undefined || fresh.age === undefined)
    return fresh.state === "stale"
      ? { state: "unknown", failure: fresh.failure }
      : unknown(`no ${lease.record.name} pod found on its host`);
  const judged = judgeProcess(lease.record, found.pod.process);
  if (judged === undefined) return unknown("pod status inconclusive");
  if (judged.state === "runs")
    return { ...judged, state: fresh.state === "live" ? "runs" : "ran", age: fresh.age };
  const renewedSince =
    lease.basis === "observed" && secondsBetween(found.changedAt, lease.changedAt) > OUT_OF_STEP;
  return renewedSince ? unknown("lease renewed since the pod report") : { ...judged, age: fresh.age };
}

function unknown(text: string): HolderProcess {
  const failure: Failure = { code: "other", text };
  return { state: "unknown", failure };
}

/**
 * The holder that lost the lease by its expiry (not by releasing it) and still runs as the same process, as last
 * reported: frozen or partitioned. It may act as leader until it notices; then it reports an event, or its container
 * restarts.
 */
export function previousLeader(
  state: ClusterState,
  lease: ObservedLease,
  now: Instant,
): PreviousLeader | undefined {
  const { takeover, record } = lease;
  const { evidence, startedAt } = state;
  if (takeover === undefined || takeover.released || record.holderIdentity === takeover.from.identity)
    return undefined;
  const { from, before } = takeover;
  const fresh = freshness(sourceReport(evidence.podSource, startedAt), now);
  const found = COMPONENTS.includes(record.name) && processOn(evidence, record.name, from.host);
  const process = found ? judgeProcess(before, found.pod.process) : undefined;
  if (process?.state !== "runs" || fresh.state !== "live") return undefined;
  const node = nodeOf(evidence, from.host);
  if ((node && node.ready !== "True") || hasStopped(evidence, record.name, from)) return undefined;
  return { holder: from, startedAt: process.startedAt, age: fresh.age };
}

/** Whether its newest event is that it stopped leading. */
function hasStopped({ electionEvents }: EvidenceState, lease: string, { identity }: Holder): boolean {
  const own = electionEvents.filter((event) => event.lease === lease && event.identity === identity);
  return own.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))[0]?.what === "stopped";
}
