import type { Monitor } from "../monitor.ts";

/**
 * A key that was pressed. `name` is `a`, `tab`, `enter`, `escape`, `up`, `pageup`, `backspace`…,
 * `text` the character that it types, "" when it types none.
 */
export interface Key {
  readonly name: string;
  readonly text: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** What a key does. */
export type Action =
  | "search"
  | "to-hits"
  | "open-key"
  | "empty-box"
  | "next-pane"
  | "previous-pane"
  | "down"
  | "up"
  | "page-down"
  | "page-up"
  | "first"
  | "last"
  | "zoom"
  | "pause"
  | "mark"
  | "findings"
  | "help"
  | "back"
  | "quit";

/** A line of `?` and a word of the last row. */
export interface Binding {
  readonly action: Action;
  /** as the keys are called on the screen */
  readonly keys: string;
  /** in the last row; undefined: only in `?` */
  readonly short: string | undefined;
  /** in `?` */
  readonly long: string;
  /** when the last row has no room, the highest goes first */
  readonly goes: number;
}

const SEARCH: Binding = {
  action: "search",
  keys: "/",
  short: "search",
  long: "search keys in etcd",
  goes: 3,
};
const NEXT: Binding = {
  action: "next-pane",
  keys: "tab",
  short: "next",
  long: "next pane; shift-tab: back",
  goes: 4,
};
const MOVE: Binding = {
  action: "down",
  keys: "j k",
  short: undefined,
  long: "move; arrows and wheel too",
  goes: 9,
};
const ENDS: Binding = {
  action: "first",
  keys: "g G",
  short: undefined,
  long: "first, last; Home, End",
  goes: 9,
};
const PAGES: Binding = {
  action: "page-down",
  keys: "^f ^b",
  short: undefined,
  long: "a page; ^d ^u, PgDn PgUp",
  goes: 9,
};
const MOUSE: Binding = {
  action: "down",
  keys: "click",
  short: undefined,
  long: "focus a pane, select a row",
  goes: 9,
};
const SUSPEND: Binding = {
  action: "quit",
  keys: "^z",
  short: undefined,
  long: "suspend; fg: resume",
  goes: 9,
};
const ZOOM: Binding = {
  action: "zoom",
  keys: "enter",
  short: "zoom",
  long: "zoom; enter again: back",
  goes: 7,
};
const OPEN: Binding = {
  action: "open-key",
  keys: "enter",
  short: "open",
  long: "",
  goes: 0,
};
const PAUSE: Binding = {
  action: "pause",
  keys: "p",
  short: "pause",
  long: "pause the display",
  goes: 5,
};
const MARK: Binding = {
  action: "mark",
  keys: "m",
  short: "mark",
  long: "mark the timeline",
  goes: 6,
};
/** In the last row it stands at the right, before the number of findings. */
export const FINDINGS: Binding = {
  action: "findings",
  keys: "f",
  short: undefined,
  long: "findings and advice",
  goes: 9,
};
const HELP: Binding = { action: "help", keys: "?", short: "help", long: "keys and signs", goes: 2 };
const BACK: Binding = { action: "back", keys: "esc", short: "close", long: "close, clear, go back", goes: 0 };
const QUIT: Binding = { action: "quit", keys: "q", short: "quit", long: "quit; ctrl-c too", goes: 1 };

/** Every key, in the order of `?`. */
export const BINDINGS: readonly Binding[] = [
  SEARCH,
  FINDINGS,
  NEXT,
  MOVE,
  PAGES,
  ENDS,
  MOUSE,
  ZOOM,
  PAUSE,
  MARK,
  BACK,
  HELP,
  SUSPEND,
  QUIT,
];

const TYPING: readonly Binding[] = [
  { action: "to-hits", keys: "enter", short: "results", long: "", goes: 0 },
  { action: "empty-box", keys: "ctrl-u", short: "clear", long: "", goes: 2 },
  { ...NEXT, goes: 1 },
  { ...BACK, short: "close" },
];

/** The keys that do something now, for the last row. */
export function workingKeys(monitor: Monitor): readonly Binding[] {
  if (monitor.help) return [BACK];
  if (monitor.search?.typing) return TYPING;
  if (monitor.focus === "keys" && monitor.search?.opened)
    return monitor.zoomed
      ? [{ ...BACK, short: "back" }, NEXT, HELP, QUIT]
      : [{ ...BACK, short: "results" }, NEXT, ZOOM, HELP, QUIT];
  const shown = [SEARCH, NEXT, OPEN, ZOOM, PAUSE, MARK, HELP, QUIT].filter((b) => works(b.action, monitor));
  return shown.map((b) => {
    if (b === PAUSE && monitor.paused) return { ...b, short: "resume", goes: 0 };
    return b === ZOOM && monitor.zoomed ? { ...b, short: "back", goes: 0 } : b;
  });
}

/** Whether `f` opens or closes FINDINGS now: it may be typed into the box, too. */
export function opensFindings(monitor: Monitor): boolean {
  return !monitor.help && !monitor.search?.typing;
}

function works(action: Action, monitor: Monitor): boolean {
  if (action === "open-key") return canOpen(monitor);
  if (action === "zoom") return monitor.focus !== "keys" || monitor.search?.opened !== undefined;
  if (action === "search") return monitor.state.etcd.members.size > 0 || monitor.search !== undefined;
  return true;
}

/** What a key does now; undefined: nothing, or it is typed into the box. */
export function actionOf(key: Key, monitor: Monitor): Action | undefined {
  if (key.ctrl && key.name === "c") return "quit";
  if (monitor.help) return HELP_KEYS.get(nameOf(key));
  if (monitor.search?.typing) return TYPING_KEYS.get(nameOf(key));
  const typed = KEYS.get(nameOf(key));
  const action = typed === "zoom" && canOpen(monitor) ? "open-key" : typed;
  return action && works(action, monitor) ? action : undefined;
}

function canOpen({ focus, search }: Monitor): boolean {
  return focus === "keys" && search?.opened === undefined && (search?.result?.hits.length ?? 0) > 0;
}

function nameOf(key: Key): string {
  if (key.ctrl) return `ctrl-${key.name}`;
  if (key.name === "tab" && key.shift) return "shift-tab";
  return key.text === "" ? key.name : key.text;
}

const KEYS = table({
  "/": "search",
  tab: "next-pane",
  "shift-tab": "previous-pane",
  j: "down",
  down: "down",
  k: "up",
  up: "up",
  pagedown: "page-down",
  "ctrl-f": "page-down",
  "ctrl-d": "page-down",
  pageup: "page-up",
  "ctrl-b": "page-up",
  "ctrl-u": "page-up",
  g: "first",
  home: "first",
  G: "last",
  end: "last",
  enter: "zoom",
  f: "findings",
  p: "pause",
  m: "mark",
  "?": "help",
  escape: "back",
  q: "quit",
});

const HELP_KEYS = table({
  "?": "back",
  escape: "back",
  enter: "back",
  q: "back",
  j: "down",
  down: "down",
  k: "up",
  up: "up",
  pagedown: "page-down",
  pageup: "page-up",
  g: "first",
  home: "first",
  G: "last",
  end: "last",
});

const TYPING_KEYS = table({
  enter: "to-hits",
  "ctrl-u": "empty-box",
  tab: "next-pane",
  "shift-tab": "previous-pane",
  escape: "back",
});

/** A map, because a key may be called `constructor`. */
function table(keys: Record<string, Action>): ReadonlyMap<string, Action> {
  return new Map(Object.entries(keys));
}
