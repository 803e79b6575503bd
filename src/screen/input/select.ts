import type { MemberRow } from "../../core/assessment.ts";
import type { Finding } from "../../core/rules/finding.ts";
import type { TimelineEvent } from "../../core/state.ts";
import type { Instant } from "../../core/facts/time.ts";
import type { Monitor, Selection } from "../monitor.ts";
import { shownEvents, shownState } from "../monitor.ts";
import type { FocusId } from "../screen.ts";
import { assess } from "../../core/assess.ts";
import { listedInOrder } from "../../core/etcd/member-list.ts";

/** Moves the selection of a list by some rows; it stops at the ends. */
export function moveSelection(monitor: Monitor, list: FocusId, by: number, at: Instant): Monitor {
  const keys = rowKeys(monitor, list, at);
  const to = Math.max(0, Math.min(selectedIndex(monitor.selected, list, keys) + by, keys.length - 1));
  return select(monitor, list, list === "timeline" && to === 0 ? undefined : keys[to]);
}

/** Selects a row of a list by its key; undefined: always the first row, whichever that is. */
export function select(monitor: Monitor, list: FocusId, key: string | undefined): Monitor {
  return { ...monitor, selected: { ...monitor.selected, [list]: key } };
}

/** Where the selected row stands among the rows with these keys: the first, when it is gone or none was selected. */
export function selectedIndex(selected: Selection, list: FocusId, keys: readonly string[]): number {
  const key = selected[list];
  return key === undefined ? 0 : Math.max(0, keys.indexOf(key));
}

/** Selects the row that is selected now by its key, so that it stays selected when others come before it. */
export function pinSelection(monitor: Monitor, list: FocusId, at: Instant): Monitor {
  const keys = rowKeys(monitor, list, at);
  return select(monitor, list, keys[selectedIndex(monitor.selected, list, keys)]);
}

/** The keys of a list's rows, in the order in which they are shown. */
function rowKeys(monitor: Monitor, list: FocusId, at: Instant): readonly string[] {
  const { state, now } = shownState(monitor, at);
  switch (list) {
    case "leases":
      return assess(state, now).leases.rows.map(({ key }) => key);
    case "findings":
      return assess(state, now).findings.map(findingKey);
    case "etcd": {
      const { etcd } = assess(state, now);
      return etcd.state === "members" ? etcd.rows.map(memberKey) : [];
    }
    case "members": {
      const { etcd } = assess(state, now);
      return etcd.state === "members" ? listedInOrder(etcd.list.members).map(({ id }) => id) : [];
    }
    case "timeline":
      return eventKeys(shownEvents(monitor, state));
    case "keys":
      // A key's text is never that of another key.
      return (monitor.search?.result?.hits ?? []).map(({ text }) => text);
  }
}

/** What stays the same of a finding while its figures change. */
export function findingKey({ id, subject }: Finding): string {
  return `${id} ${subject}`;
}

/** What stays the same of a member's row. */
export function memberKey({ key }: MemberRow): string {
  return key;
}

/**
 * What stays the same of each event, newest first: its time and tone, and its place among those that share both, from
 * the oldest on. Its words may change: one that has become one of several names them all.
 */
export function eventKeys(events: readonly TimelineEvent[]): readonly string[] {
  const seen = new Map<string, number>();
  const keys = events.toReversed().map(({ at, tone }) => {
    const same = `${at.mono} ${tone}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return `${same} ${count}`;
  });
  return keys.reverse();
}
