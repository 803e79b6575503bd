import type { ApiServerRow, ApiServersSummary } from "../assessment.ts";
import type { ObservedLease } from "../leases/lease.ts";
import type { ClusterState, ObservedApiServer } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { latest, secondsBetween } from "../facts/time.ts";
import { freshness } from "../freshness.ts";

/**
 * The API servers: those that mirror pods name, asked by themselves, and those that an identity lease names.
 * An identity lease lives an hour after its server; only the age of its renewal says something.
 */
export function summarizeApiServers(state: ClusterState, now: Instant): ApiServersSummary {
  const asked = [...state.apiServers.values()];
  const renewed = renewals(state, now);
  const anyAnswers = asked.some((s) => s.lastAnswer !== undefined);
  const leased = [...renewed.keys()].filter((host) => !asked.some((s) => s.host === host));
  const rows = [
    ...asked.map((server) => askedRow(server, renewed.get(server.host), { anyAnswers, now })),
    ...leased.map((host) => leasedRow(host, renewed.get(host))),
  ].sort((a, b) => (a.host < b.host ? -1 : 1));
  const heard = asked.flatMap((s) => (s.lastAnswer ? [s.lastAnswer.at] : []));
  const reported = {
    askedAt: state.startedAt,
    provedAt: heard.reduce<Instant | undefined>((a, b) => (a ? latest(a, b) : b), undefined),
    failing: asked.length > 0 && asked.every((s) => s.failing) ? asked[0]?.failing : undefined,
    trustedFor: 5,
  };
  return {
    unknown: state.apiServersUnknown,
    rows,
    ready: rows.filter((r) => r.answer === "ready").length,
    freshness: freshness(reported, now),
  };
}

/** Seconds since the newest renewal of an identity lease, by host: after a restart a host can have more than one. */
function renewals(state: ClusterState, now: Instant): Map<string, Seconds> {
  const ages = new Map<string, Seconds>();
  const leases: ObservedLease[] = [...state.leases.values()];
  for (const { record, changedAt } of leases) {
    if (record.apiServerHost === undefined) continue;
    const age = secondsBetween(changedAt, now);
    ages.set(record.apiServerHost, Math.min(age, ages.get(record.apiServerHost) ?? age));
  }
  return ages;
}

function askedRow(
  s: ObservedApiServer,
  renewedAgo: Seconds | undefined,
  { anyAnswers, now }: { readonly anyAnswers: boolean; readonly now: Instant },
): ApiServerRow {
  // Where another one answers, a server that refuses is down; one that gives no answer may only be unreachable from here.
  const isDown = anyAnswers && s.failing?.failure.code === "refused";
  return {
    host: s.host,
    server: s.server,
    answer: answerOf(s) ?? (isDown ? "failed" : undefined),
    failing: s.lastAnswer?.failing ?? [],
    failure: s.failing?.failure,
    failedFor: s.failing && secondsBetween(s.failing.since, now),
    took: s.lastAnswer?.took,
    renewedAgo,
  };
}

/** What an API server answers now; undefined: it never answered from here. */
export function answerOf({ lastAnswer, failing }: ObservedApiServer): ApiServerRow["answer"] {
  if (lastAnswer === undefined) return undefined;
  if (failing) return "failed";
  return lastAnswer.ready ? "ready" : "not ready";
}

function leasedRow(host: string, renewedAgo: Seconds | undefined): ApiServerRow {
  return {
    host,
    server: undefined,
    answer: undefined,
    failing: [],
    failure: undefined,
    failedFor: undefined,
    took: undefined,
    renewedAgo,
  };
}
