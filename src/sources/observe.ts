import type { KubeApi } from "../transport/kube-http/client.ts";
import type { Failure } from "../core/facts/failure.ts";
import type { Observation } from "../core/facts/observation.ts";
import type { Seconds } from "../core/facts/time.ts";
import type { Clock } from "./async/clock.ts";
import type { EtcdAccess } from "./etcd/etcd.ts";
import { observeEtcd } from "./etcd/etcd.ts";
import { Deadline } from "../transport/deadline.ts";
import { observeApiServers } from "./kube/api-servers.ts";
import { observeElectionEvents, observeNodes } from "./kube/evidence.ts";
import { observeLeaders } from "./kube/leaders.ts";
import { FirstAnswers } from "./first-answers.ts";
import { merge } from "./async/channel.ts";

/** All that is observed, and by which clock. */
export interface Sources {
  readonly kube: KubeApi;
  /** undefined: etcd is not asked, and nothing is said of it */
  readonly etcd: EtcdAccess | undefined;
  /** where the leases of the control plane are */
  readonly namespace: string;
  /** deadline of one request, to an API server or a member of etcd; undefined: 1.5 s */
  readonly requestTimeout: Seconds | undefined;
  readonly clock: Clock;
}

/** The deadline of one request: long enough for another continent, short enough to say within 3 s that all is dead. */
const TIMEOUT: Seconds = 1.5;

/** What a look at everything may take beyond one deadline: others are found only through those asked first. */
const FOR_THE_REST: Seconds = 0.4;

/** Everything that is seen, each thing as soon as it is, until `signal` aborts or the reader leaves. It never throws. */
export function observe(sources: Sources, signal: AbortSignal): AsyncGenerator<Observation, void, void> {
  return observeAll(sources, signal, false);
}

function observeAll(
  sources: Sources,
  signal: AbortSignal,
  once: boolean,
): AsyncGenerator<Observation, void, void> {
  const { kube: api, etcd, namespace, clock } = sources;
  const timeout = sources.requestTimeout ?? TIMEOUT;
  return merge(signal, (inner) => [
    observeLeaders({ api, namespace, timeout, clock, once }, inner),
    observeApiServers({ api, timeout, clock }, inner),
    observeNodes({ api, timeout, clock }, inner),
    observeElectionEvents({ api, namespace, timeout, clock }, inner),
    ...(etcd === undefined ? [] : [observeEtcd({ etcd, timeout, clock }, inner)]),
  ]);
}

/**
 * One look at everything: the same, until each thing that there is to ask has answered or failed once. It takes 1.9 s
 * at most (more only with a longer `requestTimeout`, or if this process itself stands still meanwhile); what is still
 * open then is said to have failed.
 */
export async function* observeOnce(
  sources: Sources,
  signal: AbortSignal,
): AsyncGenerator<Observation, void, void> {
  const longest = Math.max(TIMEOUT, sources.requestTimeout ?? TIMEOUT) + FOR_THE_REST;
  using deadline = new Deadline({ signal, timeout: longest });
  const answers = new FirstAnswers();
  for await (const seen of observeAll(sources, deadline.signal, true)) {
    answers.add(seen);
    yield seen;
    if (answers.complete) return;
  }
  if (signal.aborted) return;
  const failure: Failure = { code: "timeout", text: `no answer within ${longest.toFixed(1)} s` };
  for (const open of answers.missing(failure)) yield { at: sources.clock(), ...open };
}
