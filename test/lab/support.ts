import { readdirSync, readFileSync, readlinkSync } from "node:fs";
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

/**
 * What is left of the lab in that folder on this machine: processes by ID, mounts, and what holds one of the
 * network namespaces that were the lab's (see networks) while it was up.
 */
export function traces(dir: string, networksBefore: readonly string[] = []): string[] {
  return processes().flatMap((pid) => {
    const mounts = read(`/proc/${pid}/mountinfo`);
    const network = networkOf(pid);
    return [
      ...(isOfLab(pid, dir) ? [`process ${pid}`] : []),
      ...(mounts.includes(dir) ? [`mount of process ${pid}`] : []),
      ...(networksBefore.includes(network) ? [`network namespace ${network} of process ${pid}`] : []),
      ...networksBefore
        .filter((one) => mounts.includes(one))
        .map((one) => `network namespace ${one} mounted`),
    ];
  });
}

/** The network namespaces that the lab in that folder made, such as `net:[4026532000]`. */
export function networks(dir: string): string[] {
  const own = networkOf("self");
  const all = processes()
    .filter((pid) => isOfLab(pid, dir))
    .map(networkOf);
  return [...new Set(all)].filter((network) => network !== "" && network !== own);
}

/** The network interfaces of the machine itself, to which a lab adds none. */
export function interfaces(): string[] {
  return readdirSync("/sys/class/net").toSorted();
}

function processes(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
}

function isOfLab(pid: string, dir: string): boolean {
  return read(`/proc/${pid}/environ`).split("\0").includes(`KUBECTL_HA_LAB=${dir}`);
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    // The process ended while we looked.
    return "";
  }
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
  const args = ["get", "lease", "-n", "kube-system", lease, "-o", "jsonpath={.spec.holderIdentity}"];
  // An API server that has just started takes its time to answer on a busy machine, and kubectl may meet that one.
  const identity = await eventually(`the holder of ${lease}`, () => lab.kubectl(args));
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
