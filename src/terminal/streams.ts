import type { Readable, Writable } from "node:stream";

/** Where keys come from: `process.stdin` when it is a terminal. */
export interface TerminalInput extends Readable {
  setRawMode(raw: boolean): unknown;
}

/** Where cells go: `process.stdout` when it is a terminal; it emits `resize`. */
export interface TerminalOutput extends Writable {
  readonly columns: number;
  readonly rows: number;
}
