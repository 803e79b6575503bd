import type { EtcdTarget } from "../etcd/endpoints.ts";
import { parseEndpoint } from "../etcd/endpoints.ts";
import { byName } from "../model/by-name.ts";
import type { ListedMember } from "../model/member.ts";

/** What an endpoint has told so far. */
export interface EndpointKnowledge {
  /** it has answered or failed once */
  readonly settled: boolean;
  readonly answers: boolean;
  /** who answered there last */
  readonly memberId: string | undefined;
  /** whom it believed to lead */
  readonly leaderId: string | undefined;
  readonly list: readonly ListedMember[] | undefined;
}

/**
 * Which endpoints to ask: those `given`, and for each member that none of them is, its first client URL, as etcdctl's
 * `--cluster` does. Of two endpoints that are the same member the first is kept. Nothing is added before every given one
 * had its chance to say who it is.
 */
export function membersToAsk(
  given: readonly EtcdTarget[],
  asked: ReadonlyMap<string, EndpointKnowledge>,
): readonly EtcdTarget[] {
  const ids = new Set<string>();
  const targets: EtcdTarget[] = [];
  for (const target of given) {
    const id = asked.get(target.endpoint)?.memberId;
    if (id !== undefined && ids.has(id)) continue;
    if (id !== undefined) ids.add(id);
    targets.push(target);
  }
  // One that is left out has said who it is.
  if (!targets.every((target) => asked.get(target.endpoint)?.settled === true)) return targets;
  for (const member of listed(asked)) {
    const urls = member.clientUrls
      .map((url) => parseEndpoint(url, true))
      .filter((target) => target !== undefined);
    const [first] = urls;
    if (first === undefined || ids.has(member.id)) continue;
    ids.add(member.id);
    if (urls.every((url) => targets.every((target) => target.endpoint !== url.endpoint))) targets.push(first);
  }
  return targets;
}

/**
 * The members that those list which answer (if none does, that did). What a member says of itself counts only where it
 * is the only one that speaks: one that was removed still lists itself.
 */
function listed(asked: ReadonlyMap<string, EndpointKnowledge>): readonly ListedMember[] {
  const spoke = [...asked.values()].filter((one) => one.list !== undefined);
  const answering = spoke.filter((one) => one.answers);
  const lists = answering.length > 0 ? answering : spoke;
  return lists
    .flatMap(({ memberId, list = [] }) => list.filter(({ id }) => id !== memberId || lists.length === 1))
    .toSorted((a, b) => byName(a.name, b.name));
}
