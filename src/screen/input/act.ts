import type { Instant } from "../../core/facts/time.ts";
import type { Action } from "./keymap.ts";
import type { Effect, Monitor, Updated } from "../monitor.ts";
import type { FocusId } from "../screen.ts";
import { mostOpenedKeyLines } from "../../output/opened-key.ts";
import { HELP_SCROLLS } from "../panes/help.ts";
import { moveSelection, pinSelection, select, selectedIndex } from "./select.ts";

/** What a key's action makes of the screen. */
export function act(monitor: Monitor, action: Action, at: Instant): Updated {
  switch (action) {
    case "quit":
      return { monitor, effects: [...stopped(monitor), { kind: "quit" }] };
    case "search":
      return openBox(monitor);
    case "to-hits":
      return just(toHits(monitor, at));
    case "empty-box":
      return emptyBox(monitor);
    case "open-key":
      return openKey(monitor);
    case "back":
      return back(monitor);
    default:
      return just(moved(monitor, action, at));
  }
}

/** The first hit is selected as that key: another may become the first when the members have answered. */
function toHits(monitor: Monitor, at: Instant): Monitor {
  const search = monitor.search && { ...monitor.search, typing: false };
  return pinSelection({ ...monitor, search }, "keys", at);
}

const PAGE = 10;

function moved(
  monitor: Monitor,
  action: Exclude<Action, "quit" | "search" | "to-hits" | "empty-box" | "open-key" | "back">,
  at: Instant,
): Monitor {
  if (monitor.help) return scrollHelp(monitor, action);
  if (monitor.focus === "keys" && monitor.search?.opened && STEPS.has(action))
    return scrollKey(monitor, action);
  switch (action) {
    case "next-pane":
      return focusNext(monitor, 1);
    case "previous-pane":
      return focusNext(monitor, -1);
    case "down":
      return moveSelection(monitor, monitor.focus, 1, at);
    case "up":
      return moveSelection(monitor, monitor.focus, -1, at);
    case "page-down":
      return moveSelection(monitor, monitor.focus, PAGE, at);
    case "page-up":
      return moveSelection(monitor, monitor.focus, -PAGE, at);
    case "first":
      return moveSelection(monitor, monitor.focus, -Infinity, at);
    case "last":
      return moveSelection(monitor, monitor.focus, Infinity, at);
    case "zoom":
      return { ...monitor, zoomed: monitor.zoomed ? undefined : monitor.focus };
    case "pause":
      return pause(monitor, at);
    case "mark":
      return mark(monitor, at);
    case "findings":
      return findings(monitor);
    case "help":
      return { ...monitor, help: true, helpTop: 0 };
  }
}

/** Lines that `j` and `k`, and the keys of pages and ends, move help or an opened key by. */
const STEPS: ReadonlyMap<Action, number> = new Map<Action, number>([
  ["down", 1],
  ["up", -1],
  ["page-down", PAGE],
  ["page-up", -PAGE],
  ["first", -Infinity],
  ["last", Infinity],
]);

function scrollHelp(monitor: Monitor, action: Action): Monitor {
  const to = monitor.helpTop + (STEPS.get(action) ?? 0);
  return { ...monitor, helpTop: Math.max(0, Math.min(to, HELP_SCROLLS)) };
}

/** Moves the lines of an opened key by what the action moves; it stops at the ends. */
export function scrollKey(monitor: Monitor, action: Action): Monitor {
  const { search } = monitor;
  if (search?.opened === undefined) return monitor;
  const { key, top } = search.opened;
  const last = key === "asking" ? 0 : mostOpenedKeyLines(key) - 1;
  const to = Math.max(0, Math.min(top + (STEPS.get(action) ?? 0), last));
  return { ...monitor, search: { ...search, opened: { key, top: to } } };
}

function just(monitor: Monitor): Updated {
  return { monitor, effects: [] };
}

const ORDER: readonly FocusId[] = ["leases", "etcd", "members", "timeline", "findings", "keys"];

/** The focus goes around; to FINDINGS and the search box only while they are open. A zoomed pane hands its place on. */
function focusNext(monitor: Monitor, step: 1 | -1): Monitor {
  const closed = { findings: monitor.findings === undefined, keys: monitor.search === undefined };
  const order = ORDER.filter((id) => !((id === "findings" || id === "keys") && closed[id]));
  const next = order.at((order.indexOf(monitor.focus) + step) % order.length) ?? "leases";
  const search = monitor.search && { ...monitor.search, typing: false };
  return { ...monitor, focus: next, search, zoomed: monitor.zoomed && (next === "keys" ? undefined : next) };
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

/** Opens FINDINGS, or goes there; there, closes it. A zoomed pane hands its place on. */
function findings(monitor: Monitor): Monitor {
  const { focus, zoomed } = monitor;
  if (monitor.findings && focus === "findings") return closeFindings(monitor, monitor.findings.back);
  const back = focus === "keys" || focus === "findings" ? "leases" : focus;
  return { ...monitor, findings: { back }, focus: "findings", zoomed: zoomed && "findings" };
}

function closeFindings(monitor: Monitor, back: FocusId): Monitor {
  const { focus, zoomed } = monitor;
  const closed = select({ ...monitor, findings: undefined }, "findings", undefined);
  return focus === "findings" ? { ...closed, focus: back, zoomed: zoomed && back } : closed;
}

/** Keys are read from now on, so that they are there for the first letter. */
function openBox(monitor: Monitor): Updated {
  const query = monitor.search?.query ?? "";
  const search = { query, typing: true, result: monitor.search?.result, opened: undefined };
  return {
    monitor: { ...monitor, focus: "keys", zoomed: undefined, search },
    effects: monitor.search === undefined ? [{ kind: "search", query }] : [],
  };
}

function emptyBox(monitor: Monitor): Updated {
  const { search } = monitor;
  if (search === undefined) return just(monitor);
  return {
    monitor: { ...monitor, search: { ...search, query: "" } },
    effects: [{ kind: "search", query: "" }],
  };
}

function openKey(monitor: Monitor): Updated {
  const { search, selected } = monitor;
  const hits = search?.result?.hits ?? [];
  const keys = hits.map(({ text }) => text);
  const hit = hits[selectedIndex(selected, "keys", keys)];
  if (search === undefined || hit === undefined) return just(monitor);
  return {
    monitor: { ...monitor, search: { ...search, opened: { key: "asking", top: 0 } } },
    effects: [{ kind: "open-key", hit }],
  };
}

/** Keys are read as long as the box is open. */
function stopped({ search }: Monitor): readonly Effect[] {
  return search === undefined ? [] : [{ kind: "cancel-search" }];
}

/** `esc` takes back the last thing that covers something, one at a time. */
function back(monitor: Monitor): Updated {
  if (monitor.help) return just({ ...monitor, help: false });
  if (monitor.toast && !monitor.search?.typing) return just({ ...monitor, toast: undefined });
  if (monitor.zoomed) return just({ ...monitor, zoomed: undefined });
  if (monitor.findings) return just(closeFindings(monitor, monitor.findings.back));
  if (monitor.search === undefined) return just(monitor);
  if (monitor.search.opened) return just({ ...monitor, search: { ...monitor.search, opened: undefined } });
  const focus = monitor.focus === "keys" ? "leases" : monitor.focus;
  return { monitor: { ...monitor, focus, search: undefined }, effects: stopped(monitor) };
}
