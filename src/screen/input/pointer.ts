import type { Instant } from "../../core/facts/time.ts";
import type { Monitor } from "../monitor.ts";
import type { FocusId, Pane, Screen } from "../screen.ts";
import { scrollKey } from "./act.ts";
import { moveSelection, select } from "./select.ts";

/** A mouse event by what lies under it: press, or the wheel. */
export interface Pointer {
  readonly action: "press" | "wheel-up" | "wheel-down";
  readonly pane: FocusId;
  /** the key of the list's row; undefined: beside the rows */
  readonly key: string | undefined;
}

/** A cell and what the mouse does there. */
export interface MouseEvent {
  readonly action: Pointer["action"];
  readonly column: number;
  readonly row: number;
}

/** What lies under the mouse on the screen that is shown; undefined: nothing that can have the focus. */
export function pointAt(screen: Screen, { action, column, row }: MouseEvent): Pointer | undefined {
  const pane = screen.panes.findLast((p) => covers(p, column, row));
  const id = pane && focusOf(pane.id);
  if (pane === undefined || id === undefined) return undefined;
  return { action, pane: id, key: keyAt(pane, row - pane.top) };
}

function keyAt({ list }: Pane, line: number): string | undefined {
  if (list === undefined) return undefined;
  let top = list.line;
  for (const [i, key] of list.keys.entries()) {
    const below = top + (list.heights?.[i] ?? 1);
    if (line >= top && line < below) return key;
    top = below;
  }
  return undefined;
}

function covers({ left, top, width, height }: Pane, column: number, row: number): boolean {
  return column >= left && column < left + width && row >= top && row < top + height;
}

function focusOf(id: Pane["id"]): FocusId | undefined {
  switch (id) {
    case "leases":
    case "etcd":
    case "members":
    case "timeline":
    case "findings":
    case "keys":
      return id;
    case "headline":
    case "gaps":
      return "leases";
    case "member":
      return "etcd";
    case "summary":
    case "leadership":
    case "footer":
    case "dialog":
    case "too-small":
      return undefined;
  }
}

/** A press gives the focus and selects; the wheel moves the selection of the list under it, or an opened key. */
export function followPointer(monitor: Monitor, { action, pane, key }: Pointer, at: Instant): Monitor {
  if (monitor.help || (pane === "keys" && monitor.search === undefined)) return monitor;
  if (action !== "press" && pane === "keys" && monitor.search?.opened)
    return scrollKey(monitor, action === "wheel-up" ? "up" : "down");
  if (action !== "press") return moveSelection(monitor, pane, action === "wheel-up" ? -1 : 1, at);
  const search = monitor.search && { ...monitor.search, typing: monitor.search.typing && pane === "keys" };
  const focused = { ...monitor, focus: pane, search };
  return key === undefined ? focused : select(focused, pane, key);
}
