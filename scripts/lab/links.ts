import { balancerAddress, labNodes } from "./topology.ts";
import type { LabSpec } from "./topology.ts";

/** A host on the network of a veth lab: a node, the balancer, or the observer (the person with kubectl). */
export type LabHost = { name: string; isNode: boolean; address: string; mac: string };

/** Which of a host's packets are lost: all, those that it sends (`out`), or those that are sent to it (`in`). */
export type CutWay = "both" | "out" | "in";

/** A cut between a host and all others, or all other nodes. `since` is the time of the fault, ISO, UTC. */
export type Cut = { host: string; from: "all" | "nodes"; direction: CutWay; since: string };

/** The address of the lab's daemon on the bridge. It stands for nobody and is never cut off. */
export function daemonAddress(spec: Pick<LabSpec, "prefix">): string {
  return `${spec.prefix}.253`;
}

/** The hosts on the network of a veth lab, nodes first. */
export function labHosts(spec: Pick<LabSpec, "nodes" | "prefix">): LabHost[] {
  const nodes = labNodes(spec).map(({ name, address }) => ({ name, isNode: true, address }));
  const others = [
    { name: "balancer", isNode: false, address: balancerAddress(spec) },
    { name: "observer", isNode: false, address: `${spec.prefix}.254` },
  ];
  return [...nodes, ...others].map((host) => ({ ...host, mac: macOf(host.address) }));
}

/** The host of that name. Throws one line that lists those that there are. */
export function findHost(name: string, hosts: readonly LabHost[]): LabHost {
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  const names = hosts.map((host) => host.name).join(", ");
  throw new Error(`unknown host ${JSON.stringify(name)}: use one of ${names}, or etcd/leader and its like`);
}

/** Whether packets from one host to another are lost. */
export function isLost(from: LabHost, to: LabHost, cuts: readonly Cut[]): boolean {
  const loses = (cut: Cut, host: LabHost, peer: LabHost, direction: CutWay): boolean =>
    cut.host === host.name &&
    (cut.from === "all" || peer.isNode) &&
    (cut.direction === "both" || cut.direction === direction);
  return cuts.some((cut) => loses(cut, from, to, "out") || loses(cut, to, from, "in"));
}

/** The link-layer address of an IPv4 address: locally administered, and never one of hardware. */
export function macOf(address: string): string {
  const octets = address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "00", ...octets].join(":");
}
