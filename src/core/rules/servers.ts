import type { ApiServerRow, Facts } from "../assessment.ts";
import type { NodeReport } from "../facts/evidence.ts";
import type { Rule, Verdict } from "./rule.ts";
import { fail, pass, unknown } from "./rule.ts";
import type { Thresholds } from "./thresholds.ts";
import { peerFailureFor } from "../facts/connection-failure.ts";

const silent: Rule = {
  id: "api-server-silent",
  title: ["does not answer", "API: no answer"],
  severities: ["warning"],
  each: "API server",
  needs: ["apiServers"],
  evaluate: eachServer((row, subject, { identityLeaseAge }, { leases }) => {
    if (row.answer === "failed") {
      const advice = "check that it and its etcd member run (`crictl ps -a` on its node)";
      return fail(subject, peerFailureFor(row.failure, row.failedFor), advice);
    }
    if (row.answer !== undefined) return pass(subject, answeredIn(row));
    // An identity lease that is not seen now says nothing of its server.
    if (row.renewedAgo === undefined || leases.freshness.state !== "live")
      return unknown(subject, notAsked(row));
    const evidence = `identity lease last renewed ${row.renewedAgo.toFixed(0)} s ago`;
    return row.renewedAgo > identityLeaseAge
      ? fail(subject, evidence, "check that it runs")
      : pass(subject, evidence);
  }),
};

/** A verdict on each API server. */
function eachServer(
  judge: (row: ApiServerRow, subject: string, thresholds: Thresholds, facts: Facts) => Verdict,
): Rule["evaluate"] {
  return (facts, thresholds) =>
    facts.apiServers.rows.map((row) => judge(row, `API server ${row.host}`, thresholds, facts));
}

function answeredIn({ took }: ApiServerRow): string {
  return took === undefined ? "" : `answered in ${(took * 1000).toFixed(1)} ms`;
}

function notAsked({ failure }: ApiServerRow): string {
  return failure?.text ?? "not asked directly: address unknown";
}

const notReady: Rule = {
  id: "api-server-not-ready",
  title: ["not ready", "API not ready"],
  severities: ["warning"],
  each: "API server",
  needs: ["apiServers"],
  evaluate: eachServer((row, subject) => {
    if (row.answer === "ready") return pass(subject, answeredIn(row));
    if (row.answer !== "not ready") return unknown(subject, notAsked(row));
    const advice = row.failing.includes("etcd")
      ? "check its etcd member (`kubectl ha etcd health`)"
      : "run `kubectl get --raw '/readyz?verbose'` on it";
    return fail(subject, `/readyz fails: ${row.failing.join(", ")}`, advice);
  }),
};

const nodeNotReady: Rule = {
  id: "node-not-ready",
  title: ["not ready", "node not ready"],
  severities: ["warning"],
  each: "node",
  needs: ["nodes"],
  evaluate: ({ controlPlane: { nodes } }) => nodes.items.map(nodeVerdict),
};

function nodeVerdict({ name, ready, since, reason }: NodeReport): Verdict {
  const when = since === undefined ? "" : ` since ${since}`;
  if (ready === "True") return pass(`node ${name}`, `ready${when}`);
  const stopped =
    ready === "Unknown" ? "; kubelet stopped reporting, pod states are the last known ones" : "";
  const evidence = `not ready${when}${reason === "" ? "" : `: ${reason}`}${stopped}`;
  const advice =
    ready === "Unknown"
      ? `check that ${name} is up (\`kubectl describe node ${name}\`)`
      : `run \`journalctl -u kubelet\` on ${name}`;
  return fail(`node ${name}`, evidence, advice);
}

/** The rules on API servers and nodes. */
export const SERVER_RULES: readonly Rule[] = [silent, notReady, nodeNotReady];
