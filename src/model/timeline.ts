import type { TimelineEvent } from "./state.ts";

const KEPT = 500;

/** Adds events to a timeline: newest first by the time they tell of, not by when they were told. */
export function addEvents(
  events: readonly TimelineEvent[],
  added: readonly TimelineEvent[],
): readonly TimelineEvent[] {
  if (added.length === 0) return events;
  return [...added, ...events].sort((a, b) => b.at.mono - a.at.mono).slice(0, KEPT);
}
