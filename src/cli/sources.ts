import type { EtcdClientFlags } from "../transport/etcd-grpc/config.ts";
import type { KubeApi } from "../transport/kube-http/client.ts";
import { connectKube } from "../transport/kube-http/client.ts";
import type { ClientFlags } from "../transport/kube-http/select.ts";
import type { EtcdAccess } from "../sources/etcd/etcd.ts";
import type { Sources } from "../sources/observe.ts";
import type { Io } from "./io.ts";
import { loadSelection } from "../transport/kube-http/config.ts";
import { cleanText } from "../text/clean.ts";
import { openEtcd } from "./commands/etcd/look.ts";

/** The flags that say what is observed. */
export interface SourceFlags {
  readonly cluster: ClientFlags;
  readonly namespace: string;
  readonly etcd: EtcdClientFlags;
}

/** Sources that were opened. `clusterName`: what the person calls the cluster, the kubeconfig's context. */
export interface OpenSources extends Sources {
  readonly etcd: EtcdAccess;
  readonly clusterName: string;
}

/** What the flags, the kubeconfig and the environment name, ready to be observed. Throws Problem. Close `kube` after. */
export async function openSources(flags: SourceFlags, io: Io): Promise<OpenSources> {
  const [[kube, clusterName], etcd] = await Promise.all([
    openKube(flags.cluster, io),
    openEtcd(flags.etcd, io),
  ]);
  const { namespace } = flags;
  return {
    kube,
    clusterName,
    etcd,
    namespace,
    requestTimeout: flags.cluster.requestTimeout,
    clock: io.clock,
  };
}

async function openKube(flags: ClientFlags, io: Io): Promise<[KubeApi, string]> {
  const selection = await loadSelection(flags, io);
  const name = selection.contextName ?? selection.server.host;
  // kubeadm calls its context `kubernetes-admin@kubernetes`: who looks is no part of what is looked at.
  return [await connectKube(selection), cleanText(name.replace(/^[^@]*@(?=.)/, ""))];
}
