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

/** A key as tables of keys call it. */
export function keyName(key: Key): string {
  if (key.ctrl) return `ctrl-${key.name}`;
  if (key.name === "tab" && key.shift) return "shift-tab";
  return key.text === "" ? key.name : key.text;
}

/** What keys do in every pane. */
export type Action =
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
  | "help"
  | "back"
  | "quit";

/** A line of `?` and a word of the last row. */
export interface Binding {
  /** as the keys are called on the screen */
  readonly keys: string;
  /** in the last row; undefined: only in `?` */
  readonly short: string | undefined;
  /** in `?` */
  readonly long: string;
  /** when the last row has no room, the highest goes first */
  readonly goes: number;
  /** in the last row it stands out */
  readonly bold?: boolean;
}

export const NEXT: Binding = { keys: "tab", short: "next", long: "next pane; shift-tab: back", goes: 4 };
export const HELP: Binding = { keys: "?", short: "help", long: "keys and signs", goes: 2 };
export const BACK: Binding = { keys: "esc", short: "close", long: "close, clear, go back", goes: 0 };
export const QUIT: Binding = { keys: "q", short: "quit", long: "quit; ctrl-c too", goes: 1 };
export const ZOOM = {
  name: "enter",
  keys: "enter",
  short: "zoom",
  long: "zoom; enter again: back",
  goes: 7,
  action: "zoom",
} as const;
