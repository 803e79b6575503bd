import type { Facts, Freshness } from "../assessment.ts";
import type { Source, Verdict } from "./rule.ts";
import { unknown } from "./rule.ts";

const NAMES: Readonly<Record<Source, string>> = {
  leases: "leases",
  apiServers: "API servers",
  etcd: "etcd",
  pods: "pods",
  nodes: "nodes",
  electionEvents: "election events",
};

/** A source as the subject of a result. */
export function sourceName(source: Source): string {
  return NAMES[source];
}

/** The verdict where nothing can be judged by a source, with the reason; undefined: it can. */
export function unmet(source: Source, facts: Facts): Verdict | undefined {
  const reason = reasonOf(source, facts);
  return reason === undefined ? undefined : unknown(NAMES[source], reason);
}

function reasonOf(source: Source, facts: Facts): string | undefined {
  switch (source) {
    case "leases":
      return notLive(source, facts.leases.freshness);
    case "apiServers":
      return noServer(facts);
    case "etcd":
      return noMember(facts);
    case "pods":
    case "nodes":
    case "electionEvents":
      return notLive(source, facts.controlPlane[source].freshness);
  }
}

const ASKING = "no answer yet";

function notLive(source: Source, freshness: Freshness): string | undefined {
  if (freshness.state === "live") return undefined;
  if (freshness.state === "asking") return ASKING;
  return `${NAMES[source]} cannot be read: ${freshness.failure.text}`;
}

/** Each API server answers or fails by itself: the rules judge each of them. */
function noServer({ apiServers: { rows, unknown: failure } }: Facts): string | undefined {
  return rows.length > 0 ? undefined : (failure?.text ?? ASKING);
}

/** Each member answers or fails by itself: the rules judge each of them, and the quorum also while none answers. */
function noMember({ etcd }: Facts): string | undefined {
  if (etcd.state === "members") return etcd.freshness.state === "asking" ? ASKING : undefined;
  if (etcd.state === "asking") return ASKING;
  if (etcd.managed) return `etcd is managed by ${etcd.managed.name} and cannot be accessed`;
  const tried = etcd.tried.map(({ route, outcome }) => `${route}: ${outcome}`).join("; ");
  return `etcd not configured (${tried})`;
}
