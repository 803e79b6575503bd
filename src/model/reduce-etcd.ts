import type { Quorum } from "./assessment.ts";
import { isApart, judgeQuorum, leaderOf, memberName, strays } from "./judge-etcd.ts";
import { ETCD_LANE, led, MEMBERS_LANE, writeLane } from "./lanes.ts";
import type { ObservedMember } from "./member.ts";
import type { EtcdObservation } from "./observation.ts";
import type { ClusterState, EtcdState, LanePart, TimelineEvent } from "./state.ts";
import type { Instant } from "./time.ts";
import { latest, secondsBetween } from "./time.ts";
import { addEvents } from "./timeline.ts";

type Seen = EtcdObservation & { readonly at: Instant };

/** What the members told, written into the state, the lanes and the timeline. */
export function reduceEtcd(state: ClusterState, seen: Seen): ClusterState {
  switch (seen.kind) {
    case "etcd-no-way":
      return { ...state, etcd: { ...state.etcd, tried: seen.tried } };
    case "etcd-endpoints": {
      const members = new Map(
        seen.endpoints.map((endpoint) => [endpoint, state.etcd.members.get(endpoint) ?? unasked(endpoint)]),
      );
      return { ...state, etcd: { ...state.etcd, tried: [], members } };
    }
    case "member-answered":
    case "member-failed":
    case "members-listed":
    case "members-failed": {
      const before = state.etcd.members.get(seen.endpoint);
      if (before === undefined) return state;
      const observed = observeMember(before, seen);
      const members = new Map(state.etcd.members).set(seen.endpoint, observed);
      const heard = withLeader({ ...state.etcd, members }, seen.at);
      const after = { ...observed, strayedAt: strayedAt(state.etcd, heard, observed, seen.at) };
      const etcd = { ...heard, members: judgedAnew(state.etcd, heard).set(seen.endpoint, after) };
      return tell(state, { ...state, etcd }, { before, after }, seen.at);
    }
  }
}

function unasked(endpoint: string): ObservedMember {
  return { endpoint, lastAnswer: undefined, failing: undefined, strayedAt: undefined, list: undefined };
}

function observeMember(
  before: ObservedMember,
  seen: Seen & { readonly kind: "member-answered" | "member-failed" | "members-listed" | "members-failed" },
): ObservedMember {
  const { at } = seen;
  switch (seen.kind) {
    case "member-answered":
      return { ...before, lastAnswer: { status: seen.status, took: seen.took, at }, failing: undefined };
    case "member-failed": {
      const since = before.failing?.since ?? before.lastAnswer?.at ?? at;
      return { ...before, failing: { failure: seen.failure, since } };
    }
    case "members-listed":
      return { ...before, list: { members: seen.members, at } };
    // The list fails with the member; a status that answers while the list does not leaves the last list standing.
    case "members-failed":
      return before;
  }
}

function isSameLeader(a: EtcdState, b: EtcdState): boolean {
  return a.leader?.memberId === b.leader?.memberId && a.leader?.term === b.leader?.term;
}

/** Under a new leader each member is judged by what it says from now on. */
function judgedAnew(before: EtcdState, heard: EtcdState): Map<string, ObservedMember> {
  if (isSameLeader(before, heard)) return new Map(heard.members);
  return new Map([...heard.members].map(([endpoint, m]) => [endpoint, { ...m, strayedAt: undefined }]));
}

function strayedAt(
  before: EtcdState,
  heard: EtcdState,
  member: ObservedMember,
  at: Instant,
): Instant | undefined {
  if (!strays(member, heard)) return undefined;
  return isSameLeader(before, heard) ? (member.strayedAt ?? at) : at;
}

/** Keeps who leads, and since when nobody does: from the last answer that named a leader, or since we asked. */
function withLeader(etcd: EtcdState, at: Instant): EtcdState {
  const leader = leaderOf(etcd.members.values());
  const heardAt = leader && etcd.leader ? latest(leader.at, etcd.leader.at) : leader?.at;
  if (leader && heardAt) return { ...etcd, leader: { ...leader, at: heardAt }, noLeaderSince: undefined };
  return { ...etcd, noLeaderSince: etcd.noLeaderSince ?? etcd.leader?.at ?? at };
}

interface Change {
  readonly before: ObservedMember;
  readonly after: ObservedMember;
}

function tell(before: ClusterState, after: ClusterState, change: Change, at: Instant): ClusterState {
  const was = judgeQuorum(before.etcd, at);
  const is = judgeQuorum(after.etcd, at);
  const events = [
    ...narrateMember(after, change, at),
    ...narrateApart(before.etcd, after.etcd, at),
    ...narrateLeader(before.etcd, after.etcd, at),
  ];
  if (was.state !== is.state) events.unshift(...narrateQuorum(was, is, at));
  const lanes = [leaderPart(after.etcd, is, at), upPart(after.etcd, is, at)].reduce(
    (all, { subject, part }) => (part ? writeLane(all, subject, part) : all),
    after.lanes,
  );
  return { ...after, lanes, events: addEvents(after.events, events) };
}

/** One that never answered before we had looked around is no news yet: it may be slow at first contact. */
function narrateMember(
  { etcd, lookedFirst }: ClusterState,
  { before, after }: Change,
  at: Instant,
): TimelineEvent[] {
  const known = before.lastAnswer !== undefined;
  if (!known && !lookedFirst) return [];
  const subject = `etcd ${memberName(after, etcd)}`;
  if (after.failing && !before.failing) {
    return [{ at, tone: "bad", subject, text: `does not answer: ${after.failing.failure.text}` }];
  }
  if (before.failing && !after.failing) {
    const gap = secondsBetween(before.failing.since, at).toFixed(1);
    const text = known ? `answers again after ${gap} s` : `answers, ${gap} s after it was first asked`;
    return [{ at, tone: "ok", subject, text }];
  }
  return [];
}

/** A member that answers us but is cut off from those that have a leader. */
function narrateApart(before: EtcdState, after: EtcdState, at: Instant): TimelineEvent[] {
  if (after.leader === undefined) return [];
  const leader = memberName(after.leader.memberId, after);
  // What another member says makes this one apart, what it says itself ends that.
  return [...after.members.values()].flatMap((member): TimelineEvent[] => {
    const [was, is] = [
      isApart(before.members.get(member.endpoint) ?? member, before),
      isApart(member, after),
    ];
    const subject = `etcd ${memberName(member, after)}`;
    if (!was && is)
      return [{ at, tone: "bad", subject, text: `is apart: it does not know that ${leader} leads` }];
    const joins = was && !is && !strays(member, after);
    return joins ? [{ at, tone: "ok", subject, text: `takes part again, ${leader} leads` }] : [];
  });
}

function narrateLeader(before: EtcdState, after: EtcdState, at: Instant): TimelineEvent[] {
  const [was, is] = [before.leader, after.leader];
  if (!was || !is || (was.memberId === is.memberId && was.term === is.term)) return [];
  const name = (id: string): string => memberName(id, after);
  const gap = after.noLeaderSince ? "" : gapText(before.noLeaderSince, at);
  if (was.memberId === is.memberId) {
    return [
      { at, tone: "up", subject: "etcd", text: `${name(is.memberId)} leads again, term ${is.term}${gap}` },
    ];
  }
  const text = `${name(was.memberId)} → ${name(is.memberId)}, term ${is.term}${gap}`;
  return [{ at, tone: "up", subject: "etcd", text }];
}

function gapText(since: Instant | undefined, at: Instant): string {
  return since ? `, no leader for ${secondsBetween(since, at).toFixed(1)} s` : "";
}

function narrateQuorum(was: Quorum, is: Quorum, at: Instant): TimelineEvent[] {
  const subject = "etcd";
  if (is.state === "lost") {
    const text = `quorum lost: ${is.answering} of ${is.voters} ${is.answering === 1 ? "answers" : "answer"}, needs ${is.needed}`;
    return [{ at, tone: "bad", subject, text }];
  }
  if (is.state === "election")
    return [{ at, tone: "warn", subject, text: "no leader: an election is under way" }];
  if (was.state === "lost") {
    return [{ at, tone: "ok", subject, text: `quorum again: ${is.up} of ${is.voters}` }];
  }
  return [];
}

function leaderPart(
  etcd: EtcdState,
  q: Quorum,
  at: Instant,
): { subject: string; part: LanePart | undefined } {
  if (q.leaderId !== undefined) return { subject: ETCD_LANE, part: led(q.leaderId, at) };
  const from = etcd.noLeaderSince;
  if (from === undefined) return { subject: ETCD_LANE, part: undefined };
  return { subject: ETCD_LANE, part: { kind: q.state === "unknown" ? "unknown" : "gap", who: "", from } };
}

function upPart(etcd: EtcdState, q: Quorum, at: Instant): { subject: string; part: LanePart | undefined } {
  const asked = [...etcd.members.values()].every((m) => m.lastAnswer ?? m.failing);
  if (!asked) return { subject: MEMBERS_LANE, part: undefined };
  const who = `${q.up} of ${q.voters}`;
  const kind = q.state === "lost" ? "gap" : q.up < q.voters ? "less" : "led";
  return { subject: MEMBERS_LANE, part: { kind, who: kind === "gap" ? "" : who, from: at } };
}
