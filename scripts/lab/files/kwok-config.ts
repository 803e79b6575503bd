import { stringify } from "yaml";
import { componentLog } from "../paths.ts";
import { localAddress, podComponent, PORTS, STATIC_POD_ROLES } from "../topology.ts";
import type { LabNode, LabSpec, StaticPodRole } from "../topology.ts";

const FORWARDED: Record<StaticPodRole, number[]> = {
  etcd: [PORTS.etcdClient, PORTS.etcdPeer, PORTS.etcdMetrics],
  apiserver: [PORTS.apiserver],
  "controller-manager": [PORTS.controllerManager],
  scheduler: [PORTS.scheduler],
};

/** The configuration of a node's kwok: it keeps the Node ready, and serves exec, logs and port-forward. */
export function kwokConfig(spec: LabSpec, node: LabNode): string {
  const documents = [
    OPTIONS,
    NODE_READY,
    POD_RUNNING,
    POD_DELETED,
    resource("ClusterExec", "all", { execs: [{ local: {} }] }),
    ...STATIC_POD_ROLES.flatMap((role) => podAccess(role, spec, node)),
  ];
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join("---\n");
}

function podAccess(role: StaticPodRole, spec: LabSpec, node: LabNode): object[] {
  const pod = `${podComponent(role)}-${node.name}`;
  const selector = { matchNames: [pod] };
  return [
    resource("ClusterLogs", pod, {
      selector,
      logs: [{ logsFile: componentLog(spec.dir, `${role}/${node.name}`) }],
    }),
    resource("ClusterPortForward", pod, {
      selector,
      forwards: FORWARDED[role].map((port) => ({
        ports: [port],
        target: { port, address: localAddress(spec, node) },
      })),
    }),
  ];
}

function resource(kind: string, name: string, spec: object): object {
  return { apiVersion: "kwok.x-k8s.io/v1alpha1", kind, metadata: { name }, spec };
}

/** kwok's own defaults for the first two are 0, with which it exits; without podsOnNodeSyncParallelism it never looks at older pods. */
const OPTIONS = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  options: {
    nodePlayStageParallelism: 4,
    podPlayStageParallelism: 4,
    nodeLeaseParallelism: 4,
    podsOnNodeSyncParallelism: 2,
    nodeLeaseDurationSeconds: 40,
    enableDebuggingHandlers: true,
  },
};

const NODE_READY = resource("Stage", "node-ready", {
  resourceRef: { apiGroup: "v1", kind: "Node" },
  selector: {
    matchExpressions: [
      {
        key: '.status.conditions.[] | select(.type == "Ready") | .status',
        operator: "NotIn",
        values: ["True"],
      },
    ],
  },
  next: {
    statusTemplate: `{{ $now := Now | Quote }}
addresses: [{type: InternalIP, address: {{ NodeIP | Quote }}}, {type: Hostname, address: {{ NodeName | Quote }}}]
daemonEndpoints: {kubeletEndpoint: {Port: {{ NodePort }}}}
capacity: {cpu: "8", memory: 16Gi, pods: "110"}
allocatable: {cpu: "8", memory: 16Gi, pods: "110"}
nodeInfo: {architecture: amd64, operatingSystem: linux, kubeletVersion: "kwok-{{ Version }}", containerRuntimeVersion: "kwok://{{ Version }}",
  bootID: "", kernelVersion: "", kubeProxyVersion: "", machineID: "", osImage: "", systemUUID: ""}
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: kwok is posting ready status, lastHeartbeatTime: {{ $now }}, lastTransitionTime: {{ $now }}}
`,
  },
});

/** Mirror pods are left out: their status tells of real processes, and the lab writes it. */
const POD_RUNNING = resource("Stage", "pod-running", {
  resourceRef: { apiGroup: "v1", kind: "Pod" },
  selector: {
    matchExpressions: [
      { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
      { key: '.metadata.annotations["kubernetes.io/config.mirror"]', operator: "DoesNotExist" },
      { key: ".status.phase", operator: "In", values: ["Pending"] },
    ],
  },
  next: {
    statusTemplate: `{{ $now := Now | Quote }}
phase: Running
startTime: {{ $now }}
hostIP: {{ NodeIP | Quote }}
podIP: {{ NodeIP | Quote }}
podIPs: [{ip: {{ NodeIP | Quote }}}]
conditions:
{{ range $t := list "Initialized" "Ready" "ContainersReady" "PodScheduled" }}
- {type: {{ $t }}, status: "True", lastTransitionTime: {{ $now }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, started: true, restartCount: 0, state: {running: {startedAt: {{ $now }}}}}
{{ end }}
`,
  },
});

const POD_DELETED = resource("Stage", "pod-deleted", {
  resourceRef: { apiGroup: "v1", kind: "Pod" },
  selector: { matchExpressions: [{ key: ".metadata.deletionTimestamp", operator: "Exists" }] },
  next: { finalizers: { empty: true }, delete: true },
});
