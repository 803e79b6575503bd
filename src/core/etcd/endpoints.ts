import type { UnlistedEndpoint } from "../assessment.ts";
import type { Failure } from "../facts/failure.ts";
import type { ListedMember, ObservedMember } from "../facts/member.ts";
import { byName } from "../../text/order.ts";
import { refusesUs, silenceWords } from "../facts/connection-failure.ts";

/**
 * Which cluster is looked at, of the IDs that were answered: that of most, the first of them where there are as many. What
 * another one says (it was named by mistake, or listens at an address that a member gives as its own) counts for nothing.
 */
export function clusterOf(answered: readonly string[]): string | undefined {
  const count = [...Map.groupBy(answered, (id) => id).values()];
  return count.toSorted((a, b) => b.length - a.length)[0]?.[0];
}

/** The members without those of another cluster, and without addresses that are nobody's. */
export function ownMembers(members: Iterable<ObservedMember>): ObservedMember[] {
  const own = ofOneCluster(members);
  const unlisted = new Set(unlistedEndpoints(own));
  return own.filter((member) => !unlisted.has(member));
}

/**
 * Of the addresses that were given those at which nobody answers and which no member lists: whose they are nobody knows, so
 * they are no members. While nobody gives a list each may be one.
 */
export function unlistedEndpoints(members: Iterable<ObservedMember>): ObservedMember[] {
  const own = ofOneCluster(members);
  const listed = own.flatMap((m) => (givesList(m) ? (m.list?.members ?? []) : []));
  return own.filter(({ endpoint, identity, failing }) =>
    isUnlisted({ endpoint, memberId: identity?.memberId, failure: failing?.failure }, listed),
  );
}

/** The same of one address, beside what is listed. */
export function isUnlisted(
  { endpoint, memberId, failure }: EndpointOwner,
  listed: readonly ListedMember[],
): boolean {
  if (failure === undefined || refusesUs(failure) || listed.length === 0) return false;
  return !listed.some((l) => (memberId === undefined ? advertises(l, endpoint) : l.id === memberId));
}

/** That an address is nobody's, on a line of its own. */
export function unlistedWords({
  endpoint,
  failure,
  candidates = [],
}: Pick<UnlistedEndpoint, "endpoint" | "failure"> & Partial<UnlistedEndpoint>): string {
  return `endpoint ${endpoint} is listed by no member and ${silenceWords(failure, endpoint)}${candidateWords(candidates)}`;
}

/** Whose it may be, in brackets; empty: nobody's that is missing. */
export function candidateWords(candidates: UnlistedEndpoint["candidates"]): string {
  return candidates.length === 0
    ? ""
    : ` (it may be another address of ${candidates.slice(0, 3).join(", ")})`;
}

function ofOneCluster(members: Iterable<ObservedMember>): ObservedMember[] {
  const all = [...members];
  const own = clusterOf(all.flatMap(({ identity }) => identity?.clusterId ?? []));
  return all.filter(({ identity }) => identity === undefined || identity.clusterId === own);
}

/** Whether a member gives its list: one that refuses to tell its status may. */
export function givesList({ list, listFailure, failing }: ObservedMember): boolean {
  return list !== undefined && listFailure === undefined && (!failing || refusesUs(failing.failure));
}

/** Whether a listed member tells its clients to come to that address. */
export function advertises({ clientUrls }: ListedMember, endpoint: string): boolean {
  return clientUrls.some((url) => url.endsWith(`//${endpoint}`));
}

/** Why an endpoint of another cluster counts for nothing. */
export function otherCluster(endpoint: string): Failure {
  return { code: "other", text: `${endpoint} is a member of another cluster` };
}

/** Addresses that are whose machine one is at. */
const HERE = /^(?:127\.0\.0\.1|localhost|\[::1\]):/;

/**
 * Why nothing is known of a member that tells its clients to come to 127.0.0.1, where it never answered, while others answer
 * at other addresses: it is where it runs that it is to be found there. Undefined: it is none of those.
 */
export function advertisesLoopback(
  { endpoint, identity, failing }: ObservedMember,
  others: readonly ObservedMember[],
): Failure | undefined {
  if (failing === undefined || identity !== undefined || !HERE.test(endpoint)) return undefined;
  if (others.every((other) => other.lastAnswer === undefined || HERE.test(other.endpoint))) return undefined;
  const silence = silenceWords(failing.failure, endpoint);
  const text = `${endpoint}, where it tells clients to come, is this machine from here, and ${silence}`;
  return { code: "other", text };
}

/** What is known behind one address: who answered there, or why nobody does. */
export interface EndpointOwner {
  readonly endpoint: string;
  readonly memberId: string | undefined;
  readonly failure: Failure | undefined;
}

/** A listed member that no address led to. */
export interface UnreachableMember {
  readonly member: ListedMember;
  readonly endpoint: string;
  readonly failure: Failure;
}

/**
 * The listed members that were not reached because the address that they give is another's: one that tells its clients
 * to come to 127.0.0.1 is asked there, and whoever asks may have a member of his own there. `nameOf`: of a member's ID.
 * One that was not asked yet, and one that never started, is none of them.
 */
export function unreachableMembers(
  list: readonly ListedMember[],
  behind: readonly EndpointOwner[],
  nameOf: (memberId: string) => string,
): readonly UnreachableMember[] {
  const reached = new Set(behind.map(({ memberId }) => memberId));
  // An address at which nobody answers stands for one of those that give it.
  const taken = new Set<EndpointOwner>();
  // etcd lists them by their IDs.
  const listed = list.toSorted((a, b) => byName(a.name, b.name));
  return listed.flatMap((member): UnreachableMember[] => {
    if (reached.has(member.id)) return [];
    const at = behind.find(({ endpoint }) => advertises(member, endpoint));
    if (at === undefined) return [];
    const { endpoint, memberId } = at;
    if (memberId !== undefined) {
      const text = `${endpoint}, where it tells clients to come, is ${nameOf(memberId)} from here`;
      return [{ member, endpoint, failure: { code: "other", text } }];
    }
    if (!taken.has(at)) {
      taken.add(at);
      return [];
    }
    return at.failure === undefined ? [] : [{ member, endpoint, failure: at.failure }];
  });
}

/** Of several addresses that lead to one member the first. */
export function oncePerMember<T>(all: readonly T[], memberId: (one: T) => string | undefined): readonly T[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const id = memberId(one);
    if (id === undefined) return true;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}
