import type { ApiServerObservation } from "./observation.ts";
import type { ClusterState, ObservedApiServer, TimelineEvent } from "./state.ts";
import type { Instant } from "./time.ts";
import { secondsBetween } from "./time.ts";
import { addEvents } from "./timeline.ts";

/** What asking each API server by itself told. */
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
        state.apiServers.get(server) ?? { server, host, lastAnswer: undefined, failing: undefined },
      ]);
      return { ...state, apiServersUnknown: undefined, apiServers: new Map(found) };
    }
    case "api-server-answered":
    case "api-server-failed": {
      const before = state.apiServers.get(seen.server);
      if (before === undefined) return state;
      const after = answered(before, seen);
      const apiServers = new Map(state.apiServers).set(seen.server, after);
      return { ...state, apiServers, events: addEvents(state.events, narrate(before, after, seen.at)) };
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

/** A server that was never reached from here is no event: it may simply be out of our reach. */
function narrate(before: ObservedApiServer, after: ObservedApiServer, at: Instant): readonly TimelineEvent[] {
  const subject = `API server ${after.host}`;
  if (before.lastAnswer === undefined) return [];
  if (after.failing && !before.failing) {
    return [{ at, tone: "bad", subject, text: `does not answer: ${after.failing.failure.text}` }];
  }
  if (before.failing && !after.failing) {
    const gap = secondsBetween(before.lastAnswer.at, at).toFixed(1);
    return [{ at, tone: "ok", subject, text: `answers again after ${gap} s` }];
  }
  const was = before.lastAnswer.ready;
  const is = after.lastAnswer?.ready ?? was;
  if (was === is) return [];
  if (is) return [{ at, tone: "ok", subject, text: "is ready again" }];
  return [
    { at, tone: "bad", subject, text: `is not ready: ${(after.lastAnswer?.failing ?? []).join(", ")}` },
  ];
}
