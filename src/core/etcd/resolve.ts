import type { Failure } from "../facts/failure.ts";
import type { ListedMember, MemberIdentity } from "../facts/member.ts";
import { isAccessDenied, peerFailureWords } from "../facts/connection-failure.ts";
import type { Route } from "../facts/route.ts";
import { byName } from "../../text/order.ts";
import { parseEndpoint } from "./address.ts";
import { memberName } from "./member-list.ts";
import { addressOf, endpointOf, targetsOf } from "./routes.ts";

/** What is known of one route, by status, keys, hash or health. `source`: what the caller knows beyond that. */
export interface RouteFacts<S> {
  readonly route: Route;
  /** which member answered there last; undefined: none ever did */
  readonly identity: MemberIdentity | undefined;
  /** which member answered there before it was last asked: it is that one's until another answers */
  readonly expected?: MemberIdentity | undefined;
  /** why it does not answer now; undefined: it does, or was not asked yet */
  readonly failure: Failure | undefined;
  /** its list of members, `at` a moment of its own clock in ms; `isCurrent` false: it does not give it any more */
  readonly list:
    | { readonly members: readonly ListedMember[]; readonly at: number; readonly isCurrent: boolean }
    | undefined;
  readonly source: S;
}

/**
 * One member of the cluster, and how it is reached. A member has none or several routes; a route that nobody answered on
 * yet is a member of its own until the ID arrives.
 */
export interface ResolvedMember<S> {
  readonly memberId: string | undefined;
  /** as the list names it, else its endpoint, else its ID */
  readonly name: string;
  /** what the list has of it; undefined: no list, or it is not in it */
  readonly listed: ListedMember | undefined;
  /** where it is asked, as it is shown; undefined: it lists no address for clients, as before its first start */
  readonly endpoint: string | undefined;
  /** all that lead to it, the best first */
  readonly routes: readonly RouteFacts<S>[];
  /** all addresses that are known to be its own, as `host:port` */
  readonly addresses: readonly string[];
  /** the one of `routes` that answers, else the first; undefined: none leads to it */
  readonly facts: RouteFacts<S> | undefined;
  /** why it must not be asked there: see `mismatch`; undefined: it may be */
  readonly mismatch: Failure | undefined;
}

/** Which cluster is looked at, its members, and what is none of them. */
export interface ResolvedCluster<S> {
  readonly clusterId: string | undefined;
  /** the newest list that a member of the cluster gives, or gave last; empty: none ever did */
  readonly list: readonly ListedMember[];
  readonly listFrom: RouteFacts<S> | undefined;
  /** the routes that count: neither to another cluster nor unlisted */
  readonly own: readonly RouteFacts<S>[];
  /** those that a route leads to in the order of the routes, then those that none leads to by name */
  readonly members: readonly ResolvedMember<S>[];
  /** those to an address at which nothing answers and which no member lists: they count for nothing */
  readonly unlisted: readonly RouteFacts<S>[];
}

/** Which members there are, by which ID, at which addresses, and which address belongs to another: the one place for it. */
export function resolveMembers<S>(all: readonly RouteFacts<S>[]): ResolvedCluster<S> {
  const clusterId = clusterOf(all.flatMap(({ identity }) => identity?.clusterId ?? []));
  const ofCluster = all.filter(({ identity }) => identity === undefined || identity.clusterId === clusterId);
  const current = ofCluster.flatMap(({ list }) => (list?.isCurrent === true ? list.members : []));
  const unlisted = ofCluster.filter((one) => isUnlisted(one, current));
  const own = ofCluster.filter((one) => !unlisted.includes(one));
  const listFrom = newestList(own);
  const list = listFrom?.list?.members ?? [];
  const counted = all.filter((one) => !unlisted.includes(one));
  const owners = ownersOf(own, list);
  const byMember = Map.groupBy(counted, (one) => owners.get(one) ?? foreignKey(one));
  const reached = [...byMember.values()].map((same) => reachedMember(same, { own, owners, list }));
  const members = [...reached, ...unreachedMembers(list, counted, new Set(owners.values()))];
  return { clusterId, list, listFrom, own, members, unlisted };
}

/** Members of other clusters are distinguished by member and cluster, those that are not identified by their route. */
function foreignKey<S>({ identity, route }: RouteFacts<S>): string {
  return identity === undefined ? route.key : `${identity.clusterId} ${identity.memberId}`;
}

type Owners<S> = ReadonlyMap<RouteFacts<S>, string>;

/**
 * Which member each route leads to, by ID: the one that answered there; where none ever did, the one that advertises its
 * address, and of several the first that answers nowhere else.
 */
function ownersOf<S>(all: readonly RouteFacts<S>[], list: readonly ListedMember[]): Owners<S> {
  const known = new Set(all.flatMap(({ identity }) => identity?.memberId ?? []));
  const owners = new Map<RouteFacts<S>, string>();
  for (const one of all) {
    const advertisers = list.filter((member) => advertises(member, addressOf(one.route)));
    const silent = advertisers.filter(({ id }) => !known.has(id));
    const owner = answeredBy(one)?.memberId ?? (silent[0] ?? advertisers[0])?.id;
    if (owner === undefined) continue;
    owners.set(one, owner);
    known.add(owner);
  }
  return owners;
}

/** Which member answered last over a route, also before it was asked this time. */
function answeredBy<S>({ identity, expected }: RouteFacts<S>): MemberIdentity | undefined {
  return identity ?? expected;
}

/**
 * Which cluster is looked at, of the IDs that were answered: that of most, the first of them where there are as many. What
 * another one says (it was named by mistake, or listens at an address that a member gives as its own) counts for nothing.
 */
export function clusterOf(answered: readonly string[]): string | undefined {
  const count = [...Map.groupBy(answered, (id) => id).values()];
  return count.toSorted((a, b) => b.length - a.length)[0]?.[0];
}

/** Whether nothing answers at an address and no member lists it. While there is no list, each may be a member. */
function isUnlisted<S>(one: RouteFacts<S>, listed: readonly ListedMember[]): boolean {
  const { failure, route } = one;
  if (failure === undefined || isAccessDenied(failure) || listed.length === 0) return false;
  if (addressOf(route) === undefined) return false;
  return !listed.some((member) => isListedAs(one, member));
}

/** By the ID that it says it has, or by its address while it never said. */
function isListedAs<S>(one: RouteFacts<S>, listed: ListedMember): boolean {
  const who = answeredBy(one);
  return who === undefined ? advertises(listed, addressOf(one.route)) : listed.id === who.memberId;
}

/** Whether a listed member gives its clients that address. */
function advertises(listed: ListedMember, address: string | undefined): boolean {
  return address !== undefined && addressesOf(listed).includes(address);
}

function addressesOf(listed: ListedMember): readonly string[] {
  return targetsOf(listed).map(({ endpoint }) => endpoint);
}

/** The newest list of members: one that is given now before one that is not. */
function newestList<S>(own: readonly RouteFacts<S>[]): RouteFacts<S> | undefined {
  const rank = ({ list }: RouteFacts<S>): number => (list?.isCurrent === true ? 1e15 : 0) + (list?.at ?? 0);
  return own.filter(({ list }) => list !== undefined).toSorted((a, b) => rank(b) - rank(a))[0];
}

interface Known<S> {
  readonly own: readonly RouteFacts<S>[];
  readonly owners: Owners<S>;
  readonly list: readonly ListedMember[];
}

/** The member that some routes lead to; of several the first that answers speaks for it. */
function reachedMember<S>(
  same: readonly RouteFacts<S>[],
  { own, owners, list }: Known<S>,
): ResolvedMember<S> {
  const facts = same.find(({ identity, failure }) => identity && !failure) ?? same[0];
  if (facts === undefined) throw new Error("a group has an endpoint");
  const endpoint = endpointOf(facts.route);
  const isOwn = own.includes(facts);
  const memberId = owners.get(facts) ?? facts.identity?.memberId;
  const dialled = same.flatMap(({ route }) => addressOf(route) ?? []);
  const listed = isOwn ? list.find(({ id }) => id === memberId) : undefined;
  return {
    memberId,
    name: memberName(listed, list) ?? endpoint,
    listed,
    endpoint,
    routes: same,
    addresses: [...new Set([...dialled, ...ownAddresses(listed, own)])],
    facts,
    mismatch: isOwn
      ? listed && loopbackMismatch(facts, own)
      : mismatchOf(`${endpoint} is a member of another cluster`),
  };
}

/** The listed addresses of a member, but for those at which another one answered. */
function ownAddresses<S>(listed: ListedMember | undefined, all: readonly RouteFacts<S>[]): readonly string[] {
  if (listed === undefined) return [];
  return addressesOf(listed).filter((address) =>
    all.every(
      ({ route, identity }) =>
        addressOf(route) !== address || identity === undefined || identity.memberId === listed.id,
    ),
  );
}

function mismatchOf(text: string): Failure {
  return { code: "other", text };
}

/** Addresses that are whose machine one is at. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\]):/;

/**
 * Why nothing is known of a member that advertises a loopback address at which nothing ever answered, while others answer
 * at other addresses: it can be reached there only from where it runs. Undefined: it is none of those.
 */
function loopbackMismatch<S>(
  { route, identity, failure }: RouteFacts<S>,
  others: readonly RouteFacts<S>[],
): Failure | undefined {
  const endpoint = addressOf(route) ?? "";
  if (failure === undefined || identity !== undefined || !LOOPBACK.test(endpoint)) return undefined;
  if (others.every((other) => other.identity === undefined || LOOPBACK.test(addressOf(other.route) ?? "")))
    return undefined;
  return mismatchOf(
    `advertises ${endpoint}, which from here is this machine; ${peerFailureWords(failure, endpoint)}`,
  );
}

/**
 * The listed members that no route leads to: those whose address is another's (one that advertises 127.0.0.1 is
 * asked there, where this machine may have another member), and those that have none, as before their first start. One
 * that was not asked yet is none of them.
 */
function unreachedMembers<S>(
  list: readonly ListedMember[],
  all: readonly RouteFacts<S>[],
  reached: ReadonlySet<string>,
): readonly ResolvedMember<S>[] {
  // etcd lists them by their IDs.
  const missing = list.filter(({ id }) => !reached.has(id)).toSorted((a, b) => byName(a.name, b.name));
  const misaddressed = missing.flatMap((listed): ResolvedMember<S>[] => {
    const at = all.find(({ route }) => advertises(listed, addressOf(route)));
    if (at === undefined) return [];
    const { id: memberId } = listed;
    const name = memberName(listed, list) ?? listed.id;
    const endpoint = endpointOf(at.route);
    const owner = at.identity && nameOf(at.identity.memberId, list);
    const mismatch =
      owner === undefined ? at.failure : mismatchOf(`advertises ${endpoint}, which from here is ${owner}`);
    if (mismatch === undefined) return [];
    const addresses = addressesOf(listed);
    return [{ memberId, name, listed, endpoint, routes: [], addresses, facts: undefined, mismatch }];
  });
  return [
    ...misaddressed,
    ...missing.filter(({ clientUrls }) => clientUrls.length === 0).map((one) => neverStarted<S>(one, list)),
  ];
}

function neverStarted<S>(listed: ListedMember, list: readonly ListedMember[]): ResolvedMember<S> {
  const { id } = listed;
  return {
    ...{ memberId: id, name: memberName(listed, list) ?? id, listed, endpoint: undefined, addresses: [] },
    ...{ routes: [], facts: undefined },
    mismatch: mismatchOf(`member ${id} was added and never started`),
  };
}

/** A member's name in the list by its ID; else the ID. */
function nameOf(memberId: string, list: readonly ListedMember[]): string {
  const listed = list.find(({ id }) => id === memberId);
  return memberName(listed, list) ?? memberId;
}

/** What a member may be called by. */
export type MemberNames = Pick<ResolvedMember<unknown>, "name" | "memberId" | "addresses">;

/**
 * Whether a word that a person gave is this member: its name, its ID as etcdctl prints it, or one of its addresses, also
 * as it stands in ETCDCTL_ENDPOINTS (`https://HOST:PORT`).
 */
export function matchesMember({ name, memberId, addresses }: MemberNames, word: string): boolean {
  return word === name || word === memberId || addresses.includes(parseEndpoint(word, true)?.endpoint ?? "");
}
