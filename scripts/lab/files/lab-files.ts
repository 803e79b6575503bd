import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inLab } from "../paths.ts";
import {
  balancerAddress,
  balancerUrl,
  labNodes,
  podComponent,
  PORTS,
  STATIC_POD_ROLES,
} from "../topology.ts";
import type { LabNode, LabSpec } from "../topology.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { kwokConfig } from "./kwok-config.ts";
import { createAuthority, createSigningKeys, issue } from "./pki.ts";
import type { Authority, KeyPair, Subject } from "./pki.ts";
import { manifest, staticPod } from "./static-pod.ts";

/** The authorities of kubeadm, and the keys that all nodes share. */
type Shared = {
  cluster: Authority;
  etcd: Authority;
  frontProxy: Authority;
  serviceAccounts: { publicKey: string; privateKey: string };
};

const MASTERS = "system:masters";
const SERVICE_NAMES = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/**
 * Writes what the lab's nodes have under /etc and what its users need outside of them: certificates,
 * kubeconfigs, manifests, kwok's configuration. The folders are made as needed.
 */
export async function writeLabFiles(spec: LabSpec): Promise<void> {
  const [cluster, etcd, frontProxy, serviceAccounts] = await Promise.all([
    createAuthority("kubernetes"),
    createAuthority("etcd-ca"),
    createAuthority("front-proxy-ca"),
    createSigningKeys(),
  ]);
  const shared: Shared = { cluster, etcd, frontProxy, serviceAccounts };
  await mkdir(inLab.logs(spec.dir), { recursive: true });
  await Promise.all([
    writeOutside(spec, shared),
    ...labNodes(spec).map((node) => writeNode(spec, shared, node)),
  ]);
}

async function writeOutside(spec: LabSpec, shared: Shared): Promise<void> {
  const pki = inLab.pki(spec.dir);
  const admin = await issue(shared.cluster, { commonName: "kubernetes-admin", organization: MASTERS });
  const etcdClient = await issue(shared.etcd, { commonName: "kube-etcd-healthcheck-client" });
  await Promise.all([
    write(
      inLab.kubeconfig(spec.dir),
      kubeconfig(balancerUrl(spec), shared.cluster.certificate, "kubernetes-admin", admin),
    ),
    writePair(join(pki, "admin"), admin),
    write(join(pki, "ca.crt"), shared.cluster.certificate),
    write(join(pki, "etcd/ca.crt"), shared.etcd.certificate),
    writePair(join(pki, "etcd/client"), etcdClient),
  ]);
}

async function writeNode(spec: LabSpec, shared: Shared, node: LabNode): Promise<void> {
  const home = inLab.node(spec.dir, node.name);
  const etc = join(home, "etc");
  const kubernetes = join(etc, "kubernetes");
  await mkdir(join(home, "etcd"), { recursive: true, mode: 0o700 });
  await mkdir(join(home, "var-lib/etcd"), { recursive: true });
  await mkdir(inLab.home(spec.dir, node.name), { recursive: true });
  await Promise.all([
    write(join(etc, "hostname"), `${node.name}\n`),
    write(join(etc, "hosts"), hosts(spec)),
    write(join(kubernetes, "kwok.yaml"), kwokConfig(spec, node)),
    ...STATIC_POD_ROLES.map((role) =>
      write(
        join(kubernetes, "manifests", `${podComponent(role)}.yaml`),
        manifest(staticPod(role, spec, node)),
      ),
    ),
    writeNodeKubeconfigs(spec, shared, node, kubernetes),
    writeNodePki(spec, shared, node, join(kubernetes, "pki")),
  ]);
}

async function writeNodeKubeconfigs(
  spec: LabSpec,
  shared: Shared,
  node: LabNode,
  folder: string,
): Promise<void> {
  const local = `https://${node.address}:${PORTS.apiserver}`;
  const one = async (file: string, server: string, user: string, subject: Subject): Promise<void> => {
    const credentials = await issue(shared.cluster, subject);
    await write(join(folder, file), kubeconfig(server, shared.cluster.certificate, user, credentials));
  };
  const kubelet = `system:node:${node.name}`;
  await Promise.all([
    one("admin.conf", balancerUrl(spec), "kubernetes-admin", {
      commonName: "kubernetes-admin",
      organization: MASTERS,
    }),
    one("scheduler.conf", local, "system:kube-scheduler", { commonName: "system:kube-scheduler" }),
    one("controller-manager.conf", local, "system:kube-controller-manager", {
      commonName: "system:kube-controller-manager",
    }),
    // kwok lists more than the node authorizer lets a kubelet see.
    one("kubelet.conf", balancerUrl(spec), kubelet, { commonName: kubelet, organization: MASTERS }),
  ]);
}

async function writeNodePki(spec: LabSpec, shared: Shared, node: LabNode, pki: string): Promise<void> {
  const member = [node.name, "localhost", node.address, "127.0.0.1"];
  const server = [
    node.name,
    ...SERVICE_NAMES,
    "10.96.0.1",
    node.address,
    balancerAddress(spec),
    "127.0.0.1",
    "localhost",
  ];
  const one = async (file: string, authority: Authority, subject: Subject): Promise<void> =>
    writePair(join(pki, file), await issue(authority, subject));
  await Promise.all([
    writePair(join(pki, "ca"), shared.cluster),
    writePair(join(pki, "front-proxy-ca"), shared.frontProxy),
    writePair(join(pki, "etcd/ca"), shared.etcd),
    write(join(pki, "sa.pub"), shared.serviceAccounts.publicKey),
    write(join(pki, "sa.key"), shared.serviceAccounts.privateKey, 0o600),
    one("apiserver", shared.cluster, { commonName: "kube-apiserver", names: server }),
    one("apiserver-kubelet-client", shared.cluster, {
      commonName: "kube-apiserver-kubelet-client",
      organization: MASTERS,
    }),
    one("apiserver-etcd-client", shared.etcd, { commonName: "kube-apiserver-etcd-client" }),
    one("front-proxy-client", shared.frontProxy, { commonName: "front-proxy-client" }),
    one("kubelet", shared.cluster, { commonName: node.name, names: [node.name, node.address] }),
    one("etcd/server", shared.etcd, { commonName: node.name, names: member }),
    one("etcd/peer", shared.etcd, { commonName: node.name, names: member }),
    one("etcd/healthcheck-client", shared.etcd, { commonName: "kube-etcd-healthcheck-client" }),
  ]);
}

function hosts(spec: LabSpec): string {
  return ["127.0.0.1 localhost", ...labNodes(spec).map((node) => `${node.address} ${node.name}`), ""].join(
    "\n",
  );
}

async function writePair(base: string, pair: KeyPair): Promise<void> {
  await Promise.all([write(`${base}.crt`, pair.certificate), write(`${base}.key`, pair.key, 0o600)]);
}

async function write(file: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}
