import type { ListedMember, ObservedMember } from "../facts/member.ts";
import type { EtcdState } from "../state.ts";
import { isAccessDenied } from "../facts/connection-failure.ts";
import type { Route, RouteKey } from "../facts/route.ts";
import { endpointOf } from "./routes.ts";
import { memberName } from "./member-list.ts";
import type { ResolvedCluster } from "./resolve.ts";
import { resolveMembers } from "./resolve.ts";

/** The members as they are known by their endpoints. */
type Members = Pick<EtcdState, "members">;

const resolved = new WeakMap<Members["members"], ResolvedCluster<ObservedMember>>();

/** The cluster that the endpoints of the state lead to. A state never changes, so each is resolved once. */
export function clusterIn({ members }: Members): ResolvedCluster<ObservedMember> {
  const known = resolved.get(members) ?? resolveMembers([...members.values()].map(factsOf));
  resolved.set(members, known);
  return known;
}

function factsOf(source: ObservedMember): Parameters<typeof resolveMembers<ObservedMember>>[0][number] {
  const { route, identity, expected, failing, list } = source;
  const isCurrent = givesList(source);
  return {
    ...{ route, identity, expected, failure: failing?.failure, source },
    list: list && { members: list.members, at: list.at.mono, isCurrent },
  };
}

/** The members of the cluster that a route leads to, each as it is seen over the route that answers, else over the first. */
export function ownMembers(etcd: Members): readonly ObservedMember[] {
  const { own, members } = clusterIn(etcd);
  return members.flatMap(({ facts }) => (facts !== undefined && own.includes(facts) ? [facts.source] : []));
}

/** The member that a route leads to, as it is seen over the route that answers; undefined: there is no such route. */
export function memberAt(route: RouteKey, etcd: Members): ObservedMember | undefined {
  const { members, unlisted } = clusterIn(etcd);
  const isHere = ({ source }: { readonly source: ObservedMember }): boolean => source.route.key === route;
  return (members.find(({ routes }) => routes.some(isHere))?.facts ?? unlisted.find(isHere))?.source;
}

/** Whether a member gives its list: one that denies access to its status may. */
export function givesList({ list, listFailure, failing }: ObservedMember): boolean {
  return list !== undefined && listFailure === undefined && (!failing || isAccessDenied(failing.failure));
}

/** What to call the member that a route leads to: its name in the list, else where the route leads. */
export function nameAt(route: Route, etcd: Members): string {
  const { members } = clusterIn(etcd);
  const found = members.find(({ routes }) => routes.some(({ source }) => source.route.key === route.key));
  return found?.name ?? endpointOf(route);
}

/** What to call a member by its ID: its name in the list, else its endpoint, else the ID. */
export function nameOfId(memberId: string, etcd: Members): string {
  const { list, members } = clusterIn(etcd);
  const listed = list.find(({ id }) => id === memberId);
  const reached = members.find((one) => one.memberId === memberId);
  return memberName(listed, list) ?? reached?.endpoint ?? memberId;
}

/**
 * What the row of a member is known by, the same from the first time that it is seen: the route on which it first answered,
 * which is all that was known of it before; its ID, where that route has given its name to another member's row.
 */
export function rowKey(
  memberId: string | undefined,
  route: RouteKey | undefined,
  { rowKeys }: Pick<EtcdState, "rowKeys">,
): string {
  const known = memberId === undefined ? undefined : rowKeys.get(memberId);
  if (known !== undefined) return known;
  const isTaken = route === undefined || [...rowKeys.values()].includes(route);
  return (isTaken ? memberId : route) ?? route ?? "";
}

/** The voters of a list by ID: learners have no vote, members that never started have one. */
export function votersOf(list: readonly ListedMember[]): ReadonlySet<string> {
  return new Set(list.filter(({ isLearner }) => !isLearner).map(({ id }) => id));
}
