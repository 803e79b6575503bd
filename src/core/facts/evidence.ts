import type { Failure } from "./failure.ts";

/**
 * Evidence on a leader beyond its lease, each from a source of its own. A list is whole: what is not in it does not
 * exist.
 */
export type EvidenceObservation =
  | { readonly kind: "pods-listed"; readonly pods: readonly ComponentPod[] }
  | { readonly kind: "pods-failed"; readonly failure: Failure }
  | { readonly kind: "nodes-listed"; readonly nodes: readonly NodeReport[] }
  | { readonly kind: "nodes-failed"; readonly failure: Failure }
  | { readonly kind: "election-events-listed"; readonly events: readonly ElectionEvent[] }
  | { readonly kind: "election-events-failed"; readonly failure: Failure };

/** A control plane component's mirror pod: what the kubelet of its node last said of the process in it. */
export interface ComponentPod {
  readonly name: string;
  /** label `component`: `kube-scheduler`, `etcd` */
  readonly component: string;
  /** `spec.nodeName` */
  readonly node: string;
  readonly process: ProcessReport;
}

/**
 * A container's status. runs: since `startedAt`; ended: and is not running again (yet), `waiting` says for what;
 * unknown: the status says neither. Times are those of the node's own clock, in whole seconds, as text.
 */
export type ProcessReport =
  | {
      readonly state: "runs";
      readonly startedAt: string;
      readonly restarts: number | undefined;
      readonly lastEnd: ProcessEnd | undefined;
    }
  | {
      readonly state: "ended";
      readonly end: ProcessEnd;
      readonly restarts: number | undefined;
      readonly waiting: string | undefined;
    }
  | {
      readonly state: "unknown";
      readonly restarts: number | undefined;
      readonly waiting: string | undefined;
    };

/** How a process ended; 137 is 128 + SIGKILL, and so on. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly reason: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string;
}

/** A node's condition `Ready`; "Unknown": its kubelet stopped reporting. */
export interface NodeReport {
  readonly name: string;
  /** label `kubernetes.io/hostname`, which may differ from the name */
  readonly hostname: string | undefined;
  readonly ready: "True" | "False" | "Unknown";
  /** `lastTransitionTime` */
  readonly since: string | undefined;
  readonly reason: string;
}

/** An Event of reason LeaderElection: what a leader said of itself, `IDENTITY became leader` or `stopped leading`. */
export interface ElectionEvent {
  /** one for each report */
  readonly id: string;
  /** `metadata.namespace` and name of the lease */
  readonly namespace: string;
  readonly lease: string;
  readonly identity: string;
  readonly what: "became" | "stopped";
  /** of the last report, to the second */
  readonly time: string;
}
