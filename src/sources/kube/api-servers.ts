import type { FoundApiServer, Observation } from "../../core/facts/observation.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import { Backoff, pause } from "../async/clock.ts";
import type { Emit } from "../async/channel.ts";
import { errgroup } from "../async/channel.ts";
import { cleanText } from "../../text/clean.ts";
import { isIP } from "node:net";
import { byName } from "../../text/order.ts";
import { field } from "../../text/fields.ts";
import { isDeepStrictEqual } from "node:util";
import { EVIDENCE, readComponentPod } from "./evidence.ts";
import type { KubeSource } from "./list-watch.ts";
import { listWatch } from "./list-watch.ts";
import { Loops } from "../async/loops.ts";
import { isOver } from "../async/scope.ts";

/** The names of the checks that failed, from the text of `/readyz?verbose`: lines such as `[-]etcd failed: reason withheld`. */
export function failingChecks(text: string): readonly string[] {
  return text
    .matchAll(/^\[-\](\S+)/gm)
    .map(([, name = ""]) => cleanText(name, 100))
    .take(100)
    .toArray();
}

/** Where kubeadm writes down at which address an API server listens. */
const ENDPOINT = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";

/** Reads the API servers from mirror pods; a pod that does not tell its address is left out. */
export function findApiServers(pods: readonly unknown[]): readonly FoundApiServer[] {
  const found = pods.map(readPod).filter((server) => server !== undefined);
  return [...new Map(found.map((one) => [one.server, one])).values()].toSorted((a, b) =>
    byName(a.host, b.host),
  );
}

function readPod(pod: unknown): FoundApiServer | undefined {
  const server = field(field(field(pod, "metadata"), "annotations"), ENDPOINT);
  const host = field(field(pod, "spec"), "nodeName");
  if (typeof server !== "string" || typeof host !== "string") return undefined;
  // kubeadm writes addresses, never names. A user who may write pods must not choose where credentials are sent.
  const address = /^(?<host>[\d.]+|\[(?<host6>[\da-fA-F:.]+)\]):\d{1,5}$/.exec(server)?.groups;
  if (isIP(address?.["host6"] ?? address?.["host"] ?? "") === 0) return undefined;
  return URL.canParse(`https://${server}`) ? { server, host: cleanText(host) } : undefined;
}

const PODS = "/api/v1/namespaces/kube-system/pods";
/** kubeadm's label of the control plane's mirror pods. */
const COMPONENTS = {
  labelSelector: "component in (kube-apiserver,kube-scheduler,kube-controller-manager,etcd)",
};
const READYZ_INTERVAL: Seconds = 2;

const NONE_FOUND: Failure = {
  code: "other",
  text: "no pod in kube-system has the address of an API server: the control plane may be managed by a provider",
};

/**
 * The version, the control plane's mirror pods, which API servers there are by them, and each server by itself: whether
 * it says that it is ready. They are found through the kubeconfig's server; then each is asked in its own loop, so that
 * a dead one costs its own row only.
 */
export async function observeApiServers(
  source: KubeSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  await errgroup(signal, (inner) => [askVersion(source, emit, inner), discover(source, emit, inner)]);
}

async function askVersion(
  { api, timeout, clock }: KubeSource,
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

async function discover(source: KubeSource, emit: Emit<Observation>, signal: AbortSignal): Promise<void> {
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
    listWatch({ ...EVIDENCE, ...source, path: PODS, selector: COMPONENTS, listed, failed }, signal),
    loops.ended(),
  ]);
}

async function askReadyz(
  { api, timeout, clock }: KubeSource,
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
