import { givesList, ownMembers } from "./etcd-cluster.ts";
import { isPartitioned } from "./judge-etcd.ts";
import { isSameList } from "./list-differences.ts";
import type { ListedMember } from "./member.ts";
import type { EtcdState, TimelineEvent } from "./state.ts";
import type { Instant } from "./time.ts";

type List = readonly ListedMember[];

/**
 * The list that all members hold that give one and take part. Undefined: none gives any, or they differ, as they do for a
 * moment while it changes.
 */
export function agreedList(etcd: EtcdState): List | undefined {
  const lists = ownMembers(etcd.members.values()).flatMap((m) =>
    givesList(m) && !isPartitioned(m, etcd) && m.list ? [m.list.members] : [],
  );
  const [first, ...others] = lists;
  return first !== undefined && others.every((one) => isSameList(first, one)) ? first : undefined;
}

/** Who was added, has started, was promoted or removed between two lists that were agreed on. */
export function memberListEvents(
  before: List | undefined,
  after: List | undefined,
  at: Instant,
): readonly TimelineEvent[] {
  if (before === undefined || after === undefined) return [];
  const votes = arithmetic(after);
  const event = (member: ListedMember, text: string): TimelineEvent => ({
    ...{ at, tone: "note", subject: `etcd ${called(member)}`, text },
  });
  const added = after.filter(({ id }) => !before.some((one) => one.id === id));
  const removed = before.filter(({ id }) => !after.some((one) => one.id === id));
  return [
    ...added.map((one) => event(one, one.isLearner ? "was added as a learner" : `was added: ${votes}`)),
    ...before.flatMap((was) => {
      const is = after.find(({ id }) => id === was.id);
      return is === undefined ? [] : becomes(was, is, votes).map((text) => event(is, text));
    }),
    ...removed.map((one) => event(one, one.isLearner ? "was removed" : `was removed: ${votes}`)),
  ];
}

function becomes(was: ListedMember, is: ListedMember, votes: string): readonly string[] {
  const urls = ({ peerUrls, clientUrls }: ListedMember): string =>
    [...peerUrls.toSorted(), "", ...clientUrls.toSorted()].join(" ");
  const started = was.name === "" && is.name !== "";
  return [
    ...(started ? [`has started (${is.id})`] : []),
    ...(was.isLearner && !is.isLearner ? [`was promoted: ${votes}`] : []),
    ...(!started && urls(was) !== urls(is) ? ["has other addresses"] : []),
  ];
}

function arithmetic(list: List): string {
  const voters = list.filter(({ isLearner }) => !isLearner).length;
  return `of ${voters} voters ${Math.floor(voters / 2) + 1} are needed`;
}

/** Before it has started it has no name. */
function called({ id, name }: ListedMember): string {
  return name === "" ? id : name;
}
