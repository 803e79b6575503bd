import { spawn } from "node:child_process";
import { join } from "node:path";
import { inLab } from "../paths.ts";
import type { LabNode, LabSpec } from "../topology.ts";
import { hostPid } from "./host-pid.ts";

/**
 * Gives the node its host name, its own /etc and /var/lib/etcd over the machine's (overlays of lower layers
 * only, so nothing can be written through them), and a /proc of the lab's PID namespace.
 */
const PREPARE = `set -e
hostname "$1"
mount -t overlay none -o "lowerdir=$2/etc:/etc" /etc
mount -t overlay none -o "lowerdir=$2/var-lib:/var/lib" /var/lib
mount --bind "$2/etcd" /var/lib/etcd
echo prepared
exec sleep infinity`;

/** A node: a process that does nothing but hold its namespaces. */
export type Holder = { node: string; hostPid: number; kill: () => void };

/** Starts a node's holder and waits until the node is prepared. Throws one line that says what is missing. */
export async function startHolder(spec: LabSpec, node: LabNode, env: NodeJS.ProcessEnv): Promise<Holder> {
  const home = inLab.node(spec.dir, node.name);
  const argv = ["--uts", "--mount", "--mount-proc", "sh", "-c", PREPARE, "sh", node.name, home];
  const child = spawn("unshare", argv, { cwd: "/", detached: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const problems: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => problems.push(text.trim()));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", () => {
      resolve();
    });
    child.once("exit", () => {
      reject(
        new Error(`cannot make the namespaces of ${node.name}: ${problems.join(" ") || "unshare ended"}`),
      );
    });
  });
  if (child.pid === undefined)
    throw new Error(`cannot make the namespaces of ${node.name}: unshare did not start`);
  return { node: node.name, hostPid: hostPid(child.pid), kill: () => child.kill("SIGKILL") };
}

/**
 * The command that runs a program in a node's namespaces, for a process that sees the outer /proc. The files of
 * the namespaces are named, because a process ID would mean another process inside of the lab's PID namespace.
 */
export function inNode(holderPid: number, argv: readonly string[]): [string, ...string[]] {
  const namespace = (name: string): string => join("/proc", String(holderPid), "ns", name);
  return ["nsenter", `--uts=${namespace("uts")}`, `--mount=${namespace("mnt")}`, "--", ...argv];
}
