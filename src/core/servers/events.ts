import type { ApiServerRow } from "../assessment.ts";
import type { ObservedApiServer, Reported, TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { peerFailureWords } from "../facts/connection-failure.ts";

/** What is reported of one API server; undefined: nothing since it was ready. */
export type ServerReport = ReturnType<Reported["apiServers"]["get"]>;

/**
 * The timeline event of a changed answer, and what is reported with it. Beside a dead etcd a server alternates between
 * not ready and no answer: each is reported once until it is ready again. One that was never reached from here is no
 * event: it may be unreachable from here.
 */
export function apiServerEvent(
  server: ObservedApiServer,
  answer: ApiServerRow["answer"],
  reported: ServerReport,
  at: Instant,
): { readonly report: ServerReport; readonly event?: TimelineEvent } {
  const subject = `API server ${server.host}`;
  if (answer === undefined) return { report: undefined };
  if (answer === "ready") {
    if (reported === undefined) return { report: undefined };
    const text = `is ready again after ${secondsBetween(reported.since, at).toFixed(1)} s`;
    return { report: undefined, event: { at, tone: "ok", subject, text } };
  }
  const { since, troubles } = reported ?? { since: at, troubles: [] };
  if (troubles.includes(answer)) return { report: reported };
  const text = server.failing
    ? peerFailureWords(server.failing.failure, server.server)
    : `is not ready: ${server.lastAnswer?.failing.join(", ") ?? ""}`;
  return {
    report: { since, troubles: [...troubles, answer] },
    event: { at, tone: "bad", subject, text },
  };
}
