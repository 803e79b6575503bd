import type { Instant } from "../../core/facts/time.ts";
import type { Monitor } from "../monitor.ts";
import { shownAt } from "../monitor.ts";
import type { PaneSpec } from "../pane.ts";
import type { FocusId } from "../panes.ts";
import { selectedIndex } from "../panes/visible-rows.ts";

/** Moves the selection of a pane by some rows; it stops at the ends. */
export function moveSelection(
  monitor: Monitor,
  { id, rows, followsFirst }: PaneSpec<FocusId>,
  by: number,
  at: Instant,
): Monitor {
  const keys = rows(shownAt(monitor, at));
  const to = Math.max(0, Math.min(selectedIndex(monitor.selected[id], keys) + by, keys.length - 1));
  return select(monitor, id, followsFirst && to === 0 ? undefined : keys[to]);
}

/** Selects a row of a pane by its key; undefined: always the first row, whichever that is. */
export function select(monitor: Monitor, id: FocusId, key: string | undefined): Monitor {
  return { ...monitor, selected: { ...monitor.selected, [id]: key } };
}
