import { byName } from "../model/by-name.ts";
import type { ListedMember } from "../model/member.ts";

/** The members of a list in the order of ETCD, by name: etcd lists them by their IDs. Those without a name yet come last. */
export function listedInOrder(members: readonly ListedMember[]): readonly ListedMember[] {
  return members.toSorted((a, b) => {
    if (a.name === "" || b.name === "") return Number(a.name === "") - Number(b.name === "");
    return byName(a.name, b.name);
  });
}
