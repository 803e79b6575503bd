import { EtcdCluster } from "../scripts/lab/etcd/cluster.ts";
import type { ClusterOptions } from "../scripts/lab/etcd/cluster.ts";
import { buildBinaries } from "../scripts/lab/build/go-build.ts";

/** How long a cluster may take to come up while both cores are busy; it takes a second. */
const CLUSTER_MS = 60_000;

/** Bare members of etcd with mutual TLS, without a control plane: up in a second. `await using` it. */
export async function startEtcd(options: Omit<ClusterOptions, "bin"> = {}): Promise<EtcdCluster> {
  const context = { progress: () => undefined, signal: undefined };
  return EtcdCluster.start({ ...options, bin: await buildBinaries(context, ["etcd", "etcdctl"]) });
}

/** One cluster for all tests of the file that calls this, up before the first and gone after the last. */
export function etcdForFile(options: Omit<ClusterOptions, "bin"> = {}): () => EtcdCluster {
  let cluster: EtcdCluster | undefined;
  beforeAll(async () => {
    cluster = await startEtcd(options);
  }, CLUSTER_MS);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  }, CLUSTER_MS);
  return () => {
    if (cluster === undefined) throw new Error("etcd did not come up, see the error before this one");
    return cluster;
  };
}
