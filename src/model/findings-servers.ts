import type { ApiServerRow, Facts } from "./assessment.ts";
import type { Finding } from "./finding.ts";

/** An API server renews its identity lease every 10 s; its expiry (an hour) says nothing. */
const RENEWED_WITHIN = 30;

/** What the API servers give reason to say. */
export function serverFindings({ apiServers }: Facts): readonly Finding[] {
  return apiServers.rows.flatMap(server);
}

function server(row: ApiServerRow): readonly Finding[] {
  const subject = `API server ${row.host}`;
  if (row.answer === "failed") {
    const evidence = `does not answer for ${(row.failedFor ?? 0).toFixed(1)} s: ${row.failure?.text ?? "no reason known"}`;
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
