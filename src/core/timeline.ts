import type { TimelineEvent } from "./state.ts";
import type { Seconds } from "./facts/time.ts";
import { secondsBetween } from "./facts/time.ts";

const KEPT = 500;

/** Adds events to a timeline: newest first by when they happened, not by when they were reported. */
export function addEvents(
  events: readonly TimelineEvent[],
  added: readonly TimelineEvent[],
): readonly TimelineEvent[] {
  if (added.length === 0) return events;
  return [...added, ...events].sort((a, b) => b.at.mono - a.at.mono).slice(0, KEPT);
}

/** Equal events of several API servers within so many seconds are one event. */
const TOGETHER: Seconds = 5;
/** More of them than this are counted instead of named. */
const NAMED = 2;
const SERVER = /^API server (.+)$/;

/** Equal events of several API servers, with the hosts of all. */
interface Group {
  readonly first: TimelineEvent;
  readonly hosts: string[];
}

/**
 * A timeline in which equal events of several API servers are one, at the time of the first: beside a dead etcd each of
 * them reports the same, and its cause would scroll away. Newest first, as given.
 */
export function groupEvents(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const groups: Group[] = [];
  for (const event of events.toReversed()) {
    const host = SERVER.exec(event.subject)?.[1];
    const group = host === undefined ? undefined : groups.findLast(({ first }) => isSame(first, event));
    if (host === undefined || group === undefined)
      groups.push({ first: event, hosts: host === undefined ? [] : [host] });
    else group.hosts.push(host);
  }
  return groups.toReversed().map(groupEvent);
}

function isSame(first: TimelineEvent, event: TimelineEvent): boolean {
  return (
    SERVER.test(first.subject) &&
    first.text === event.text &&
    first.tone === event.tone &&
    secondsBetween(first.at, event.at) <= TOGETHER
  );
}

function groupEvent({ first, hosts }: Group): TimelineEvent {
  if (hosts.length < 2) return first;
  const subject =
    hosts.length > NAMED ? `${hosts.length} API servers` : `API servers ${hosts.toSorted().join(", ")}`;
  return { ...first, subject, text: first.text.replace(/^does /, "do ").replace(/^is /, "are ") };
}
