import type { KubeApi } from "../../../transport/kube-http/client.ts";
import type { Call } from "../../../transport/deadline.ts";
import type { Io } from "../../io.ts";
import type { Cursor, Candidate, NameKind } from "./wanted.ts";
import { firstRoutes, openRoute } from "../../../sources/etcd/access.ts";
import { loadKubeconfig } from "../../../transport/kube-http/config.ts";
import { clusterFlags, etcdFlags } from "../../args/flag-values.ts";
import { openSession } from "../../session.ts";
import * as names from "./names.ts";

const CONTROL_PLANE_NODES = "labelSelector=node-role.kubernetes.io%2Fcontrol-plane";

/**
 * Names from the kubeconfig, or from the cluster and as the user that the line names. Throws whatever went wrong, and
 * what it started ends with the signal.
 */
export async function askNames(
  kind: NameKind,
  cursor: Cursor,
  io: Io,
  call: Call,
): Promise<readonly Candidate[]> {
  const flags = clusterFlags(cursor, "leaders");
  switch (kind) {
    case "context":
      return names.contextNames((await loadKubeconfig(flags, io)).config);
    case "cluster":
      return names.clusterNames((await loadKubeconfig(flags, io)).config);
    case "user":
      return names.userNames((await loadKubeconfig(flags, io)).config);
    case "member":
    case "members":
      return askEtcd(cursor, io, call);
    default: {
      const session = openSession({ cluster: flags }, io);
      const close = (): void => {
        session[Symbol.dispose]();
      };
      if (call.signal.aborted) close();
      else call.signal.addEventListener("abort", close);
      const { api } = await session.kube();
      return askCluster(kind, api, cursor.flags.get("namespace")?.at(-1) ?? "kube-system", call);
    }
  }
}

async function askCluster(
  kind: Exclude<NameKind, "context" | "cluster" | "user" | "member" | "members">,
  api: KubeApi,
  namespace: string,
  call: Call,
): Promise<readonly Candidate[]> {
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  switch (kind) {
    case "namespace":
      return names.objectNames(await api.get("/api/v1/namespaces", call));
    case "lease":
      return names.leaseNames(await api.get(leases, call));
    case "node": {
      const nodes = api.get(`/api/v1/nodes?${CONTROL_PLANE_NODES}`, call);
      // The leases of a node are its description where they can be read; its name is a candidate in any case.
      const held = api.get(leases, call).catch(() => undefined);
      return names.nodeNames(await nodes, await held);
    }
    case "api-server":
      return names.apiServerUrls(await api.get(podsOf("kube-apiserver"), call));
    case "etcd-endpoints":
      return names.etcdUrls(await api.get(podsOf("etcd"), call));
  }
}

/** The member list of the first member that answers. */
async function askEtcd(cursor: Cursor, io: Io, call: Call): Promise<readonly Candidate[]> {
  using session = openSession({ etcd: etcdFlags(cursor) }, io);
  const etcd = await session.etcd();
  if (!etcd.found) return [];
  const routes = await firstRoutes(etcd.transports, call.signal);
  const members = routes.map((route) => openRoute(etcd.transports, route));
  try {
    const list = await Promise.any(members.map((member) => member.memberList(call)));
    return names.memberNames(list.members);
  } finally {
    for (const member of members) member.close();
  }
}

function podsOf(component: string): string {
  return `/api/v1/namespaces/kube-system/pods?labelSelector=component%3D${component}`;
}
