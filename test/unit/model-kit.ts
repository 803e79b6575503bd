import type { EvidenceObservation } from "../../src/core/facts/evidence.ts";
import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import type { ListedMember, MemberStatus } from "../../src/core/facts/member.ts";
import type {
  AnnotationObservation,
  EtcdObservation,
  LeaseObservation,
  Observation,
} from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import type { Instant } from "../../src/core/facts/time.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";

export { asking } from "./route-kit.ts";

const START = Date.parse("2026-11-22T13:51:00Z");

/** The moment `seconds` after the tests' own beginning. */
export const t = (seconds: number): Instant => ({
  wall: START + seconds * 1000,
  mono: 5000 + seconds * 1000,
});

/** The tests' time as the API would write it. */
export const micro = (seconds: number): string =>
  new Date(START + seconds * 1000).toISOString().replace("Z", "000Z");

let versions = 0;

/** A lease of 15 s held by `host`, renewed at `renewed` by its own clock. */
export function lease(host: string, renewed: number, more: Partial<LeaseRecord> = {}): LeaseRecord {
  versions += 1;
  return {
    kind: "Lease",
    namespace: "kube-system",
    name: "kube-scheduler",
    uid: "a",
    resourceVersion: String(versions),
    holderIdentity: host === "" ? "" : `${host}_0000`,
    leaseDurationSeconds: host === "" ? 1 : 15,
    acquireTime: micro(0),
    renewTime: micro(renewed),
    leaseTransitions: 1,
    apiServerHost: undefined,
    ...more,
  };
}

/** The state after observations, each with its second. */
export function after(...seen: (readonly [number, Seen])[]): ClusterState {
  return seen.reduce<ClusterState>(
    (s, [at, o]) => reduce(s, { ...o, at: t(at) } satisfies Observation),
    initialState(t(0)),
  );
}

/** An observation without its time. */
export type Seen =
  | LeaseObservation
  | AnnotationObservation
  | EtcdObservation
  | EvidenceObservation
  | { readonly kind: "tick" };

/** A renewal of the scheduler's lease every two seconds, from `from` up to `to`, and a tick with each. */
export function renewals(host: string, from: number, to: number): [number, Seen][] {
  const list: [number, Seen][] = [];
  for (let s = from; s <= to; s += 2)
    list.push([s, { kind: "lease-changed", lease: lease(host, s) }], [s, { kind: "tick" }]);
  return list;
}

/** Ticks and proofs of life each second, while nothing else comes. */
export function quiet(from: number, to: number): [number, Seen][] {
  const list: [number, Seen][] = [];
  for (let s = from; s <= to; s += 1) list.push([s, { kind: "leases-alive" }], [s, { kind: "tick" }]);
  return list;
}

/** The timeline as text, oldest first, without its first line: `13:51:32.8 tone subject: sentence`. */
export function reported(state: ClusterState): string[] {
  return state.events
    .filter((e) => e.subject !== "start")
    .toReversed()
    .map((e) => `${new Date(e.at.wall).toISOString().slice(17, 21)} ${e.tone} ${e.subject}: ${e.text}`);
}

/** A member's status; `leader` and `id` are member numbers, 0 for no leader. */
export function status(id: number, leader: number, more: Partial<MemberStatus> = {}): MemberStatus {
  return {
    clusterId: "c",
    memberId: `m${id}`,
    leaderId: leader === 0 ? undefined : `m${leader}`,
    isLearner: false,
    version: "3.6.8",
    storageVersion: "3.6.0",
    revision: 100n,
    raftTerm: 2n,
    raftIndex: 1000n,
    raftAppliedIndex: 1000n,
    dbSize: 1n,
    dbSizeInUse: 1n,
    dbSizeQuota: undefined,
    errors: [],
    downgrade: undefined,
    ...more,
  };
}

/** A row of the member list. */
export function listed(id: number, more: Partial<ListedMember> = {}): ListedMember {
  const urls = { peerUrls: [`https://e${id}:2380`], clientUrls: [`https://e${id}:2379`] };
  return { id: `m${id}`, name: `cp-${id}`, isLearner: false, ...urls, ...more };
}

/** Member `id` gives its list. */
export function listing(id: number, members: readonly ListedMember[]): EtcdObservation {
  const by = { clusterId: "c", memberId: `m${id}` };
  return { kind: "members-listed", route: endpoint(id), by, members };
}

/** The endpoint of member `id`. */
export const endpoint = (id: number): string => `e${id}:2379`;
