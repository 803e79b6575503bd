/** The control plane components of a node, named as kubeadm's static pods are without `kube-`. */
export const STATIC_POD_ROLES = ["etcd", "apiserver", "controller-manager", "scheduler"] as const;
/** Everything that runs on a node; kwok stands for the kubelet. */
export const NODE_ROLES = [...STATIC_POD_ROLES, "kubelet"] as const;

/** A component that kubeadm runs as a static pod. */
export type StaticPodRole = (typeof STATIC_POD_ROLES)[number];
/** A component that runs on every node. */
export type NodeRole = (typeof NODE_ROLES)[number];

/** kubeadm's port numbers; every node has its own address, so they never collide. */
export const PORTS = {
  etcdClient: 2379,
  etcdPeer: 2380,
  etcdMetrics: 2381,
  apiserver: 6443,
  kubelet: 10250,
  controllerManager: 10257,
  scheduler: 10259,
} as const;

/** What a lab is made of: everything that command lines, certificates and manifests are computed from. */
export type LabSpec = {
  name: string;
  /** Loopback addresses of the machine, or a network namespace per node, joined by virtual cables. */
  net: "loopback" | "veth";
  /** First three octets of the lab's addresses, such as `127.64.3`; VETH_PREFIX where they are in namespaces. */
  prefix: string;
  /** Number of nodes, `cp-1` and up. */
  nodes: number;
  /** Lease duration of the leaders in whole seconds; undefined leaves the components' defaults (15/10/2). */
  leaseDuration: number | undefined;
  /** kubeadm's stacked topology (each API server knows its own member only), or every API server knows all. */
  etcdServers: "local" | "all";
  /** Whether the API servers choose the leaders (the feature gate CoordinatedLeaderElection). */
  coordinatedElection: boolean;
  /** Whether the lab has a user namespace, because an ordinary user started it. */
  userNamespace: boolean;
  /** Folder with the binaries. */
  bin: string;
  /** The lab's state folder. */
  dir: string;
};

/** The prefix of every veth lab: its addresses exist only inside of the lab's own namespaces. */
export const VETH_PREFIX = "10.77.0";

/** A node of the lab: its number from 1, host name and address. */
export type LabNode = { number: number; name: string; address: string };

/** The nodes of a lab in order. */
export function labNodes(spec: Pick<LabSpec, "nodes" | "prefix">): LabNode[] {
  return Array.from({ length: spec.nodes }, (_, index) => ({
    number: index + 1,
    name: `cp-${index + 1}`,
    address: `${spec.prefix}.${index + 1}`,
  }));
}

/** The address of the balancer in front of the API servers. */
export function balancerAddress(spec: Pick<LabSpec, "prefix">): string {
  return `${spec.prefix}.100`;
}

/**
 * The address for what only a node itself is to reach: 127.0.0.1 as with kubeadm, where the node has that for
 * itself; on loopback the node's address.
 */
export function localAddress(spec: Pick<LabSpec, "net">, node: LabNode): string {
  return spec.net === "veth" ? "127.0.0.1" : node.address;
}

/** The URL that the administrator's kubeconfig names. */
export function balancerUrl(spec: Pick<LabSpec, "prefix">): string {
  return `https://${balancerAddress(spec)}:${PORTS.apiserver}`;
}

/** The name of a static pod's component as kubeadm gives it: pod, container, binary and `component` label. */
export function podComponent(role: StaticPodRole): string {
  return role === "etcd" ? "etcd" : `kube-${role}`;
}
