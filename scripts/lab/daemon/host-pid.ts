import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The process ID outside of the lab's PID namespace of a child of this process. The daemon sees the outer
 * /proc, where NSpid lists the IDs of a process from the outer namespace to its own.
 * Throws if there is no such child.
 */
export function hostPid(pid: number): number {
  const self = readlinkSync("/proc/self");
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry) && isChild(readStatus(entry), self, pid)) return Number(entry);
  }
  throw new Error(`process ${pid} of the lab is not in /proc`);
}

/** Whether a /proc/PID/status is that of the child of process `parent` that calls itself `pid`. */
export function isChild(status: string, parent: string, pid: number): boolean {
  const ids = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/);
  return Number(ids?.at(-1)) === pid && /^PPid:\s+(\d+)$/m.exec(status)?.[1] === parent;
}

/** Resident memory of a process by its outer ID; undefined if it has ended. */
export function residentBytes(outerPid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readStatus(String(outerPid)))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    // It ended while we looked.
    return "";
  }
}
