import type { AskedRoute } from "../../src/core/facts/observation.ts";
import { DIRECT, directRoute } from "../../src/core/etcd/routes.ts";
import type { Route, RouteCan } from "../../src/core/facts/route.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";

/** Routes straight to addresses. */
export function routesTo(endpoints: readonly string[]): readonly Route[] {
  return endpoints.map((endpoint) => directRoute({ endpoint, secure: true }));
}

/** The same as they are asked, and nothing is known from before. */
export function asking(endpoints: readonly string[]): readonly AskedRoute[] {
  return routesTo(endpoints).map((route) => ({ route, can: EVERYTHING }));
}

/** etcd at given addresses; what is there is opened by `open`, as are the addresses that members list. */
export function accessTo(given: readonly string[], open: (endpoint: string) => EtcdApi): EtcdAccess {
  const direct = {
    name: DIRECT,
    discover: async function* () {
      yield await Promise.resolve(routesTo(given));
    },
    open: ({ key }: Route) => open(key),
  };
  return { found: true, transports: [direct] };
}

/** A route over which all can be asked. */
export const EVERYTHING: RouteCan = {
  ...{ stream: true, batch: true, clock: true, raftTerm: true },
  ...{ list: true, hash: true, linearizable: true },
};

/** A route to the pod of member `id`, as a second transport offers it. */
export function podRoute(id: string): Route {
  return { key: `pods etcd-${id}`, transport: "pods", to: { pod: `kube-system/etcd-${id}` } };
}
