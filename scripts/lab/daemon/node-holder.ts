import { spawn } from "node:child_process";
import { labHosts } from "../links.ts";
import { inNamespaces } from "../nsenter.ts";
import type { NamespaceKind } from "../nsenter.ts";
import { inLab } from "../paths.ts";
import { labNodes } from "../topology.ts";
import type { LabSpec } from "../topology.ts";
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

/** A node, or another host of a veth lab: a process that does nothing but hold its namespaces. */
export type Holder = {
  host: string;
  /** Its ID in the lab's PID namespace, and outside of it. */
  pid: number;
  hostPid: number;
  /** The command that runs a program in its namespaces, for the daemon. */
  enter: (argv: readonly string[]) => [string, ...string[]];
  kill: () => void;
};

/** Starts the holders of all nodes and, in a veth lab, of the other hosts. Rejects with one line that says what is missing. */
export function startHolders(spec: LabSpec, env: NodeJS.ProcessEnv): Promise<Holder[]> {
  const net: NamespaceKind[] = spec.net === "veth" ? ["net"] : [];
  const nodes = labNodes(spec).map(({ name }) => {
    const program = ["--mount-proc", "sh", "-c", PREPARE, "sh", name, inLab.node(spec.dir, name)];
    return startHolder(name, ["uts", "mnt", ...net], program, env);
  });
  const hosts = spec.net === "veth" ? labHosts(spec).filter(({ isNode }) => !isNode) : [];
  const others = hosts.map(({ name }) =>
    startHolder(name, net, ["sh", "-c", "echo prepared; exec sleep infinity"], env),
  );
  return Promise.all([...nodes, ...others]);
}

async function startHolder(
  host: string,
  kinds: readonly NamespaceKind[],
  program: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Holder> {
  const flags = kinds.map((kind) => (kind === "mnt" ? "--mount" : `--${kind}`));
  const argv = [...flags, ...program];
  const child = spawn("unshare", argv, { cwd: "/", detached: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const problems: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => problems.push(text.trim()));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", () => {
      resolve();
    });
    child.once("exit", () => {
      reject(new Error(`cannot make the namespaces of ${host}: ${problems.join(" ") || "unshare ended"}`));
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot make the namespaces of ${host}: unshare did not start`);
  const outer = hostPid(pid);
  return {
    host,
    pid,
    hostPid: outer,
    enter: (inside) => inNamespaces(outer, kinds, inside),
    kill: () => child.kill("SIGKILL"),
  };
}
