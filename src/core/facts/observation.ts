import type { EvidenceObservation } from "./evidence.ts";
import type { Failure } from "./failure.ts";
import type { LeaseRecord } from "./lease-record.ts";
import type { ListedMember, MemberIdentity, MemberStatus, QuorumRead } from "./member.ts";
import type { Route, RouteCan, RouteKey } from "./route.ts";
import type { Instant, Seconds } from "./time.ts";

/**
 * All input from the outside world: what was observed, or what could not be and why.
 * Sources yield these and never throw; the model is computed from nothing else. `at` is when the
 * source had it, by its own loop.
 */
export type Observation = { readonly at: Instant } & (
  | LeaseObservation
  | AnnotationObservation
  | ApiServerObservation
  | EtcdObservation
  | EvidenceObservation
  /** Time went by. It changes nothing but what follows from time: a lease that ran out. */
  | { readonly kind: "tick" }
);

/** From the watch of leases in one namespace. */
export type LeaseObservation =
  /** A whole list: a lease that is not in it does not exist. */
  | { readonly kind: "leases-listed"; readonly leases: readonly LeaseRecord[] }
  | { readonly kind: "lease-changed"; readonly lease: LeaseRecord }
  | { readonly kind: "lease-deleted"; readonly lease: LeaseRecord }
  /** The proof of life answered and agrees with the watch: nothing new is news, too. */
  | { readonly kind: "leases-alive" }
  | { readonly kind: "leases-failed"; readonly failure: Failure };

/**
 * From reading the annotation in which a leader of the control plane that has no Lease may keep its record. Each poll
 * is an observation, also one that brings nothing new.
 */
export type AnnotationObservation =
  | { readonly kind: "annotation-read"; readonly lease: LeaseRecord }
  | { readonly kind: "annotation-absent"; readonly namespace: string; readonly name: string }
  | {
      readonly kind: "annotation-failed";
      readonly namespace: string;
      readonly name: string;
      readonly failure: Failure;
    };

/** From asking each API server by itself. `server` is `host:port`, the same in all observations of one server. */
export type ApiServerObservation =
  | { readonly kind: "version"; readonly gitVersion: string }
  | { readonly kind: "api-servers-found"; readonly servers: readonly FoundApiServer[] }
  | { readonly kind: "api-servers-unknown"; readonly failure: Failure }
  | {
      readonly kind: "api-server-answered";
      readonly server: string;
      readonly ready: boolean;
      /** names of the checks of `/readyz` that failed */
      readonly failing: readonly string[];
      readonly took: Seconds;
    }
  | { readonly kind: "api-server-failed"; readonly server: string; readonly failure: Failure };

/** An API server and the host it runs on, read from kube-system's mirror pods. */
export interface FoundApiServer {
  /** `host:port` */
  readonly server: string;
  /** node name */
  readonly host: string;
}

/** From asking each etcd member by itself. `route` is the key of the route over which it was asked. */
export type EtcdObservation =
  /** etcd is not configured: what was tried, and why it failed. */
  | { readonly kind: "etcd-not-configured"; readonly tried: readonly Attempt[] }
  /** The routes that are asked from now on; one that is missing here is asked no longer. */
  | {
      readonly kind: "etcd-routes";
      readonly routes: readonly AskedRoute[];
      /** until when our client certificate is good, in ms of the wall clock; undefined: there is none */
      readonly clientCertificateEnds?: number | undefined;
    }
  | {
      readonly kind: "member-answered";
      readonly route: RouteKey;
      readonly status: MemberStatus;
      readonly took: Seconds;
      /** until when the certificate is good that it showed, in ms of the wall clock; undefined: it showed none */
      readonly certificateEnds?: number | undefined;
    }
  | {
      readonly kind: "member-failed";
      readonly route: RouteKey;
      readonly failure: Failure;
      /** since it was asked: it has not answered for at least so long; undefined: not known */
      readonly waited?: Seconds | undefined;
    }
  /** A read through the majority of the members, by way of this one. */
  | { readonly kind: "member-read"; readonly route: RouteKey; readonly read: QuorumRead }
  /** The member list as this one member sees it. */
  | {
      readonly kind: "members-listed";
      readonly route: RouteKey;
      /** which member that is */
      readonly by: MemberIdentity;
      readonly members: readonly ListedMember[];
    }
  | { readonly kind: "members-failed"; readonly route: RouteKey; readonly failure: Failure }
  /** Its clock is so many seconds ahead of ours (negative: behind), give or take `within`. */
  | {
      readonly kind: "member-clock";
      readonly route: RouteKey;
      readonly ahead: Seconds;
      readonly within: Seconds;
    }
  /** It gives no time, or not now. */
  | { readonly kind: "member-clock-unknown"; readonly route: RouteKey };

/** A route that is asked, what can be asked over it, and which member answered there before; undefined: none is known. */
export interface AskedRoute {
  readonly route: Route;
  readonly can: RouteCan;
  readonly expected?: MemberIdentity | undefined;
}

/** One source of an etcd configuration that was tried: `route` is a flag, a file or a pod, `outcome` why it failed. */
export interface Attempt {
  readonly route: string;
  readonly outcome: string;
}
