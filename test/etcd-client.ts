import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseMemberStatus } from "../scripts/lab/daemon/leaders.ts";
import type { Lab } from "../scripts/lab/lab.ts";
import { labNodes, PORTS } from "../scripts/lab/topology.ts";
import { runProgram } from "./contract/program.ts";

/** The environment in which etcdctl asks these nodes' members only. */
function envOf(lab: Lab, nodes: readonly string[]): Record<string, string> {
  const asked = labNodes(lab.spec).filter(({ name }) => nodes.includes(name));
  const urls = asked.map(({ address }) => `https://${address}:${PORTS.etcdClient}`);
  return { ...lab.env, ETCDCTL_ENDPOINTS: urls.join(",") };
}

async function etcdClient(lab: Lab, env: Record<string, string>, ...args: string[]): Promise<void> {
  const argv = [process.execPath, "test/etcd-client-main.ts", ...args];
  const [program, ...rest] = await lab.observerCommand(argv);
  const [code] = await once(spawn(program, rest, { env, stdio: ["ignore", "inherit", "inherit"] }), "exit");
  if (code !== 0) throw new Error(`etcd-client ${args.join(" ")}: exit ${String(code)}`);
}

/** Raises the alarm NOSPACE for a node's member, as a member does whose database reached its quota. */
export async function raiseNoSpace(lab: Lab, node: string): Promise<void> {
  const env = envOf(lab, [node]);
  const { stdout } = await runProgram("etcdctl", ["endpoint", "status", "-w", "fields"], env);
  await etcdClient(lab, env, "alarm", parseMemberStatus(stdout).member.toString());
}

/** Ends every alarm. */
export async function disarm(lab: Lab): Promise<void> {
  const { code, stderr } = await runProgram("etcdctl", ["alarm", "disarm"], lab.env);
  if (code !== 0) throw new Error(stderr);
}

/** Adds entries to etcd's log, by way of these nodes' members. */
export async function writeEntries(lab: Lab, nodes: readonly string[], count: number): Promise<void> {
  await etcdClient(lab, envOf(lab, nodes), "write", String(count));
}
