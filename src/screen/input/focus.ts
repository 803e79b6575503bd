import type { Monitor, Updated } from "../monitor.ts";
import type { Change, PaneKeys, PaneSpec } from "../pane.ts";
import type { FocusId } from "../panes.ts";
import { FIRST, PANES } from "../panes.ts";
import { ZOOM } from "./bindings.ts";
import { select } from "./select.ts";

/** The pane with that name. */
export function paneOf(id: FocusId): PaneSpec<FocusId> {
  const pane = PANES.find((one) => one.id === id);
  if (pane === undefined) throw new Error(`no pane ${id}`);
  return pane;
}

/** Whether a pane can have the focus. */
export function isOpen(monitor: Monitor, { id, opening }: PaneSpec<FocusId>): boolean {
  if (opening === undefined) return true;
  return opening.own ? opening.own.isOpen(monitor) : monitor.opened?.pane === id;
}

/** What keys do in the pane with the focus, or in another one. */
export function keysOf(monitor: Monitor, id = monitor.focus): PaneKeys {
  return paneOf(id).keys?.(monitor, monitor.zoomed !== undefined) ?? { own: [ZOOM] };
}

/** Whether the pane with the focus takes every key. */
export function takesKeys(monitor: Monitor): boolean {
  return keysOf(monitor).takes !== undefined;
}

/** Gives a pane the focus. */
export function focusOn(monitor: Monitor, id: FocusId): Monitor {
  const left = id === monitor.focus ? undefined : paneOf(monitor.focus).leave?.(monitor);
  return { ...monitor, ...left, focus: id };
}

/** Gives a pane the focus, and what is zoomed its place: not where the pane has keys of its own for that. */
function goTo(monitor: Monitor, id: FocusId): Monitor {
  const zooms = monitor.zoomed !== undefined && paneOf(id).keys === undefined;
  return { ...focusOn(monitor, id), zoomed: zooms ? id : undefined };
}

/** The focus goes around the panes that are open. */
export function focusNext(monitor: Monitor, step: 1 | -1): Monitor {
  const order = PANES.filter((pane) => isOpen(monitor, pane)).map(({ id }) => id);
  return goTo(monitor, order.at((order.indexOf(monitor.focus) + step) % order.length) ?? monitor.focus);
}

/** Opens a pane, or goes there; one that says nothing else about it is closed by its key while it has the focus. */
export function openPane(monitor: Monitor, id: FocusId): Updated {
  const own = paneOf(id).opening?.own;
  if (own) return changed(goTo(monitor, id), id, own.open(monitor, monitor.selected[id]));
  const { focus, opened } = monitor;
  if (opened?.pane === id && focus === id) return { monitor: closeOpened(monitor), effects: [] };
  const back = opened?.pane === focus ? opened.back : paneOf(focus).opening ? FIRST : focus;
  return { monitor: { ...goTo(monitor, id), opened: { pane: id, back } }, effects: [] };
}

/** Closes the pane that its key opened. */
export function closeOpened(monitor: Monitor): Monitor {
  const { focus, opened } = monitor;
  if (opened === undefined) return monitor;
  const closed = select({ ...monitor, opened: undefined }, opened.pane, undefined);
  return focus === opened.pane ? goTo(closed, opened.back) : closed;
}

/** Takes one thing back in the first of the panes that is open by its own contents; undefined: none is. */
export function backInPane(monitor: Monitor): Updated | undefined {
  const pane = PANES.find(({ opening }) => opening?.own?.isOpen(monitor));
  const change = pane?.opening?.own?.back(monitor, monitor.selected[pane.id]);
  if (pane === undefined || change === undefined) return undefined;
  const updated = changed(monitor, pane.id, change);
  const gone = !isOpen(updated.monitor, paneOf(monitor.focus));
  return gone ? { ...updated, monitor: { ...updated.monitor, focus: FIRST } } : updated;
}

/** What a pane's own change makes of the screen. */
export function changed(monitor: Monitor, id: FocusId, { contents, select: row, effects }: Change): Updated {
  const next = { ...monitor, ...contents };
  return { monitor: row ? select(next, id, row.key) : next, effects: effects ?? [] };
}
