import type { Quorum } from "../assessment.ts";
import type { ListedMember, ObservedMember } from "../facts/member.ts";
import type { Derived, EtcdState, FactChange, Interval, LeadershipHistory } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { ETCD_HISTORY, MEMBERS_HISTORY, appendInterval, led } from "../history.ts";
import { addEvents } from "../timeline.ts";
import { clusterIn } from "./cluster.ts";
import { agreedList, etcdEvents, reportedOf } from "./events.ts";
import { disagreesNow, isHeard, isPartitioned, isSameLeader } from "./leader.ts";
import { isSameList } from "./member-list.ts";
import { isDown, isListCurrent, judgeQuorum } from "./quorum.ts";

/**
 * What an observation of a member adds: etcd is judged where more changed than times and counters. New routes alone change
 * nothing yet: who leads is known again when a member was observed.
 */
export function deriveEtcd(
  derived: Derived,
  { before: { etcd: before }, after: { etcd: after }, at }: FactChange,
): Derived {
  const member = observedMember(before, after);
  if (member === undefined || isJudgedAlike(derived.reported.etcd, after)) return derived;
  const quorum = judgeQuorum(after, at);
  const reported = {
    ...derived.reported,
    etcd: after,
    noEtcdLeader: reportedOf(quorum, derived.reported.noEtcdLeader),
    memberList: agreedList(after) ?? derived.reported.memberList,
  };
  const events = etcdEvents({ before, after, quorum, member, was: derived.reported, is: reported }, at);
  return {
    history: withUp(withLeader(derived.history, after, quorum, at), after, quorum, at),
    events: addEvents(derived.events, events),
    reported,
  };
}

/** Whether nothing changed that etcd is judged by: a comparison, as every member answers each second. */
function isJudgedAlike(before: EtcdState | undefined, after: EtcdState): boolean {
  return (
    before !== undefined &&
    isSameLeader(before, after) &&
    before.noLeaderSince === after.noLeaderSince &&
    before.members.size === after.members.size &&
    isEqualList(clusterIn(before).list, clusterIn(after).list) &&
    after.members.entries().every(([route, is]) => {
      const was = before.members.get(route);
      return (
        was !== undefined && isAlike(judgedBy(was, before), judgedBy(is, after)) && isSameOwnList(was, is)
      );
    })
  );
}

function isAlike(was: readonly unknown[], is: readonly unknown[]): boolean {
  return is.every((one, index) => one === was[index]);
}

/** All that a member is judged by beside its list: no time and no counter but by what follows from it. */
function judgedBy(member: ObservedMember, etcd: EtcdState): readonly unknown[] {
  const { identity, lastAnswer, failing, listFailure } = member;
  const status = lastAnswer?.status;
  return [
    ...[identity?.clusterId, identity?.memberId, failing?.failure.code, listFailure?.code],
    ...[status?.memberId, status?.leaderId, status?.raftTerm, status?.isLearner],
    ...[disagreesNow(member, etcd), isPartitioned(member, etcd), isDown(member, etcd)],
    isListCurrent(member, etcd),
  ];
}

function isSameOwnList({ list: was }: ObservedMember, { list: is }: ObservedMember): boolean {
  return was === is || (was !== undefined && is !== undefined && isEqualList(was.members, is.members));
}

/** A list is mostly the same object, or one that was read again. */
function isEqualList(was: readonly ListedMember[], is: readonly ListedMember[]): boolean {
  return was === is || isSameList(was, is);
}

/** The member that was observed: all that others lose by it is that they disagreed with another leader. */
function observedMember(
  before: EtcdState,
  after: EtcdState,
): { readonly before: ObservedMember; readonly after: ObservedMember } | undefined {
  for (const [route, is] of after.members) {
    const was = before.members.get(route);
    if (was && isObserved(was, is)) return { before: was, after: is };
  }
  return undefined;
}

function isObserved(was: ObservedMember, is: ObservedMember): boolean {
  const disagrees = is.disagreesSince !== undefined && is.disagreesSince !== was.disagreesSince;
  return (
    disagrees ||
    was.lastAnswer !== is.lastAnswer ||
    was.failing !== is.failing ||
    was.list !== is.list ||
    was.listFailure !== is.listFailure
  );
}

type Histories = readonly LeadershipHistory[];

function withLeader(histories: Histories, etcd: EtcdState, quorum: Quorum, at: Instant): Histories {
  if (quorum.leaderId !== undefined) return appendInterval(histories, ETCD_HISTORY, led(quorum.leaderId, at));
  const from = etcd.noLeaderSince;
  if (from === undefined) return histories;
  const kind = quorum.state === "unknown" ? "unknown" : "gap";
  return appendInterval(histories, ETCD_HISTORY, { kind, who: "", from });
}

function withUp(histories: Histories, etcd: EtcdState, quorum: Quorum, at: Instant): Histories {
  if (!isHeard([...etcd.members.values()])) return histories;
  const { answer, asked } = quorum.reachability;
  const part: Interval =
    quorum.state === "lost"
      ? { kind: "gap", who: "", from: at }
      : { kind: answer < asked ? "less" : "led", who: `${answer} of ${asked}`, from: at };
  return appendInterval(histories, MEMBERS_HISTORY, part);
}
