import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../scripts/lab/lab.ts";

/** Waits until `look` gives something other than undefined or false, and gives it; fails with `what` after 60 s. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  let problem: unknown;
  for (;;) {
    const seen = await look().catch((error: unknown) => {
      problem = error;
      return undefined;
    });
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`${what}: not so within 60 s`, { cause: problem });
    await sleep(100);
  }
}

/** What is left of the lab in that folder on this machine: processes by ID, and mounts. */
export function traces(dir: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => [
      ...(read(`/proc/${pid}/environ`).split("\0").includes(`KUBECTL_HA_LAB=${dir}`)
        ? [`process ${pid}`]
        : []),
      ...(read(`/proc/${pid}/mountinfo`).includes(dir) ? [`mount of process ${pid}`] : []),
    ]);
}

/** The state letter of a process, as in /proc/PID/stat; undefined if there is none. */
export function processState(pid: number): string | undefined {
  return /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1];
}

/** A field of a pod in kube-system, by kubectl's jsonpath. */
export async function podField(lab: Lab, pod: string, path: string): Promise<string> {
  return lab.kubectl(["get", "pod", "-n", "kube-system", pod, "-o", `jsonpath={${path}}`]);
}

/** The host that holds a lease of kube-system, and its whole identity. */
export async function leaseHolder(lab: Lab, lease: string): Promise<{ host: string; identity: string }> {
  const identity = await lab.kubectl([
    "get",
    "lease",
    "-n",
    "kube-system",
    lease,
    "-o",
    "jsonpath={.spec.holderIdentity}",
  ]);
  return { host: identity.slice(0, Math.max(0, identity.lastIndexOf("_"))), identity };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended while we looked.
    return "";
  }
}
