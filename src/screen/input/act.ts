import type { Instant } from "../../core/facts/time.ts";
import type { Monitor, Updated } from "../monitor.ts";
import type { FocusId } from "../panes.ts";
import type { Action } from "./bindings.ts";
import type { KeyAction } from "./keymap.ts";
import { PANES } from "../panes.ts";
import { HELP_SCROLLS } from "../panes/help.ts";
import { backInPane, changed, closeOpened, focusNext, keysOf, openPane, paneOf, takesKeys } from "./focus.ts";
import { moveSelection } from "./select.ts";

/** What a key's action makes of the screen. */
export function act(monitor: Monitor, action: KeyAction, at: Instant): Updated {
  if (typeof action === "function")
    return changed(monitor, monitor.focus, action(monitor, monitor.selected[monitor.focus]));
  if (typeof action === "object") return openPane(monitor, action.opens);
  if (action === "quit") return quit(monitor);
  if (action === "back") return back(monitor);
  const by = STEPS.get(action);
  if (by === undefined) return just(inAnyPane(monitor, action, at));
  return just(monitor.help ? scrollHelp(monitor, by) : step(monitor, monitor.focus, by, at));
}

function just(monitor: Monitor): Updated {
  return { monitor, effects: [] };
}

const PAGE = 10;

/** Lines that `j` and `k`, and the keys of pages and ends, move by. */
const STEPS: ReadonlyMap<Action, number> = new Map<Action, number>([
  ["down", 1],
  ["up", -1],
  ["page-down", PAGE],
  ["page-up", -PAGE],
  ["first", -Infinity],
  ["last", Infinity],
]);

/** Moves the selection of a pane, or what it scrolls instead. */
export function step(monitor: Monitor, id: FocusId, by: number, at: Instant): Monitor {
  const { scroll } = keysOf(monitor, id);
  return scroll ? changed(monitor, id, scroll(by)).monitor : moveSelection(monitor, paneOf(id), by, at);
}

function scrollHelp(monitor: Monitor, by: number): Monitor {
  return { ...monitor, helpTop: Math.max(0, Math.min(monitor.helpTop + by, HELP_SCROLLS)) };
}

function inAnyPane(monitor: Monitor, action: Action, at: Instant): Monitor {
  switch (action) {
    case "next-pane":
      return focusNext(monitor, 1);
    case "previous-pane":
      return focusNext(monitor, -1);
    case "zoom":
      return { ...monitor, zoomed: monitor.zoomed ? undefined : monitor.focus };
    case "pause":
      return pause(monitor, at);
    case "mark":
      return mark(monitor, at);
    case "help":
      return { ...monitor, help: true, helpTop: 0 };
    default:
      return monitor;
  }
}

function pause(monitor: Monitor, at: Instant): Monitor {
  if (monitor.paused === undefined) return { ...monitor, paused: { at, state: monitor.state } };
  const toast = monitor.toast?.whilePaused ? undefined : monitor.toast;
  return { ...monitor, paused: undefined, toast };
}

/** A mark is dated to when the key was pressed, also while the picture stands still. */
function mark(monitor: Monitor, at: Instant): Monitor {
  const number = monitor.marks.length + 1;
  // The row shows its time.
  const event = { at, tone: "note", subject: `mark ${number}`, text: "" } as const;
  return { ...monitor, marks: [event, ...monitor.marks] };
}

function quit(monitor: Monitor): Updated {
  const own = PANES.flatMap(({ opening }) => opening?.own ?? []);
  const ended = own.filter((one) => one.isOpen(monitor)).flatMap((one) => one.quit);
  return { monitor, effects: [...ended, { kind: "quit" }] };
}

/** `esc` takes back the last thing that covers something, one at a time. */
function back(monitor: Monitor): Updated {
  if (monitor.help) return just({ ...monitor, help: false });
  if (monitor.toast && !takesKeys(monitor)) return just({ ...monitor, toast: undefined });
  if (monitor.zoomed) return just({ ...monitor, zoomed: undefined });
  if (monitor.opened) return just(closeOpened(monitor));
  return backInPane(monitor) ?? just(monitor);
}
