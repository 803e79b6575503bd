import { labNodes, localAddress, podComponent, PORTS } from "../topology.ts";
import type { LabNode, LabSpec, NodeRole } from "../topology.ts";

const KUBERNETES = "/etc/kubernetes";
const PKI = `${KUBERNETES}/pki`;
const ETCD_PKI = `${PKI}/etcd`;

const clientUrl = (address: string): string => `https://${address}:${PORTS.etcdClient}`;
const etcdUrl = (node: LabNode): string => clientUrl(node.address);
const peerUrl = (node: LabNode): string => `https://${node.address}:${PORTS.etcdPeer}`;

/**
 * The command line of a component on a node, program name first: kubeadm's own flags with kubeadm's own paths.
 * What differs: etcd serves metrics on the node's address, too. On loopback furthermore: everything listens on the
 * node's address alone, and the API server keeps no `kubernetes` endpoints, for which it refuses loopback addresses.
 */
export function commandLine(role: NodeRole, spec: LabSpec, node: LabNode): string[] {
  switch (role) {
    case "etcd":
      return etcd(spec, node);
    case "apiserver":
      return apiserver(spec, node);
    case "controller-manager":
      return controllerManager(spec, node);
    case "scheduler":
      return scheduler(spec, node);
    case "kubelet":
      return kwok(node);
  }
}

function etcd(spec: LabSpec, node: LabNode): string[] {
  const members = labNodes(spec).map((member) => `${member.name}=${peerUrl(member)}`);
  const addresses = [...new Set([localAddress(spec, node), node.address])];
  const metrics = addresses.map((address) => `http://${address}:${PORTS.etcdMetrics}`);
  return [
    podComponent("etcd"),
    `--advertise-client-urls=${etcdUrl(node)}`,
    `--cert-file=${ETCD_PKI}/server.crt`,
    "--client-cert-auth=true",
    "--data-dir=/var/lib/etcd",
    "--feature-gates=InitialCorruptCheck=true",
    `--initial-advertise-peer-urls=${peerUrl(node)}`,
    `--initial-cluster=${members.join(",")}`,
    `--key-file=${ETCD_PKI}/server.key`,
    `--listen-client-urls=${addresses.map(clientUrl).join(",")}`,
    `--listen-metrics-urls=${metrics.join(",")}`,
    `--listen-peer-urls=${peerUrl(node)}`,
    `--name=${node.name}`,
    `--peer-cert-file=${ETCD_PKI}/peer.crt`,
    "--peer-client-cert-auth=true",
    `--peer-key-file=${ETCD_PKI}/peer.key`,
    `--peer-trusted-ca-file=${ETCD_PKI}/ca.crt`,
    "--snapshot-count=10000",
    `--trusted-ca-file=${ETCD_PKI}/ca.crt`,
    "--watch-progress-notify-interval=5s",
  ];
}

function apiserver(spec: LabSpec, node: LabNode): string[] {
  const members =
    spec.etcdServers === "all" ? labNodes(spec).map(etcdUrl) : [clientUrl(localAddress(spec, node))];
  const onLoopback = spec.net === "loopback";
  return [
    podComponent("apiserver"),
    `--advertise-address=${node.address}`,
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    ...(onLoopback ? [`--bind-address=${node.address}`] : []),
    `--client-ca-file=${PKI}/ca.crt`,
    "--enable-admission-plugins=NodeRestriction",
    "--enable-bootstrap-token-auth=true",
    ...(onLoopback ? ["--endpoint-reconciler-type=none"] : []),
    `--etcd-cafile=${ETCD_PKI}/ca.crt`,
    `--etcd-certfile=${PKI}/apiserver-etcd-client.crt`,
    `--etcd-keyfile=${PKI}/apiserver-etcd-client.key`,
    `--etcd-servers=${members.join(",")}`,
    ...electionGate(spec),
    `--kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`,
    `--kubelet-client-key=${PKI}/apiserver-kubelet-client.key`,
    "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
    `--proxy-client-cert-file=${PKI}/front-proxy-client.crt`,
    `--proxy-client-key-file=${PKI}/front-proxy-client.key`,
    "--requestheader-allowed-names=front-proxy-client",
    `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-username-headers=X-Remote-User",
    ...(spec.coordinatedElection ? ["--runtime-config=coordination.k8s.io/v1beta1=true"] : []),
    `--secure-port=${PORTS.apiserver}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${PKI}/sa.pub`,
    `--service-account-signing-key-file=${PKI}/sa.key`,
    "--service-cluster-ip-range=10.96.0.0/12",
    `--tls-cert-file=${PKI}/apiserver.crt`,
    `--tls-private-key-file=${PKI}/apiserver.key`,
  ];
}

function controllerManager(spec: LabSpec, node: LabNode): string[] {
  const kubeconfig = `${KUBERNETES}/controller-manager.conf`;
  return [
    podComponent("controller-manager"),
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${localAddress(spec, node)}`,
    `--client-ca-file=${PKI}/ca.crt`,
    "--cluster-name=kubernetes",
    `--cluster-signing-cert-file=${PKI}/ca.crt`,
    `--cluster-signing-key-file=${PKI}/ca.key`,
    "--controllers=*,bootstrapsigner,tokencleaner",
    ...electionGate(spec),
    `--kubeconfig=${kubeconfig}`,
    "--leader-elect=true",
    ...leaseTiming(spec.leaseDuration),
    `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    `--root-ca-file=${PKI}/ca.crt`,
    `--service-account-private-key-file=${PKI}/sa.key`,
    "--use-service-account-credentials=true",
  ];
}

function scheduler(spec: LabSpec, node: LabNode): string[] {
  const kubeconfig = `${KUBERNETES}/scheduler.conf`;
  return [
    podComponent("scheduler"),
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${localAddress(spec, node)}`,
    ...electionGate(spec),
    `--kubeconfig=${kubeconfig}`,
    "--leader-elect=true",
    ...leaseTiming(spec.leaseDuration),
  ];
}

function kwok(node: LabNode): string[] {
  return [
    "kwok",
    `--config=${KUBERNETES}/kwok.yaml`,
    `--kubeconfig=${KUBERNETES}/kubelet.conf`,
    `--manage-single-node=${node.name}`,
    `--node-ip=${node.address}`,
    `--node-name=${node.name}`,
    `--node-port=${PORTS.kubelet}`,
    `--server-address=${node.address}:${PORTS.kubelet}`,
    `--tls-cert-file=${PKI}/kubelet.crt`,
    `--tls-private-key-file=${PKI}/kubelet.key`,
  ];
}

function electionGate(spec: LabSpec): string[] {
  return spec.coordinatedElection ? ["--feature-gates=CoordinatedLeaderElection=true"] : [];
}

/**
 * Flags for a lease of `seconds`, in the proportions of the defaults: a renew deadline of two thirds and a
 * retry period of about a sixth (15/10/2, 6/4/1). None for undefined.
 */
export function leaseTiming(seconds: number | undefined): string[] {
  if (seconds === undefined) return [];
  const milliseconds = (value: number): string => `${Math.floor(value * 1000)}ms`;
  const retry = seconds >= 6 ? Math.floor(seconds / 6) : seconds / 6;
  return [
    `--leader-elect-lease-duration=${seconds}s`,
    `--leader-elect-renew-deadline=${milliseconds((seconds * 2) / 3)}`,
    `--leader-elect-retry-period=${milliseconds(retry)}`,
  ];
}
