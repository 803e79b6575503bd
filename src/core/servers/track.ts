import type { ApiServerObservation } from "../facts/observation.ts";
import type { ClusterState, ObservedApiServer, ServerTrouble, TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { peerFailureWords } from "../facts/connection-failure.ts";
import { addEvents } from "../timeline.ts";

/** Writes the answers of each API server into the state and the timeline. */
export function reduceApiServers(
  state: ClusterState,
  seen: ApiServerObservation & { readonly at: Instant },
): ClusterState {
  switch (seen.kind) {
    case "version":
      return { ...state, gitVersion: seen.gitVersion };
    case "api-servers-unknown":
      return { ...state, apiServersUnknown: seen.failure };
    case "api-servers-found": {
      const found = seen.servers.map(({ server, host }): [string, ObservedApiServer] => [
        server,
        state.apiServers.get(server) ?? {
          server,
          host,
          lastAnswer: undefined,
          failing: undefined,
          trouble: undefined,
        },
      ]);
      return { ...state, apiServersUnknown: undefined, apiServers: new Map(found) };
    }
    case "api-server-answered":
    case "api-server-failed": {
      const before = state.apiServers.get(seen.server);
      if (before === undefined) return state;
      const { after, events } = apiServerEvents(before, answered(before, seen), seen.at);
      const apiServers = new Map(state.apiServers).set(seen.server, after);
      return { ...state, apiServers, events: addEvents(state.events, events) };
    }
  }
}

type Answer = ApiServerObservation & { readonly kind: "api-server-answered" | "api-server-failed" };

function answered(before: ObservedApiServer, seen: Answer & { readonly at: Instant }): ObservedApiServer {
  const { at } = seen;
  if (seen.kind === "api-server-failed") {
    return { ...before, failing: { failure: seen.failure, since: before.failing?.since ?? at } };
  }
  const { ready, failing, took } = seen;
  return { ...before, lastAnswer: { ready, failing, took, at }, failing: undefined };
}

/**
 * The timeline events of an answer. Beside a dead etcd a server alternates between not ready and no answer: each is
 * reported once until it is ready again. One that was never reached from here is no event: it may be unreachable from here.
 */
function apiServerEvents(
  before: ObservedApiServer,
  after: ObservedApiServer,
  at: Instant,
): { readonly after: ObservedApiServer; readonly events: readonly TimelineEvent[] } {
  const subject = `API server ${after.host}`;
  const { lastAnswer, failing } = after;
  if (lastAnswer === undefined) return { after, events: [] };
  if (!failing && lastAnswer.ready) {
    const trouble = before.trouble;
    if (trouble === undefined) return { after, events: [] };
    const text = `is ready again after ${secondsBetween(trouble.since, at).toFixed(1)} s`;
    return { after: { ...after, trouble: undefined }, events: [{ at, tone: "ok", subject, text }] };
  }
  const is: ServerTrouble = failing ? "no answer" : "not ready";
  const { since, reported } = before.trouble ?? { since: at, reported: [] };
  if (reported.includes(is)) return { after, events: [] };
  const text = failing
    ? peerFailureWords(failing.failure, after.server)
    : `is not ready: ${lastAnswer.failing.join(", ")}`;
  return {
    after: { ...after, trouble: { since, reported: [...reported, is] } },
    events: [{ at, tone: "bad", subject, text }],
  };
}
