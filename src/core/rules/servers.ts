import type { ApiServerRow, Facts } from "../assessment.ts";
import type { NodeReport } from "../facts/evidence.ts";
import type { Finding } from "./finding.ts";
import { peerFailureFor } from "../facts/connection-failure.ts";

/** An API server renews its identity lease every 10 s; its expiry (an hour) says nothing. */
const RENEWED_WITHIN = 30;

/** Findings on the API servers and the nodes. */
export function serverFindings({ apiServers, controlPlane }: Facts): readonly Finding[] {
  const { freshness, items } = controlPlane.nodes;
  return [...apiServers.rows.flatMap(server), ...(freshness.state === "live" ? items.flatMap(node) : [])];
}

function node({ name, ready, since, reason }: NodeReport): readonly Finding[] {
  if (ready === "True") return [];
  const when = since === undefined ? "" : ` since ${since}`;
  const stopped =
    ready === "Unknown" ? "; kubelet stopped reporting, pod states are the last known ones" : "";
  const evidence = `not ready${when}${reason === "" ? "" : `: ${reason}`}${stopped}`;
  const advice =
    ready === "Unknown"
      ? `check that ${name} is up (\`kubectl describe node ${name}\`)`
      : `run \`journalctl -u kubelet\` on ${name}`;
  return [{ id: "node-not-ready", severity: "warning", subject: `node ${name}`, evidence, advice }];
}

function server(row: ApiServerRow): readonly Finding[] {
  const subject = `API server ${row.host}`;
  if (row.answer === "failed") {
    const evidence = peerFailureFor(row.failure, row.failedFor);
    const advice = "check that it and its etcd member run (`crictl ps -a` on its node)";
    return [{ id: "api-server-silent", severity: "warning", subject, evidence, advice }];
  }
  if (row.answer === "not ready") {
    const evidence = `/readyz fails: ${row.failing.join(", ")}`;
    const advice = row.failing.includes("etcd")
      ? "check its etcd member (`kubectl ha etcd health`)"
      : "run `kubectl get --raw '/readyz?verbose'` on it";
    return [{ id: "api-server-not-ready", severity: "warning", subject, evidence, advice }];
  }
  if (row.answer === undefined && row.renewedAgo !== undefined && row.renewedAgo > RENEWED_WITHIN) {
    const evidence = `identity lease last renewed ${row.renewedAgo.toFixed(0)} s ago`;
    return [
      { id: "api-server-silent", severity: "warning", subject, evidence, advice: "check that it runs" },
    ];
  }
  return [];
}
