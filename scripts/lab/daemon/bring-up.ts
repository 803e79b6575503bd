import { setTimeout as sleep } from "node:timers/promises";
import { labNodes, PORTS, STATIC_POD_ROLES } from "../topology.ts";
import type { LabNode, LabSpec, NodeRole } from "../topology.ts";
import type { Api } from "./api.ts";
import type { Kubelets } from "./kubelet.ts";
import type { Supervisor } from "./supervisor.ts";

const POLL_MS = 200;
const DEADLINE_MS = 120_000;

/** What bringing up needs; `progress` gets one line per step. */
export type BringUp = {
  spec: LabSpec;
  api: Api;
  supervisor: Supervisor;
  kubelets: Kubelets;
  progress: (text: string) => void;
};

/**
 * Starts all processes and resolves when the lab is whole: every API server ready, every node and mirror pod
 * ready, every lease held. Rejects with one line that names what is missing if a step takes two minutes.
 */
export async function bringUp(lab: BringUp): Promise<void> {
  const nodes = labNodes(lab.spec);
  const start = (role: NodeRole, node: LabNode): void => {
    lab.supervisor.component(`${role}/${node.name}`).start();
  };
  for (const node of nodes) start("etcd", node);
  lab.supervisor.component("balancer").start();
  await Promise.all(
    nodes.map((node) => until(`etcd of ${node.name} did not become healthy`, () => isEtcdHealthy(node))),
  );
  lab.progress("etcd is healthy");
  for (const node of nodes) start("apiserver", node);
  let registration: Promise<void> | undefined;
  await Promise.all(
    nodes.map(async (node) => {
      await until(`the API server of ${node.name} did not become ready`, () => isReady(lab.api, node));
      lab.progress(`API server of ${node.name} is ready`);
      start("scheduler", node);
      start("controller-manager", node);
      registration ??= until("the nodes were not registered", async () => {
        await lab.kubelets.registerNodes();
        return true;
      });
      await registration;
      start("kubelet", node);
    }),
  );
  lab.kubelets.sync();
  await until("the nodes did not become Ready", () =>
    everyItem(lab.api, "/api/v1/nodes", nodes.length, hasReadyCondition),
  );
  lab.progress("nodes are Ready");
  const pods = "/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane";
  const podCount = nodes.length * STATIC_POD_ROLES.length;
  await until("the mirror pods did not become Ready", () =>
    everyItem(lab.api, pods, podCount, hasReadyCondition),
  );
  const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  const leaseCount = nodes.length + (lab.spec.coordinatedElection ? 3 : 2);
  await until("the leases of the control plane are not all held", () =>
    everyItem(lab.api, leases, leaseCount, hasHolder),
  );
}

async function until(failure: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${failure} within ${DEADLINE_MS / 1000} s`);
    await sleep(POLL_MS);
  }
}

async function isEtcdHealthy(node: LabNode): Promise<boolean> {
  const answer = await fetch(`http://${node.address}:${PORTS.etcdMetrics}/health`, {
    signal: AbortSignal.timeout(2000),
  });
  return answer.ok && (await answer.text()).includes('"health":"true"');
}

async function isReady(api: Api, node: LabNode): Promise<boolean> {
  return (await api.ask(node.number, { method: "GET", path: "/readyz" })).status === 200;
}

/** An object of the API as far as readiness needs it. */
type Item = {
  spec?: { holderIdentity?: string };
  status?: { conditions?: { type: string; status: string }[] };
};

async function everyItem(
  api: Api,
  path: string,
  count: number,
  holds: (item: Item) => boolean,
): Promise<boolean> {
  const { status, body } = await api.askAny({ method: "GET", path });
  // An API server's list of objects, or a Status, which has no items.
  const { items = [] } = body as { items?: Item[] };
  return status === 200 && items.length >= count && items.every(holds);
}

function hasReadyCondition(item: Item): boolean {
  return item.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

function hasHolder(item: Item): boolean {
  return (item.spec?.holderIdentity ?? "") !== "";
}
