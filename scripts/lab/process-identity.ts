import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one of the same ID: `startTime` is in ticks since boot. */
export type ProcessIdentity = { pid: number; startTime: string };

/** The identity of a live process; undefined if there is none, or only what waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The program's name is in brackets and may contain anything; the fields are counted from after it.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTime = fields[18];
  return state === "Z" || state === "X" || startTime === undefined ? undefined : { pid, startTime };
}

/** Whether that very process still lives. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}
