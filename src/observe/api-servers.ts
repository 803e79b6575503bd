import { isDeepStrictEqual } from "node:util";
import type { KubeApi } from "../kube/client.ts";
import { cleanText } from "../model/clean-text.ts";
import { RequestError, failureOf } from "../model/failed.ts";
import type { Failure } from "../model/failure.ts";
import { field } from "../model/fields.ts";
import type { FoundApiServer, Observation } from "../model/observation.ts";
import { secondsBetween } from "../model/time.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import { readComponentPod } from "./component-pod.ts";
import { followObjects } from "./followed-objects.ts";
import { findApiServers } from "./found-api-servers.ts";
import { Loops } from "./loops.ts";
import type { Emit } from "./merge.ts";
import { channel, errgroup } from "./merge.ts";
import { Backoff, pause } from "./pause.ts";
import { failingChecks } from "./readyz.ts";
import { isOver } from "./scope.ts";

/** Whose API servers are asked. `timeout`: deadline of each request. */
export interface ApiServerSource {
  readonly api: KubeApi;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

const PODS = "/api/v1/namespaces/kube-system/pods";
/** kubeadm's label of the control plane's mirror pods. */
const COMPONENTS = {
  labelSelector: "component in (kube-apiserver,kube-scheduler,kube-controller-manager,etcd)",
};
const READYZ_INTERVAL: Seconds = 2;

const NONE_FOUND: Failure = {
  code: "other",
  text: "no pod in kube-system tells where an API server listens: the control plane may be managed elsewhere",
};

/**
 * The version, the control plane's mirror pods, which API servers there are by them, and each server by itself: whether
 * it says that it is ready. They are found through the kubeconfig's server; then each is asked in its own loop, so that
 * a dead one costs its own row only.
 */
export function observeApiServers(source: ApiServerSource, signal: AbortSignal): AsyncGenerator<Observation> {
  return channel(signal, (emit, inner) =>
    errgroup(inner, (shared) => [askVersion(source, emit, shared), discover(source, emit, shared)]),
  );
}

async function askVersion(
  { api, timeout, clock }: ApiServerSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      const gitVersion = field(await api.get("/version", { signal, timeout }), "gitVersion");
      if (typeof gitVersion === "string")
        emit({ at: clock(), kind: "version", gitVersion: cleanText(gitVersion, 60) });
      return;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      await backoff.wait(signal);
    }
  }
}

async function discover(
  source: ApiServerSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = source;
  const loops = new Loops<string>(signal);
  let known: readonly FoundApiServer[] = [];
  const listed = (objects: readonly unknown[]): void => {
    const at = clock();
    const pods = objects.map(readComponentPod).filter((pod) => pod !== undefined);
    emit({ at, kind: "pods-listed", pods });
    const found = findApiServers(objects);
    if (found.length === 0 && known.length === 0)
      emit({ at, kind: "api-servers-unknown", failure: NONE_FOUND });
    if (found.length === 0 || isDeepStrictEqual(found, known)) return;
    known = found;
    emit({ at, kind: "api-servers-found", servers: found });
    loops.keep(
      found.map((one) => one.server),
      (server, inner) => askReadyz(source, server, emit, inner),
    );
  };
  const failed = (failure: Failure): void => {
    emit({ at: clock(), kind: "pods-failed", failure });
    if (known.length === 0) emit({ at: clock(), kind: "api-servers-unknown", failure });
  };
  await errgroup(signal, () => [
    followObjects({ ...source, path: PODS, selector: COMPONENTS, listed, failed }, signal),
    loops.ended(),
  ]);
}

async function askReadyz(
  { api, timeout, clock }: ApiServerSource,
  server: string,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const own = api.at(server);
  while (!signal.aborted) {
    const asked = clock();
    try {
      const { ok, text } = await own.getText("/readyz?verbose", { signal, timeout });
      const at = clock();
      const took = secondsBetween(asked, at);
      const failing = ok ? [] : failingChecks(text);
      emit({ at, kind: "api-server-answered", server, ready: ok, failing, took });
    } catch (error) {
      if (isOver(signal)) break;
      emit({ at: clock(), kind: "api-server-failed", server, failure: failureOf(error) });
    }
    await pause(READYZ_INTERVAL - secondsBetween(asked, clock()), signal);
  }
  own.close();
}
