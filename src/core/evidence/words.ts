import type { HolderEvidence, HolderProcess } from "../assessment.ts";
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

/** What is known of a lease's holder beyond the lease, the longest words first; empty: nothing. */
export function evidenceWords(evidence: HolderEvidence | undefined): readonly string[] {
  if (evidence === undefined) return [];
  const { process, host, nodeNotReady } = evidence;
  const isGone = process.state === "ended" || process.state === "restarted";
  if (nodeNotReady === undefined || isGone) return processWords(process, host);
  const not = `node ${nodeNotReady.name} is not ready`;
  const since = nodeNotReady.since === undefined ? not : `${not} since ${timeOf(nodeNotReady.since)}`;
  return process.state === "unknown"
    ? [since, not]
    : [`${since}; its last word: the pod runs`, `${not}; last word: runs`, not];
}

function processWords(process: HolderProcess, host: string): readonly string[] {
  switch (process.state) {
    case "runs":
      return [
        `its pod on ${host} still runs, seen ${process.age.toFixed(1)} s ago`,
        `its pod on ${host} still runs`,
        "its pod still runs",
      ];
    case "ran":
      return [`its pod on ${host} ran ${process.age.toFixed(1)} s ago`, "its pod ran when last seen"];
    case "ended": {
      const exit = exitWords(process.end);
      const code = exit.replace(/ \(.*/, "");
      return [
        `its pod on ${host} stopped, ${exit}`,
        `${host} stopped, ${exit}`,
        `${host} stopped, ${code}`,
        `its pod stopped, ${code}`,
        "its pod stopped",
      ];
    }
    case "restarted": {
      const after = process.end === undefined ? "" : ` after ${exitWords(process.end)}`;
      return [
        `its pod on ${host} restarted${after}`,
        `its pod on ${host} restarted`,
        `${host} restarted`,
        "its pod restarted",
      ];
    }
    case "unknown":
      return [];
  }
}

/** The time of day of a time as Kubernetes writes it. */
function timeOf(time: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? time;
}
