import { assess } from "../model/assess.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/time.ts";
import type { Monitor } from "./monitor.ts";
import { shownEvents, shownState } from "./monitor.ts";
import type { FocusId } from "./screen.ts";

/** Moves the selection of a list by some rows; it stops at the ends. */
export function moveSelection(monitor: Monitor, list: FocusId, by: number, at: Instant): Monitor {
  const from =
    list === "leases"
      ? leaseIndex(monitor, at)
      : list === "findings"
        ? findingIndex(monitor, shownFindings(monitor, at))
        : monitor.rows[list];
  return select(monitor, list, from + by, at);
}

/** Selects a row of a list, the nearest that there is. */
export function select(monitor: Monitor, list: FocusId, row: number, at: Instant): Monitor {
  const { state, now } = shownState(monitor, at);
  const { leases, etcd, findings } = assess(state, now);
  if (list === "leases") {
    return { ...monitor, selectedLease: leases.rows[within(row, leases.rows.length)]?.key };
  }
  if (list === "findings") {
    const finding = findings[within(row, findings.length)];
    return { ...monitor, selectedFinding: finding && findingKey(finding) };
  }
  const lengths: Record<typeof list, number> = {
    etcd: etcd.state === "members" ? etcd.rows.length : 0,
    members: etcd.state === "members" ? etcd.list.members.length : 0,
    timeline: shownEvents(monitor, state).length,
    keys: monitor.search?.result?.hits.length ?? 0,
  };
  return { ...monitor, rows: { ...monitor.rows, [list]: within(row, lengths[list]) } };
}

function leaseIndex(monitor: Monitor, at: Instant): number {
  const { state, now } = shownState(monitor, at);
  const index = assess(state, now).leases.rows.findIndex((row) => row.key === monitor.selectedLease);
  return Math.max(0, index);
}

function shownFindings(monitor: Monitor, at: Instant): readonly Finding[] {
  const { state, now } = shownState(monitor, at);
  return assess(state, now).findings;
}

/** Where the selected finding stands now: others come and go above it. The first, when it is gone or none was selected. */
export function findingIndex({ selectedFinding }: Monitor, findings: readonly Finding[]): number {
  return Math.max(
    0,
    findings.findIndex((f) => findingKey(f) === selectedFinding),
  );
}

/** What stays the same of a finding while its figures change. */
function findingKey({ id, subject }: Finding): string {
  return `${id} ${subject}`;
}

function within(row: number, length: number): number {
  return Math.max(0, Math.min(row, length - 1));
}

/**
 * Keeps the event that is selected in the timeline selected when others come in above it, so that nothing moves
 * under the reader's eye. At the top, the newest stays selected.
 */
export function keepPlace(before: Monitor, after: Monitor): Monitor {
  const row = before.rows.timeline;
  if (row === 0) return after;
  const was = shownEvents(before, before.paused?.state ?? before.state);
  const is = shownEvents(after, after.paused?.state ?? after.state);
  const event = was[row];
  // One that has become one of several is another object, at the same time.
  const place = event ? is.findIndex(({ at, tone }) => at === event.at && tone === event.tone) : -1;
  return place < 0 ? after : { ...after, rows: { ...after.rows, timeline: place } };
}
