import type { ListedMember, ObservedMember } from "../facts/member.ts";
import { targetsOf } from "./routes.ts";
import { byName } from "../../text/order.ts";

/** How the list of one member differs from the one that is shown. */
export interface ListDifference {
  /** whose list it is */
  readonly from: string;
  /** in its list only */
  readonly extra: readonly ListedMember[];
  /** not in its list */
  readonly lacks: readonly ListedMember[];
  /** in both lists, but with other addresses, another name, or another vote; as its own list has them */
  readonly other: readonly ListedMember[];
}

/** How the lists that members hold by themselves differ from `shown`; those that do not are left out. */
export function listDifferences(
  members: readonly ObservedMember[],
  shown: readonly ListedMember[],
  nameOf: (member: ObservedMember) => string,
): readonly ListDifference[] {
  return members
    .map((member): ListDifference => {
      const own = member.list?.members ?? [];
      return {
        from: nameOf(member),
        extra: own.filter(({ id }) => !shown.some((one) => one.id === id)),
        lacks: shown.filter(({ id }) => !own.some((one) => one.id === id)),
        other: own.filter((mine) => shown.some((one) => one.id === mine.id && !isSameMember(one, mine))),
      };
    })
    .filter(({ extra, lacks, other }) => extra.length + lacks.length + other.length > 0);
}

/** Whether two lists have the same members, and say the same of each. */
export function isSameList(a: readonly ListedMember[], b: readonly ListedMember[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((one) => b.some((other) => isSameMember(one, other)));
}

function isSameMember(a: ListedMember, b: ListedMember): boolean {
  if (a === b) return true;
  if (a.id !== b.id || a.name !== b.name || a.isLearner !== b.isLearner) return false;
  return isSameUrls(a.peerUrls, b.peerUrls) && isSameUrls(a.clientUrls, b.clientUrls);
}

/** In whatever order. */
function isSameUrls(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const sorted = b.toSorted();
  return a.toSorted().every((url, index) => url === sorted[index]);
}

/**
 * What to call a listed member: its name; where others in the list have the same (etcd asks for no other name than
 * `default`), with its first address, or its ID where that is not its own, either. Undefined: it is not listed, or never started.
 */
export function memberName(
  member: ListedMember | undefined,
  list: readonly ListedMember[],
): string | undefined {
  if (member === undefined || member.name === "") return undefined;
  const { id, name } = member;
  const others = list.filter((one) => one.id !== id && one.name === name);
  if (others.length === 0) return name;
  const address = targetsOf(member)[0]?.endpoint;
  const isShared = others.some((one) => targetsOf(one).some(({ endpoint }) => endpoint === address));
  return `${name} (${address === undefined || isShared ? id : address})`;
}

/** The members of a list in the order of ETCD, by name: etcd lists them by their IDs. Those without a name yet come last. */
export function listedInOrder(members: readonly ListedMember[]): readonly ListedMember[] {
  return members.toSorted((a, b) => {
    if (a.name === "" || b.name === "") return Number(a.name === "") - Number(b.name === "");
    return byName(a.name, b.name);
  });
}
