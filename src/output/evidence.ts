import type { LeaseRow, ControlPlaneSummary } from "../core/assessment.ts";
import type { HolderEvidence, HolderProcess } from "../core/evidence/holder.ts";
import type { Column } from "./table.ts";
import { NONE, UNKNOWN } from "./table.ts";
import type { ComponentPod, ElectionEvent, NodeReport, ProcessEnd } from "../core/facts/evidence.ts";
import type { FreshnessDocument, HolderDocument, Reason } from "./document.ts";
import { freshnessDocument, holderDocument, reasonOf, toMillis } from "./document.ts";
import { evidenceWords } from "../core/evidence/words.ts";
import { parseHolder } from "../core/facts/holder.ts";

/** What the pod and the node of a lease's holder tell of it. */
export const EVIDENCE_COLUMN: Column<LeaseRow> = {
  head: "EVIDENCE",
  wide: true,
  cell: ({ evidence }) => evidenceWords(evidence)[0] ?? (evidence === undefined ? NONE : UNKNOWN),
};

/** The states of a container's process as the API's ContainerState names them. */
const POD_STATES = { runs: "running", ended: "terminated", unknown: "unknown" } as const;
const HOLDER_STATES = { ...POD_STATES, ran: "wasRunning", restarted: "restarted" } as const;

/** Evidence on a lease's (last) holder beyond the lease. */
export interface LeaderEvidenceDocument {
  /** its process is known to be gone, though the lease still runs */
  readonly gone: boolean;
  /** null: no component of the control plane that runs as a pod */
  readonly evidence: EvidenceDocument | null;
  /** who lost the lease by its end, but runs on as the same process */
  readonly previousLeader: {
    readonly holder: HolderDocument | null;
    readonly startedAt: string;
    readonly ageSeconds: number;
  } | null;
}

/** What the pod of the holder's host, and the node, last said of the process that holds the lease. */
interface EvidenceDocument {
  readonly pod: string | null;
  readonly state: (typeof HOLDER_STATES)[HolderProcess["state"]];
  readonly reason: Reason | null;
  readonly ageSeconds: number | null;
  readonly startedAt: string | null;
  readonly end: ProcessEndDocument | null;
  /** its node, while that is not ready */
  readonly nodeNotReady: NodeDocument | null;
}

/** How a process ended, as the kubelet has it. */
interface ProcessEndDocument {
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string;
  readonly startedAt: string | null;
  readonly finishedAt: string;
}

/** A node's condition `Ready`. */
interface NodeDocument {
  readonly name: string;
  readonly ready: NodeReport["ready"];
  readonly since: string | null;
  readonly reason: string;
}

/** Pods, nodes and events, each with its own freshness: one that may not be read costs itself only. */
export interface ControlPlaneDocument {
  readonly pods: Listed<PodDocument>;
  readonly nodes: Listed<NodeDocument>;
  readonly electionEvents: Listed<ElectionEventDocument>;
}

/** What one source gave. */
interface Listed<T> {
  readonly freshness: FreshnessDocument;
  readonly items: readonly T[];
}

/** A mirror pod, and the process in it as last reported. */
interface PodDocument {
  readonly name: string;
  readonly component: string;
  readonly node: string;
  readonly state: (typeof POD_STATES)[ComponentPod["process"]["state"]];
  readonly startedAt: string | null;
  readonly restartCount: number | null;
  readonly waiting: string | null;
  /** how it ended, or how the one before it did */
  readonly end: ProcessEndDocument | null;
}

/** What a leader said of itself. */
interface ElectionEventDocument {
  readonly lease: string;
  readonly holder: HolderDocument | null;
  readonly event: "became leader" | "stopped leading";
  readonly time: string;
}

/** A lease's evidence as a document has it. */
export function leaderEvidenceDocument(row: LeaseRow | undefined): LeaderEvidenceDocument {
  const previousLeader = row?.previousLeader;
  return {
    gone: row?.gone ?? false,
    evidence: row?.evidence === undefined ? null : evidenceDocument(row.evidence),
    previousLeader:
      previousLeader === undefined
        ? null
        : {
            holder: holderDocument(previousLeader.holder),
            startedAt: previousLeader.startedAt,
            ageSeconds: toMillis(previousLeader.age),
          },
  };
}

function evidenceDocument({ pod, process, nodeNotReady }: HolderEvidence): EvidenceDocument {
  return {
    pod: pod ?? null,
    state: HOLDER_STATES[process.state],
    reason: process.state === "unknown" ? reasonOf(process.failure) : null,
    ageSeconds: process.state === "unknown" ? null : toMillis(process.age),
    startedAt: "startedAt" in process ? (process.startedAt ?? null) : null,
    end: "end" in process ? endDocument(process.end) : null,
    nodeNotReady: nodeNotReady === undefined ? null : nodeDocument(nodeNotReady),
  };
}

/** Pods, nodes and events as a document has them. */
export function controlPlaneDocument({
  pods,
  nodes,
  electionEvents,
}: ControlPlaneSummary): ControlPlaneDocument {
  return {
    pods: { freshness: freshnessDocument(pods.freshness), items: pods.items.map(podDocument) },
    nodes: { freshness: freshnessDocument(nodes.freshness), items: nodes.items.map(nodeDocument) },
    electionEvents: {
      freshness: freshnessDocument(electionEvents.freshness),
      items: electionEvents.items.map(eventDocument),
    },
  };
}

function podDocument({ name, component, node, process }: ComponentPod): PodDocument {
  const end =
    process.state === "runs" ? process.lastEnd : process.state === "ended" ? process.end : undefined;
  return {
    name,
    component,
    node,
    state: POD_STATES[process.state],
    startedAt: process.state === "runs" ? process.startedAt : null,
    restartCount: process.restarts ?? null,
    waiting: process.state === "runs" ? null : (process.waiting ?? null),
    end: endDocument(end),
  };
}

function endDocument(end: ProcessEnd | undefined): ProcessEndDocument | null {
  if (end === undefined) return null;
  const { exitCode, signal, reason, startedAt, finishedAt } = end;
  return {
    exitCode: exitCode ?? null,
    signal: signal ?? null,
    reason,
    startedAt: startedAt ?? null,
    finishedAt,
  };
}

function nodeDocument({ name, ready, since, reason }: NodeReport): NodeDocument {
  return { name, ready, since: since ?? null, reason };
}

function eventDocument({ lease, identity, what, time }: ElectionEvent): ElectionEventDocument {
  const event = what === "became" ? "became leader" : "stopped leading";
  return { lease, holder: holderDocument(parseHolder(identity)), event, time };
}
