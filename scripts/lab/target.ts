import { labNodes, NODE_ROLES } from "./topology.ts";
import type { LabSpec, NodeRole } from "./topology.ts";

/** What a fault is done to, as a person names it. */
export type Target =
  | { kind: "component"; role: NodeRole; node: string }
  | { kind: "leader"; role: LeaderRole }
  | { kind: "every"; role: NodeRole }
  | { kind: "node"; node: string }
  | { kind: "nodes" }
  | { kind: "balancer" };

/** A component of which one instance leads. */
export type LeaderRole = "scheduler" | "controller-manager" | "etcd";

/** One process of the lab: `scheduler/cp-2` or `balancer`. */
export type ComponentId = `${NodeRole}/${string}` | "balancer";

const LEADER_ROLES: readonly LeaderRole[] = ["scheduler", "controller-manager", "etcd"];

function isNodeRole(text: string): text is NodeRole {
  return NODE_ROLES.some((role) => role === text);
}

/**
 * Reads a target such as `scheduler/cp-2`, `etcd/leader`, `apiserver/all`, `node/cp-3` or `balancer`.
 * Throws an Error of one line that lists what is understood.
 */
export function parseTarget(text: string, spec: Pick<LabSpec, "nodes" | "prefix">): Target {
  if (text === "balancer") return { kind: "balancer" };
  const [what = "", where = "", ...rest] = text.split("/");
  const nodes = labNodes(spec).map((node) => node.name);
  if (rest.length === 0 && where !== "") {
    if (what === "node" && where === "all") return { kind: "nodes" };
    if (what === "node" && nodes.includes(where)) return { kind: "node", node: where };
    const leader = LEADER_ROLES.find((role) => role === what);
    if (leader !== undefined && where === "leader") return { kind: "leader", role: leader };
    if (isNodeRole(what) && where === "all") return { kind: "every", role: what };
    if (isNodeRole(what) && nodes.includes(where)) return { kind: "component", role: what, node: where };
  }
  throw new Error(
    `unknown target ${JSON.stringify(text)}: use ROLE/NODE, ROLE/all, ROLE/leader (${LEADER_ROLES.join(", ")}), ` +
      `node/NODE, node/all or balancer, with ROLE one of ${NODE_ROLES.join(", ")} and NODE one of ${nodes.join(", ")}`,
  );
}

/**
 * The processes that a target means, once a leader has been resolved to its node.
 * A node's kubelet comes first: it is gone before what it would restart.
 */
export function targetComponents(
  target: Exclude<Target, { kind: "leader" }>,
  spec: Pick<LabSpec, "nodes" | "prefix">,
): ComponentId[] {
  const whole = (node: string): ComponentId[] =>
    NODE_ROLES.toReversed().map((role): ComponentId => `${role}/${node}`);
  const nodes = labNodes(spec).map((node) => node.name);
  switch (target.kind) {
    case "component":
      return [`${target.role}/${target.node}`];
    case "every":
      return nodes.map((node): ComponentId => `${target.role}/${node}`);
    case "node":
      return whole(target.node);
    case "nodes":
      return nodes.flatMap(whole);
    case "balancer":
      return ["balancer"];
  }
}
