import type { KubeApi } from "../transport/kube-http/client.ts";
import type { Failure } from "../core/facts/failure.ts";
import type { Observation } from "../core/facts/observation.ts";
import type { Seconds } from "../core/facts/time.ts";
import type { Clock } from "./async/clock.ts";
import type { EtcdAccess } from "./etcd/access.ts";
import { observeEtcd } from "./etcd/etcd.ts";
import { observeApiServers } from "./kube/api-servers.ts";
import { observeElectionEvents, observeNodes } from "./kube/evidence.ts";
import { observeNobody } from "./kube/nobody.ts";
import { observeLeaders } from "./kube/leaders.ts";
import { FirstAnswers } from "./first-answers.ts";
import type { Emit } from "./async/channel.ts";
import { errgroup } from "./async/channel.ts";
import { FOR_THE_REST, REQUEST_TIMEOUT, untilAnswered } from "./until-answered.ts";

/** All that is observed, and by which clock. */
export interface Sources {
  /** the API servers; or why there are none to ask */
  readonly kube: KubeApi | Failure;
  /** undefined: etcd is not asked, and nothing is said of it */
  readonly etcd: EtcdAccess | undefined;
  /** where the leases of the control plane are */
  readonly namespace: string;
  /** deadline of one request, to an API server or a member of etcd; undefined: 1.5 s */
  readonly requestTimeout: Seconds | undefined;
  readonly clock: Clock;
}

/** Everything that is seen, each thing as soon as it is, until `signal` aborts. */
export async function observe(sources: Sources, emit: Emit<Observation>, signal: AbortSignal): Promise<void> {
  await observeAll(sources, false, emit, signal);
}

async function observeAll(
  sources: Sources,
  once: boolean,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { kube: api, etcd, namespace, clock } = sources;
  const timeout = sources.requestTimeout ?? REQUEST_TIMEOUT;
  if ("code" in api) {
    observeNobody(api, clock, emit);
    if (etcd !== undefined) await observeEtcd({ etcd, timeout, clock }, emit, signal);
    return;
  }
  await errgroup(signal, (inner) => [
    observeLeaders({ api, namespace, timeout, clock, once }, emit, inner),
    observeApiServers({ api, timeout, clock }, emit, inner),
    observeNodes({ api, timeout, clock }, emit, inner),
    observeElectionEvents({ api, namespace, timeout, clock }, emit, inner),
    ...(etcd === undefined ? [] : [observeEtcd({ etcd, timeout, clock }, emit, inner)]),
  ]);
}

/**
 * One look at everything: the same, until each thing that there is to ask has answered or failed once. It takes 1.9 s
 * at most (more only with a longer `requestTimeout`, or if this process itself stands still meanwhile); what is still
 * open then is said to have failed.
 */
export async function observeOnce(
  sources: Sources,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const look = {
    answers: new FirstAnswers({ etcd: sources.etcd !== undefined }),
    longest: Math.max(REQUEST_TIMEOUT, sources.requestTimeout ?? REQUEST_TIMEOUT) + FOR_THE_REST,
    clock: sources.clock,
    source: (take: Emit<Observation>, inner: AbortSignal) => observeAll(sources, true, take, inner),
  };
  await untilAnswered(look, emit, signal);
}
