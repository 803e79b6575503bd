import type { KeyMember } from "./key-member.ts";
import { isSettled } from "./key-member.ts";

/** What became of members that were asked before each had said who it is. */
export interface SettledMembers {
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
