import { isIP } from "node:net";
import { byName } from "../model/by-name.ts";
import { cleanText } from "../model/clean-text.ts";
import { field } from "../model/fields.ts";
import type { FoundApiServer } from "../model/observation.ts";

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
  // kubeadm writes addresses, never names. Whoever may write pods must not choose where credentials are sent.
  const address = /^(?<host>[\d.]+|\[(?<host6>[\da-fA-F:.]+)\]):\d{1,5}$/.exec(server)?.groups;
  if (isIP(address?.["host6"] ?? address?.["host"] ?? "") === 0) return undefined;
  return URL.canParse(`https://${server}`) ? { server, host: cleanText(host) } : undefined;
}
