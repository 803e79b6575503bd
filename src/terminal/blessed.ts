import type { EventEmitter } from "node:events";
import type { Readable, Writable } from "node:stream";
import untyped from "blessed";
import { characterWidth } from "../text/width.ts";
import { TERMINFO } from "./terminfo-data.ts";

/** The part of blessed 0.1.81 that is used here, as it is; @types/blessed knows less of it. */
interface Blessed {
  screen(options: BlessedOptions): BlessedScreen;
  readonly unicode: { charWidth: (text: string | number, at?: number) => number };
  readonly Tput: { readonly prototype: Tput };
}

/** Options of a screen; `terminal` names the description, `forceUnicode` overrules the locale. */
export interface BlessedOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly terminal: string;
  readonly fullUnicode: boolean;
  readonly forceUnicode: boolean;
}

/** A cell: how it looks (see `attribute`), and its character. */
export type BlessedCell = [attribute: number, character: string];

/** A row of cells; only those of a dirty one are compared with what was sent. */
export type BlessedRow = BlessedCell[] & { dirty: boolean };

/** A screen: its cells, of which `draw` sends those that changed in some rows. */
export interface BlessedScreen extends EventEmitter {
  readonly lines: readonly BlessedRow[];
  /** of a cell in the terminal's own look */
  readonly dattr: number;
  readonly program: BlessedProgram;
  readonly tput: { brokenACS: boolean };
  draw(from: number, to: number): void;
  append(widget: { detach(): void }): void;
  enter(): void;
  leave(): void;
  destroy(): void;
}

/** What writes to the terminal and reads its keys. */
export interface BlessedProgram extends EventEmitter {
  isAlt: boolean;
  _write: (this: BlessedProgram, text: string) => unknown;
  flush(): void;
}

interface Tput {
  terminal: string;
  readTerminfo(name?: string): unknown;
  parseTerminfo(data: Buffer, file: string): unknown;
}

/** The one place where blessed gets its types: its own are too weak to be assigned, hence the step over unknown. */
export const blessed = untyped as unknown as Blessed;

// blessed reads the machine's terminfo, and fails on entries of ncurses 6.1: it gets the ones that are embedded.
blessed.Tput.prototype.readTerminfo = function (this: Tput, name?: string): unknown {
  const wanted = name ?? this.terminal;
  const known = wanted === "linux" ? wanted : "xterm-256color";
  return this.parseTerminfo(Buffer.from(TERMINFO[known], "base64"), `/embedded/${known}`);
};

// blessed's own table is of 2012, before emoji took two cells: what it sends must move the cursor as it believes.
blessed.unicode.charWidth = (text, at = 0) =>
  characterWidth(String.fromCodePoint(typeof text === "number" ? text : (text.codePointAt(at) ?? 0)));
