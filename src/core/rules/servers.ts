import type { ApiServerRow, Facts } from "../assessment.ts";
import type { NodeReport } from "../facts/evidence.ts";
import type { Finding } from "./finding.ts";
import { silenceFor } from "../facts/connection-failure.ts";

/** An API server renews its identity lease every 10 s; its expiry (an hour) says nothing. */
const RENEWED_WITHIN = 30;

/** What the API servers and the nodes give reason to say. */
export function serverFindings({ apiServers, controlPlane }: Facts): readonly Finding[] {
  const { freshness, items } = controlPlane.nodes;
  return [...apiServers.rows.flatMap(server), ...(freshness.state === "live" ? items.flatMap(node) : [])];
}

function node({ name, ready, since, reason }: NodeReport): readonly Finding[] {
  if (ready === "True") return [];
  const when = since === undefined ? "" : ` since ${since}`;
  const evidence = `not ready${when}${reason === "" ? "" : `: ${reason}`}`;
  const silent = "its kubelet is not heard of; what is told of its pods is its last word";
  const advice =
    ready === "Unknown" ? `${silent}: see whether ${name} is up` : `see what its kubelet says on ${name}`;
  return [{ id: "node-not-ready", severity: "warning", subject: `node ${name}`, evidence, advice }];
}

function server(row: ApiServerRow): readonly Finding[] {
  const subject = `API server ${row.host}`;
  if (row.answer === "failed") {
    const evidence = silenceFor(row.failure, row.failedFor);
    const advice = "see whether it runs, and whether its etcd member does";
    return [{ id: "api-server-silent", severity: "warning", subject, evidence, advice }];
  }
  if (row.answer === "not ready") {
    const evidence = `/readyz fails: ${row.failing.join(", ")}`;
    const advice = "a check named etcd means that its member does not answer";
    return [{ id: "api-server-not-ready", severity: "warning", subject, evidence, advice }];
  }
  if (row.answer === undefined && row.renewedAgo !== undefined && row.renewedAgo > RENEWED_WITHIN) {
    const evidence = `its identity lease was last renewed ${row.renewedAgo.toFixed(0)} s ago`;
    return [
      { id: "api-server-silent", severity: "warning", subject, evidence, advice: "see whether it runs" },
    ];
  }
  return [];
}
