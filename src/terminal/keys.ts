import type { Key } from "../monitor/keymap.ts";
import type { MouseEvent } from "../monitor/pointer.ts";

/** A key as blessed tells it. */
export interface BlessedKey {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

/**
 * The key that was pressed; undefined: not one of its own. blessed tells the enter key twice, as `return` and as
 * `enter`, and a line feed as `linefeed`.
 */
export function keyOf(character: string | undefined, key: BlessedKey): Key | undefined {
  if (key.name === "return") return undefined;
  const { ctrl = false, meta = false, shift = false } = key;
  const typed = character !== undefined && /^[^\p{Cc}]+$/u.test(character) && !ctrl && !meta;
  const name = key.name === "linefeed" ? "enter" : (key.name ?? character ?? "");
  return name === "" ? undefined : { name, text: typed ? character : "", ctrl, shift };
}

/** A mouse event as blessed tells it, in cells from 0. */
export interface BlessedMouse {
  readonly action: string;
  readonly x: number;
  readonly y: number;
}

const ACTIONS: ReadonlyMap<string, MouseEvent["action"]> = new Map([
  ["mousedown", "press"],
  ["wheelup", "wheel-up"],
  ["wheeldown", "wheel-down"],
]);

/** What the mouse did; undefined: nothing that matters here. */
export function mouseOf({ action, x, y }: BlessedMouse): MouseEvent | undefined {
  const known = ACTIONS.get(action);
  return known && { action: known, column: x, row: y };
}
