import type { Screen } from "../../src/screen/screen.ts";
import type { StateName } from "./states.ts";
import { STATE_NAMES, play } from "./states.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { Headless } from "./headless.ts";

const UTF8 = { LANG: "en_US.UTF-8" };
/** The terminals that screens are painted for, by their environments. */
export const TERMINALS = {
  "": { TERM: "xterm-256color", ...UTF8 },
  "16-colours": { TERM: "xterm", ...UTF8 },
  "no-colour": { TERM: "xterm-256color", NO_COLOR: "1", ...UTF8 },
  ascii: { TERM: "xterm-256color", LANG: "C" },
  linux: { TERM: "linux", ...UTF8 },
} as const;

export type TerminalName = keyof typeof TERMINALS;

/** Columns and rows, `80x24`. */
export type Size = `${number}x${number}`;

/** One picture: a state, painted at a size into a terminal. */
export interface Shot {
  readonly state: StateName;
  readonly size: Size;
  readonly terminal: TerminalName;
}

/** Every state has a golden file at these sizes. */
const EVERY: readonly Size[] = ["120x36", "80x24"];

/** States that show something of their own at another size or in another terminal. */
const MORE: readonly (readonly [Size, TerminalName, readonly StateName[]])[] = [
  ["200x60", "", ["healthy"]],
  ["160x50", "", ["healthy", "quorum-lost", "seven-members", "twelve-leases", "long-names"]],
  ["120x24", "", ["five-members", "findings"]],
  ["100x30", "", ["healthy", "no-leader", "two-claim", "long-names", "search"]],
  ["80x40", "", ["healthy", "no-leader"]],
  ["60x20", "", ["healthy", "took-over", "quorum-lost", "search", "findings", "help"]],
  ["40x12", "", ["healthy", "no-leader", "member-silent", "search"]],
  ["40x10", "", ["split-brain-possible", "paused", "long-names", "findings", "help"]],
  ["39x10", "", ["healthy"]],
  ["120x36", "16-colours", ["quorum-lost", "paused"]],
  ["80x24", "linux", ["no-leader"]],
];

/** All golden pictures. Other terminals and sizes of a state are held by properties.test.ts. */
export const SHOTS: readonly Shot[] = [
  ...STATE_NAMES.flatMap((state) => EVERY.map((size): Shot => ({ state, size, terminal: "" }))),
  ...MORE.flatMap(([size, terminal, states]) => states.map((state): Shot => ({ state, size, terminal }))),
];

/** The name of a picture, and of its golden file. */
export function nameOf({ state, size, terminal }: Shot): string {
  return [state, size, terminal].filter((part) => part !== "").join("-");
}

/** A size as two numbers. */
export function cellsOf(size: Size): { readonly columns: number; readonly rows: number } {
  const [columns = 0, rows = 0] = size.split("x").map(Number);
  return { columns, rows };
}

/** Paints shots, all of a size and terminal into the same one: repaint.test.ts shows that nothing is left behind. */
export class Studio implements Disposable {
  readonly #open = new Map<string, Headless>();

  /** The terminal with the picture in it, and the screen that was painted. */
  async shoot({
    state,
    size,
    terminal,
  }: Shot): Promise<{ readonly headless: Headless; readonly screen: Screen }> {
    const id = `${size} ${terminal}`;
    const headless = this.#open.get(id) ?? new Headless({ ...cellsOf(size), env: TERMINALS[terminal] });
    this.#open.set(id, headless);
    const { monitor, now } = play(state);
    const screen = layout(monitor, cellsOf(size), now, { ascii: headless.terminal.ascii });
    await headless.paint(screen);
    return { headless, screen };
  }

  [Symbol.dispose](): void {
    for (const headless of this.#open.values()) headless[Symbol.dispose]();
    this.#open.clear();
  }
}
