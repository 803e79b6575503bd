import type { Derived, FactChange, ObservedApiServer } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { addEvents } from "../timeline.ts";
import { apiServerEvent } from "./events.ts";
import { answerOf } from "./judge.ts";

/** What an observation of API servers adds: of those that it changed, where they answer differently now. */
export function deriveApiServers(derived: Derived, { before, after, at }: FactChange): Derived {
  if (before.apiServers === after.apiServers) return derived;
  const changed = [...after.apiServers.values()].filter((is) => {
    const was = before.apiServers.get(is.server);
    // One that was left out meanwhile begins without a report.
    return was === undefined || (was !== is && answerOf(was) !== answerOf(is));
  });
  return changed.reduce((all, server) => deriveAnswer(all, server, at), derived);
}

function deriveAnswer(derived: Derived, server: ObservedApiServer, at: Instant): Derived {
  const { reported } = derived;
  const before = reported.apiServers.get(server.server);
  const { report, event } = apiServerEvent(server, answerOf(server), before, at);
  if (report === before) return derived;
  const apiServers = new Map(reported.apiServers);
  if (report === undefined) apiServers.delete(server.server);
  else apiServers.set(server.server, report);
  return {
    ...derived,
    events: addEvents(derived.events, event ? [event] : []),
    reported: { ...reported, apiServers },
  };
}
