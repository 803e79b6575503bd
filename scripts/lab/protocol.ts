import type { Cut } from "./links.ts";
import type { ComponentId } from "./target.ts";
import type { LabSpec } from "./topology.ts";

/** What can be done to a process: SIGKILL, SIGTERM, SIGSTOP, SIGCONT, and starting it again on the same data. */
export const FAULT_ACTIONS = ["kill", "term", "freeze", "thaw", "start"] as const;
/** One of FAULT_ACTIONS. */
export type FaultAction = (typeof FAULT_ACTIONS)[number];

/**
 * What was done to one process. `at` is UTC with milliseconds, read right before the signal was sent or the
 * process started; `pid` is the process ID outside of the lab's namespaces.
 */
export type FaultRecord = { at: string; action: FaultAction; target: ComponentId; pid: number };

/**
 * What was done to the links of a host, which no process is party to. `at` is as in FaultRecord, right before
 * the first link was cut or healed; `from` and `way` say what the cut was or is.
 */
export type LinkRecord = { at: string; action: "partition" | "heal"; target: string } & Pick<
  Cut,
  "from" | "direction"
>;

/** What a lab's daemon is asked. One JSON line to its socket; one LabResponse line comes back. */
export type LabRequest =
  | { command: "info" }
  | { command: "ps" }
  | { command: "down" }
  | { command: "resolve"; target: string }
  | { command: "fault"; action: FaultAction; target: string; restart: boolean }
  | ({ command: "partition"; target: string } & Pick<Cut, "from" | "direction">)
  | { command: "heal"; target: string | undefined }
  | { command: "cuts" };

/** An answer, or one line that says why there is none. */
export type LabResponse = { ok: true; value: unknown } | { ok: false; error: string };

/** The answer to `info`. `pid` is the daemon's outer process ID; `holders` gives for each node (and host of a veth lab) the process whose namespaces it has. */
export type LabInfo = { spec: LabSpec; ready: boolean; pid: number; holders: Record<string, number> };

/** A process as `ps` shows it. `since` is the time of the last change of its state. */
export type ProcessRow = {
  target: ComponentId;
  pid: number | undefined;
  state: "running" | "frozen" | "stopped" | "waiting";
  since: string;
  restarts: number;
  residentBytes: number | undefined;
  /** How it ended, if it is not running. */
  detail: string;
};

/** What the daemon tells its owner while it starts the lab. */
export type DaemonMessage =
  | { type: "progress"; text: string }
  | { type: "ready" }
  | { type: "failed"; error: string };

/** What an owner tells the daemon: from `release` on the lab outlives its owner. */
export type OwnerMessage = { type: "release" };
