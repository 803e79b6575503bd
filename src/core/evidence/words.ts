import type { HolderEvidence, HolderProcess } from "./holder.ts";
import type { ProcessEnd } from "../facts/evidence.ts";

/** What a process that was ended by a signal gives as its exit code: 128 and the signal's number. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
};

/** How a process ended, in a few words: `exit 137 (SIGKILL)`. */
export function exitWords({ exitCode, signal, reason }: ProcessEnd): string {
  const by = SIGNALS[signal ?? (exitCode ?? 0) - 128];
  const why = reason === "" || reason === "Error" || reason === "Completed" ? by : reason;
  const how = exitCode === undefined ? "exit code unknown" : `exit ${exitCode}`;
  return why === undefined ? how : `${how} (${why})`;
}

/** What is known of a lease's holder beyond the lease: in full, and short for narrow places; empty: nothing. */
export function evidenceWords(evidence: HolderEvidence | undefined): readonly string[] {
  if (evidence === undefined) return [];
  const { process, host, nodeNotReady } = evidence;
  const isGone = process.state === "ended" || process.state === "restarted";
  if (nodeNotReady === undefined || isGone) return processWords(process, host);
  const not = `node ${nodeNotReady.name} not ready`;
  const since = nodeNotReady.since === undefined ? not : `${not} since ${timeOf(nodeNotReady.since)}`;
  // The kubelet of such a node reports nothing new: the pod's state is the last known one.
  return process.state === "unknown"
    ? [since, not]
    : [`${since}; pod was running`, `${not}; pod was running`];
}

function processWords(process: HolderProcess, host: string): readonly string[] {
  switch (process.state) {
    case "runs":
      return [
        `pod on ${host} still running, seen ${process.age.toFixed(1)} s ago`,
        `pod on ${host} still running`,
      ];
    case "ran":
      return [`pod on ${host} was running ${process.age.toFixed(1)} s ago`, `pod on ${host} was running`];
    case "ended": {
      const exit = exitWords(process.end);
      return [`pod on ${host} stopped, ${exit}`, `pod stopped, ${exit.replace(/ \(.*/, "")}`];
    }
    case "restarted": {
      const after = process.end === undefined ? "" : ` after ${exitWords(process.end)}`;
      return [`pod on ${host} restarted${after}`, "pod restarted"];
    }
    case "unknown":
      return [];
  }
}

/** The time of day of a time as Kubernetes writes it. */
function timeOf(time: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? time;
}
