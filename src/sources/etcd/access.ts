import type { Attempt } from "../../core/facts/observation.ts";
import type { Route } from "../../core/facts/route.ts";
import type { EtcdApi, EtcdTransport } from "../../transport/etcd-api.ts";

/** How etcd is reached: by transports, the best first; or what was tried in vain. */
export type EtcdAccess =
  | {
      readonly found: true;
      readonly transports: readonly EtcdTransport[];
      /** until when our client certificate is good, in ms of the wall clock; undefined: we have none */
      readonly clientCertificateEnds?: number | undefined;
    }
  | { readonly found: false; readonly tried: readonly Attempt[] };

/** The transports that there are. */
export type EtcdTransports = Extract<EtcdAccess, { readonly found: true }>["transports"];

/** Opens a route by the transport that it is of; nothing is sent before the first question. */
export function openRoute(transports: EtcdTransports, route: Route): EtcdApi {
  const transport = transports.find(({ name }) => name === route.transport);
  if (transport === undefined) throw new Error(`no transport opens ${route.key}`);
  return transport.open(route);
}

/**
 * Follows what the transports offer until none can change any more, or `signal` aborts. `tell` gets all routes, the best
 * first, each time that they have changed.
 */
export async function followRoutes(
  transports: EtcdTransports,
  tell: (routes: readonly Route[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const offered = new Map<EtcdTransport, readonly Route[]>();
  await Promise.all(
    transports.map(async (transport) => {
      for await (const routes of transport.discover(signal)) {
        if (signal.aborted) return;
        offered.set(transport, routes);
        tell(transports.flatMap((one) => offered.get(one) ?? []));
      }
    }),
  );
}

/** The routes that the transports offer first, the best first. */
export async function firstRoutes(
  transports: EtcdTransports,
  signal: AbortSignal,
): Promise<readonly Route[]> {
  const first = async (transport: EtcdTransport): Promise<readonly Route[]> => {
    for await (const routes of transport.discover(signal)) return routes;
    return [];
  };
  return (await Promise.all(transports.map(first))).flat();
}
