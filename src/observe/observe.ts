import type { KubeApi } from "../kube/client.ts";
import type { Observation } from "../model/observation.ts";
import type { Seconds } from "../model/time.ts";
import { observeApiServers } from "./api-servers.ts";
import type { Clock } from "./clock.ts";
import type { EtcdAccess } from "./etcd.ts";
import { observeEtcd } from "./etcd.ts";
import { observeLeases } from "./leases.ts";
import { merge } from "./merge.ts";

/** All that is observed, and by which clock. */
export interface Sources {
  readonly kube: KubeApi;
  /** undefined: etcd is not asked, and nothing is said of it */
  readonly etcd: EtcdAccess | undefined;
  /** where the leases of the control plane are */
  readonly namespace: string;
  /** deadline of one request to an API server; undefined: 1.5 s */
  readonly requestTimeout: Seconds | undefined;
  readonly clock: Clock;
}

/** The deadline of one request: long enough for another continent, short enough to say within 3 s that all is dead. */
const TIMEOUT: Seconds = 1.5;

/** Everything that is seen, each thing as soon as it is, until `signal` aborts or the reader leaves. It never throws. */
export function observe(sources: Sources, signal: AbortSignal): AsyncGenerator<Observation, void, void> {
  const { kube: api, etcd, namespace, clock } = sources;
  const timeout = sources.requestTimeout ?? TIMEOUT;
  return merge(signal, (inner) => [
    observeLeases({ api, namespace, timeout, clock }, inner),
    observeApiServers({ api, timeout, clock }, inner),
    ...(etcd === undefined ? [] : [observeEtcd({ etcd, timeout: TIMEOUT, clock }, inner)]),
  ]);
}
