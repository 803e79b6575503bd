import type { NodeReport, ProcessEnd } from "../facts/evidence.ts";
import type { Failure } from "../facts/failure.ts";
import type { Holder } from "../facts/holder.ts";
import type { Seconds } from "../facts/time.ts";

/** The pod and the node of a lease's (last) holder. */
export interface HolderEvidence {
  readonly host: string;
  readonly pod: string | undefined;
  readonly process: HolderProcess;
  /** its node, while that is not ready: then the pod status is the last known one */
  readonly nodeNotReady: NodeReport | undefined;
}

/**
 * The process that holds, or held last, a lease; `age`: of the report.
 * - runs: as last reported; ran: so it was, but the source is old by now
 * - ended, restarted: it is gone; of a restart `end` may not be known
 */
export type HolderProcess =
  | { readonly state: "runs" | "ran"; readonly startedAt: string; readonly age: Seconds }
  | { readonly state: "ended"; readonly end: ProcessEnd; readonly age: Seconds }
  | {
      readonly state: "restarted";
      readonly startedAt: string | undefined;
      readonly end: ProcessEnd | undefined;
      readonly age: Seconds;
    }
  | { readonly state: "unknown"; readonly failure: Failure };

/** A leader that lost its lease, but whose process was not restarted since, as last reported `age` ago. */
export interface PreviousLeader {
  readonly holder: Holder;
  readonly startedAt: string;
  readonly age: Seconds;
}
