import type { Instant } from "../../core/facts/time.ts";
import type { Monitor } from "../monitor.ts";
import type { FocusId } from "../panes.ts";
import { PANES, SIDE_PANES } from "../panes.ts";
import type { Pane, Screen } from "../screen.ts";
import { step } from "./act.ts";
import { focusOn, isOpen, paneOf } from "./focus.ts";
import { select } from "./select.ts";

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

/** The pane that gets the focus by a press there. */
function focusOf(id: string): FocusId | undefined {
  return PANES.find((pane) => pane.id === id)?.id ?? SIDE_PANES.find((pane) => pane.id === id)?.of;
}

/** A press gives the focus and selects; the wheel moves what is selected or scrolled in the pane under it. */
export function followPointer(monitor: Monitor, { action, pane, key }: Pointer, at: Instant): Monitor {
  if (monitor.help || !isOpen(monitor, paneOf(pane))) return monitor;
  if (action !== "press") return step(monitor, pane, action === "wheel-up" ? -1 : 1, at);
  const focused = focusOn(monitor, pane);
  return key === undefined ? focused : select(focused, pane, key);
}
