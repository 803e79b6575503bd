import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { localAddress, podComponent, PORTS } from "../topology.ts";
import type { LabNode, LabSpec, StaticPodRole } from "../topology.ts";
import { commandLine } from "./command-line.ts";

/** A static pod as it stands in /etc/kubernetes/manifests, with kubeadm's names and annotations. */
export type StaticPod = {
  apiVersion: "v1";
  kind: "Pod";
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  spec: Record<string, unknown>;
};

const KUBERNETES = "/etc/kubernetes";
const PKI = `${KUBERNETES}/pki`;

const RUNS: Record<
  StaticPodRole,
  { cpu: string; folders: Record<string, string>; port: number; live: string }
> = {
  etcd: {
    cpu: "100m",
    folders: { "etcd-data": "/var/lib/etcd", "etcd-certs": `${PKI}/etcd` },
    port: PORTS.etcdMetrics,
    live: "/livez",
  },
  apiserver: {
    cpu: "250m",
    folders: { "ca-certs": "/etc/ssl/certs", "k8s-certs": PKI },
    port: PORTS.apiserver,
    live: "/livez",
  },
  "controller-manager": {
    cpu: "200m",
    folders: {
      "ca-certs": "/etc/ssl/certs",
      "k8s-certs": PKI,
      kubeconfig: `${KUBERNETES}/controller-manager.conf`,
    },
    port: PORTS.controllerManager,
    live: "/healthz",
  },
  scheduler: {
    cpu: "100m",
    folders: { kubeconfig: `${KUBERNETES}/scheduler.conf` },
    port: PORTS.scheduler,
    live: "/livez",
  },
};

/** The image that a component's container would have; nothing is ever pulled. */
export function containerImage(role: StaticPodRole): string {
  return `${podComponent(role)}:lab`;
}

/** The static pod of a component on a node; its command line is the one that the lab runs. */
export function staticPod(role: StaticPodRole, spec: LabSpec, node: LabNode): StaticPod {
  const component = podComponent(role);
  const { cpu, folders, port, live } = RUNS[role];
  const volumes = Object.entries(folders);
  const host = role === "apiserver" ? node.address : localAddress(spec, node);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: component,
      namespace: "kube-system",
      labels: { component, tier: "control-plane" },
      annotations: advertised(role, node),
    },
    spec: {
      containers: [
        {
          name: component,
          image: containerImage(role),
          imagePullPolicy: "IfNotPresent",
          command: commandLine(role, spec, node),
          livenessProbe: {
            failureThreshold: 8,
            httpGet: { host, path: live, port, scheme: role === "etcd" ? "HTTP" : "HTTPS" },
            initialDelaySeconds: 10,
            periodSeconds: 10,
            timeoutSeconds: 15,
          },
          resources: { requests: { cpu } },
          volumeMounts: volumes.map(([name, path]) => ({
            mountPath: path,
            name,
            readOnly: path !== "/var/lib/etcd",
          })),
        },
      ],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      volumes: volumes.map(([name, path]) => ({
        hostPath: { path, type: path.endsWith(".conf") ? "FileOrCreate" : "DirectoryOrCreate" },
        name,
      })),
    },
  };
}

/** The manifest file's text. */
export function manifest(pod: StaticPod): string {
  return stringify(pod, { lineWidth: 0 });
}

/**
 * The pod that a kubelet shows in the API for a static pod: bound to its node and owned by it, the
 * configuration's hash as its mirror annotation. `nodeUid` is the Node's metadata.uid.
 */
export function mirrorPod(pod: StaticPod, node: string, nodeUid: string): StaticPod {
  const hash = createHash("md5").update(manifest(pod)).digest("hex");
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name: `${pod.metadata.name}-${node}`,
      annotations: {
        ...pod.metadata.annotations,
        "kubernetes.io/config.hash": hash,
        "kubernetes.io/config.mirror": hash,
        "kubernetes.io/config.source": "file",
      },
      ...{
        ownerReferences: [{ apiVersion: "v1", controller: true, kind: "Node", name: node, uid: nodeUid }],
      },
    },
    spec: {
      ...pod.spec,
      nodeName: node,
      enableServiceLinks: false,
      tolerations: [{ effect: "NoExecute", operator: "Exists" }],
    },
  };
}

function advertised(role: StaticPodRole, node: LabNode): Record<string, string> {
  switch (role) {
    case "etcd":
      return {
        "kubeadm.kubernetes.io/etcd.advertise-client-urls": `https://${node.address}:${PORTS.etcdClient}`,
      };
    case "apiserver":
      return {
        "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": `${node.address}:${PORTS.apiserver}`,
      };
    case "controller-manager":
    case "scheduler":
      return {};
  }
}
