/** Where one server listens. */
export interface EtcdTarget {
  /** `host:port` */
  readonly endpoint: string;
  readonly secure: boolean;
}

/** The pod that a server runs in, where no address of it is reached from here. */
export interface PodTarget {
  /** `namespace/name` */
  readonly pod: string;
}

/**
 * The name of a route among all routes, the same for as long as there is the route: `host:port` where it goes straight to
 * an address.
 */
export type RouteKey = string;

/**
 * One way to ask one server: a transport, and the address or the pod that it leads to. It says nothing of which member
 * answers there: a member has none, one or several routes, and one address may lead to several members in turn.
 */
export interface Route {
  readonly key: RouteKey;
  /** the name of the transport that opens it */
  readonly transport: string;
  readonly to: EtcdTarget | PodTarget;
}

/** What can be asked over a route beyond a status. */
export interface RouteCan {
  /** keys as a stream (RangeStream), where the member has it */
  readonly stream: boolean;
  /** many keys in one request */
  readonly batch: boolean;
  /** the time that the member has */
  readonly clock: boolean;
  /** the raft term, in its status */
  readonly raftTerm: boolean;
  /** the members and the keys that it has */
  readonly list: boolean;
  readonly hash: boolean;
  /** a read that needs the quorum */
  readonly linearizable: boolean;
}
