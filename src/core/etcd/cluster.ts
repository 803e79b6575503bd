import type { ListedMember, ObservedMember } from "../facts/member.ts";
import type { EtcdState } from "../state.ts";
import { isAccessDenied } from "../facts/connection-failure.ts";
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
  const { endpoint, identity, failing, list } = source;
  const isCurrent = givesList(source);
  return {
    ...{ endpoint, identity, failure: failing?.failure, source },
    list: list && { members: list.members, at: list.at.mono, isCurrent },
  };
}

/** The observed members of the cluster: those at endpoints that count. */
export function ownMembers(etcd: Members): readonly ObservedMember[] {
  return clusterIn(etcd).own.map(({ source }) => source);
}

/** Whether a member gives its list: one that denies access to its status may. */
export function givesList({ list, listFailure, failing }: ObservedMember): boolean {
  return list !== undefined && listFailure === undefined && (!failing || isAccessDenied(failing.failure));
}

/** What to call the member at an endpoint: its name in the list, else the endpoint. */
export function nameAt(endpoint: string, etcd: Members): string {
  const { members } = clusterIn(etcd);
  return members.find(({ facts, addresses }) => facts && addresses.includes(endpoint))?.name ?? endpoint;
}

/** What to call a member by its ID: its name in the list, else its endpoint, else the ID. */
export function nameOfId(memberId: string, etcd: Members): string {
  const { list, members } = clusterIn(etcd);
  const name = list.find(({ id }) => id === memberId)?.name;
  if (name !== undefined && name !== "") return name;
  return members.find((one) => one.memberId === memberId)?.endpoint ?? memberId;
}

/** The voters of a list by ID: learners have no vote, members that never started have one. */
export function votersOf(list: readonly ListedMember[]): ReadonlySet<string> {
  return new Set(list.filter(({ isLearner }) => !isLearner).map(({ id }) => id));
}
