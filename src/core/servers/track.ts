import type { ApiServerObservation } from "../facts/observation.ts";
import type { ClusterFacts, ObservedApiServer } from "../state.ts";
import type { Instant } from "../facts/time.ts";

/** Writes the answers of each API server into the facts. */
export function reduceApiServers(
  facts: ClusterFacts,
  seen: ApiServerObservation & { readonly at: Instant },
): ClusterFacts {
  switch (seen.kind) {
    case "version":
      return { ...facts, gitVersion: seen.gitVersion };
    case "api-servers-unknown":
      return { ...facts, apiServersUnknown: seen.failure };
    case "api-servers-found": {
      const found = seen.servers.map(({ server, host }): [string, ObservedApiServer] => [
        server,
        facts.apiServers.get(server) ?? { server, host, lastAnswer: undefined, failing: undefined },
      ]);
      return { ...facts, apiServersUnknown: undefined, apiServers: new Map(found) };
    }
    case "api-server-answered":
    case "api-server-failed": {
      const before = facts.apiServers.get(seen.server);
      if (before === undefined) return facts;
      const apiServers = new Map(facts.apiServers).set(seen.server, answered(before, seen));
      return { ...facts, apiServers };
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
