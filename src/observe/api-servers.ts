import type { KubeApi } from "../kube/client.ts";
import { cleanText } from "../model/clean-text.ts";
import { Failed, failureOf } from "../model/failed.ts";
import type { Failure } from "../model/failure.ts";
import { field } from "../model/fields.ts";
import type { FoundApiServer, Observation } from "../model/observation.ts";
import { secondsBetween } from "../model/time.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import { findApiServers } from "./found-api-servers.ts";
import { hedged } from "./hedge.ts";
import { Loops } from "./loops.ts";
import type { Emit } from "./merge.ts";
import { emitting, together } from "./merge.ts";
import { Backoff, pause } from "./pause.ts";
import { failingChecks } from "./readyz.ts";
import { isOver } from "./scope.ts";

/** Whose API servers are asked. `timeout`: deadline of each request. */
export interface ApiServerSource {
  readonly api: KubeApi;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

const PODS = "/api/v1/namespaces/kube-system/pods?labelSelector=component%3Dkube-apiserver";
/** How often the mirror pods are looked up: servers come and go rarely. */
const DISCOVERY_INTERVAL: Seconds = 30;
const READYZ_INTERVAL: Seconds = 2;

const NONE_FOUND: Failure = {
  code: "other",
  text: "no pod in kube-system tells where an API server listens: the control plane may be managed elsewhere",
};

/**
 * The version, which API servers there are, and each server by itself: whether it says that it is ready. They are found
 * through the kubeconfig's server; then each is asked in its own loop, so that a dead one costs its own row only.
 */
export function observeApiServers(source: ApiServerSource, signal: AbortSignal): AsyncGenerator<Observation> {
  return emitting(signal, (emit, inner) =>
    together(inner, (shared) => [askVersion(source, emit, shared), discover(source, emit, shared)]),
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
      if (!(error instanceof Failed)) throw error;
      await backoff.wait(signal);
    }
  }
}

async function discover(
  source: ApiServerSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { api, timeout, clock } = source;
  const loops = new Loops<string>(signal);
  const find = async (): Promise<void> => {
    const backoff = new Backoff();
    let known: readonly FoundApiServer[] = [];
    while (!isOver(signal)) {
      const found = await hedged((call) => api.get(PODS, call), timeout, signal).then(
        findApiServers,
        failureOf,
      );
      if (isOver(signal)) return;
      if (isList(found) && found.length > 0) {
        known = found;
        backoff.reset();
        emit({ at: clock(), kind: "api-servers-found", servers: found });
        loops.keep(
          found.map((one) => one.server),
          (server, inner) => askReadyz(source, server, emit, inner),
        );
      } else if (known.length === 0) {
        emit({ at: clock(), kind: "api-servers-unknown", failure: isList(found) ? NONE_FOUND : found });
      }
      // What is forbidden, or not there, will be so in a second, too.
      const settled = isList(found) || found.code === "forbidden";
      await (settled ? pause(DISCOVERY_INTERVAL, signal) : backoff.wait(signal));
    }
  };
  await together(signal, () => [find(), loops.ended()]);
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

function isList(found: readonly FoundApiServer[] | Failure): found is readonly FoundApiServer[] {
  return Array.isArray(found);
}
