import type { EtcdTarget } from "../../transport/etcd-grpc/config.ts";
import { parseEndpoint } from "../../transport/etcd-grpc/config.ts";
import type { ListedMember } from "../../core/facts/member.ts";
import type { KeyMember } from "../keys/key-member.ts";
import { isSettled } from "../keys/key-member.ts";
import { byName } from "../../text/order.ts";

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

/** What became of members that were asked before each had said who it is. */
interface SettledMembers {
  /** those before, in their places, as they are now; then those that nobody knew of */
  readonly members: readonly KeyMember[];
  /** by their index: addresses that are those of others among them, or nobody's */
  readonly gone: ReadonlySet<number>;
}

/** `before`: the members as they were found early; `now`: as they are known once each has said who it is. */
export function settleMembers(before: readonly KeyMember[], now: readonly KeyMember[]): SettledMembers {
  const early = new Set(before.flatMap(({ header }) => header?.memberId ?? []));
  // Who was known is known: another address of it is nobody else.
  const isNews = ({ header }: KeyMember): boolean => header === undefined || !early.has(header.memberId);
  const later = now.filter(isNews);
  const gone = new Set<number>();
  const members = before.map((member, index) => {
    if (isSettled(member)) return member;
    const found = later.find((one) => isSame(one, member));
    if (found === undefined) gone.add(index);
    return found ?? member;
  });
  const strangers = later.filter((one) => !before.some((member) => isSame(one, member)));
  return { members: [...members, ...strangers], gone };
}

/** One without an address is known by its name. */
function isSame(a: KeyMember, b: KeyMember): boolean {
  return a.api === b.api && (a.api !== undefined || a.name === b.name);
}
