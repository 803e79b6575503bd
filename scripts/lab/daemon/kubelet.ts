import { containerImage, mirrorPod, staticPod } from "../files/static-pod.ts";
import { labNodes, podComponent, STATIC_POD_ROLES } from "../topology.ts";
import type { LabNode, LabSpec, StaticPodRole } from "../topology.ts";
import type { Api, ApiResponse } from "./api.ts";
import type { Component } from "./component.ts";
import type { Network } from "./network.ts";
import { podStatus, says } from "./pod-status.ts";
import type { ContainerLife } from "./pod-status.ts";
import type { Supervisor } from "./supervisor.ts";

const PODS = "/api/v1/namespaces/kube-system/pods";
const SYNC_MS = 2000;

/** What is read of an object of the API. */
type ApiObject = {
  metadata?: { name?: string; uid?: string; creationTimestamp?: string; deletionTimestamp?: string };
  status?: unknown;
};

/**
 * The part of a kubelet that kwok does not play: it keeps a mirror pod for every static pod and reports in its
 * status what the process behind it does. It looks again every 2 s and after every change of a process.
 * A node whose kubelet is stopped or frozen, or cut off from the balancer, reports nothing.
 */
export class Kubelets {
  readonly #spec: LabSpec;
  readonly #api: Api;
  readonly #supervisor: Supervisor;
  readonly #network: Network | undefined;
  readonly #nodeUids = new Map<string, string>();
  readonly #kubeletPids = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #again = false;
  #closed = false;

  constructor(spec: LabSpec, api: Api, supervisor: Supervisor, network: Network | undefined) {
    this.#spec = spec;
    this.#api = api;
    this.#supervisor = supervisor;
    this.#network = network;
  }

  /** Registers the nodes, as each kubelet does when it starts. Rejects when the API does not take them. */
  async registerNodes(): Promise<void> {
    for (const node of labNodes(this.#spec)) {
      const path = "/api/v1/nodes";
      const posted = await this.#api.askAny({ method: "POST", path, body: nodeObject(node) });
      // One that was too slow to answer may have made it: the next one that was asked then says so.
      const isThere = posted.status === 409;
      const answer = isThere
        ? await this.#api.askAny({ method: "GET", path: `${path}/${node.name}` })
        : posted;
      const made = expectStatus(answer, isThere ? 200 : 201, `register ${node.name}`) as ApiObject;
      this.#nodeUids.set(node.name, made.metadata?.uid ?? "");
    }
  }

  /** Looks now, and again if something changes while it looks. */
  sync(): void {
    this.#again = true;
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    void this.#run();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#syncAll();
      } catch (error) {
        console.error(`mirror pods: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#busy = false;
    if (!this.#closed)
      this.#timer = setTimeout(() => {
        this.sync();
      }, SYNC_MS);
  }

  async #syncAll(): Promise<void> {
    const list = await this.#api.askAny({
      method: "GET",
      path: `${PODS}?labelSelector=tier%3Dcontrol-plane`,
    });
    const pods = (expectStatus(list, 200, "list pods") as { items?: ApiObject[] }).items ?? [];
    for (const node of labNodes(this.#spec)) {
      if (!this.#supervisor.kubeletWorks(node.name) || !this.#reachesApi(node)) continue;
      await this.#takeOverNodeLease(node);
      for (const role of STATIC_POD_ROLES) {
        await this.#syncPod(
          role,
          node,
          pods.find((pod) => pod.metadata?.name === `${podComponent(role)}-${node.name}`),
        );
      }
    }
  }

  #reachesApi(node: LabNode): boolean {
    return this.#network?.joins(node.name, "balancer") ?? true;
  }

  /**
   * A kubelet that is started again renews its node's lease at once. kwok has another identity with each start
   * and would wait for the old one's lease to expire, so the old identity is taken out.
   */
  async #takeOverNodeLease(node: LabNode): Promise<void> {
    const { life } = this.#supervisor.component(`kubelet/${node.name}`);
    const before = this.#kubeletPids.get(node.name);
    if (life.state !== "running" || life.hostPid === before) return;
    if (before !== undefined) {
      await this.#api.askAny({
        method: "PATCH",
        path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node.name}`,
        contentType: "application/merge-patch+json",
        body: { spec: { holderIdentity: null } },
      });
    }
    this.#kubeletPids.set(node.name, life.hostPid);
  }

  async #syncPod(role: StaticPodRole, node: LabNode, found: ApiObject | undefined): Promise<void> {
    if (found?.metadata?.deletionTimestamp !== undefined) return;
    const pod = found ?? (await this.#createPod(role, node));
    const life = containerLife(this.#supervisor.component(`${role}/${node.name}`));
    if (pod === undefined || life === undefined) return;
    const name = podComponent(role);
    const status = podStatus({
      name,
      image: containerImage(role),
      address: node.address,
      podStartedAt: pod.metadata?.creationTimestamp ?? new Date().toISOString(),
      restarts: this.#supervisor.component(`${role}/${node.name}`).restarts,
      life,
    });
    if (says(pod.status, status)) return;
    await this.#api.askAny({
      method: "PATCH",
      path: `${PODS}/${name}-${node.name}/status`,
      contentType: "application/merge-patch+json",
      body: { status },
    });
  }

  async #createPod(role: StaticPodRole, node: LabNode): Promise<ApiObject | undefined> {
    const body = mirrorPod(staticPod(role, this.#spec, node), node.name, this.#nodeUids.get(node.name) ?? "");
    const answer = await this.#api.askAny({ method: "POST", path: PODS, body });
    // The list may come from a cache that does not know the pod yet.
    return answer.status === 409
      ? undefined
      : (expectStatus(answer, 201, `create ${body.metadata.name}`) as ApiObject);
  }
}

function containerLife(component: Component): ContainerLife | undefined {
  const { life, previous } = component;
  switch (life.state) {
    case "new":
      return undefined;
    case "running":
      return { state: "running", startedAt: life.startedAt, hostPid: life.hostPid, previous };
    case "ended":
      return { state: "ended", ended: life.ended, waitsForRestart: component.restartTimer !== undefined };
  }
}

function expectStatus(answer: ApiResponse, status: number, what: string): unknown {
  if (answer.status === status) return answer.body;
  throw new Error(`cannot ${what}: status ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`);
}

function nodeObject(node: LabNode): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "node-role.kubernetes.io/control-plane": "",
      },
    },
    spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
  };
}
