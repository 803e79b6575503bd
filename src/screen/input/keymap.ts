import type { Monitor } from "../monitor.ts";
import type { Opening, PaneAction } from "../pane.ts";
import type { FocusId } from "../panes.ts";
import type { Action, Binding, Key } from "./bindings.ts";
import { PANES } from "../panes.ts";
import { BACK, HELP, NEXT, QUIT, ZOOM, keyName } from "./bindings.ts";
import { keysOf, takesKeys } from "./focus.ts";

/** What a key does now: what it does in every pane, what the pane with the focus does with it, or it opens a pane. */
export type KeyAction = Action | PaneAction | { readonly opens: FocusId };

const onlyInHelp = (keys: string, long: string): Binding => ({ keys, short: undefined, long, goes: 9 });

const PAUSE: Binding = { keys: "p", short: "pause", long: "pause the display", goes: 5 };
const RESUME: Binding = { ...PAUSE, short: "resume", goes: 0, bold: true };
const MARK: Binding = { keys: "m", short: "mark", long: "mark the timeline", goes: 6 };

/** The panes that a key opens, the most important first. */
const OPENINGS = PANES.flatMap(({ id, opening }) => (opening ? [{ opens: id, ...opening }] : [])).sort(
  (a, b) => a.binding.goes - b.binding.goes,
);

/** Every key, in the order of `?`. */
export const BINDINGS: readonly Binding[] = [
  ...OPENINGS.map(({ binding }) => binding),
  NEXT,
  onlyInHelp("j k", "move; arrows and wheel too"),
  onlyInHelp("^f ^b", "a page; ^d ^u, PgDn PgUp"),
  onlyInHelp("g G", "first, last; Home, End"),
  onlyInHelp("click", "focus a pane, select a row"),
  ZOOM,
  PAUSE,
  MARK,
  BACK,
  HELP,
  onlyInHelp("^z", "suspend; fg: resume"),
  QUIT,
];

/** The keys that do something now, for the last row. */
export function workingKeys(monitor: Monitor): readonly Binding[] {
  if (monitor.help) return [BACK];
  const { shown, own } = keysOf(monitor);
  if (shown) return shown;
  const opens = OPENINGS.filter((opening) => works(opening, monitor)).map(({ binding }) => binding);
  return [
    ...opens.filter(({ short }) => short !== undefined),
    NEXT,
    ...own.map((key) => (key.action === "zoom" && monitor.zoomed ? { ...key, short: "back", goes: 0 } : key)),
    monitor.paused ? RESUME : PAUSE,
    MARK,
    HELP,
    QUIT,
  ];
}

/** Whether the keys that open panes do so now: they may be typed into the box, too. */
export function opensPanes(monitor: Monitor): boolean {
  return !monitor.help && !takesKeys(monitor);
}

function works({ works: now }: Opening, monitor: Monitor): boolean {
  return now === undefined || now(monitor);
}

/** What a key does now; undefined: nothing. */
export function actionOf(key: Key, monitor: Monitor): KeyAction | undefined {
  const name = keyName(key);
  if (name === "ctrl-c") return "quit";
  if (monitor.help) return HELP_KEYS.get(name);
  const { own, takes } = keysOf(monitor);
  if (takes) return takes(key);
  return own.find((one) => one.name === name)?.action ?? KEYS.get(name) ?? openedBy(name, monitor);
}

function openedBy(name: string, monitor: Monitor): KeyAction | undefined {
  return OPENINGS.find((opening) => opening.binding.keys === name && works(opening, monitor));
}

const KEYS = table({
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

/** A map, because a key may be called `constructor`. */
function table(keys: Record<string, Action>): ReadonlyMap<string, Action> {
  return new Map(Object.entries(keys));
}
