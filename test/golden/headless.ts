import type { Terminal as Xterm } from "@xterm/headless";
import type { Screen } from "../../src/screen/screen.ts";
import type { Host } from "../../src/terminal/host.ts";
import type { Terminal } from "../../src/terminal/terminal.ts";
import { openTerminal } from "../../src/terminal/terminal.ts";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { XtermTerminal } from "../../scripts/robot/xterm.ts";

/** A cell as a terminal shows it. `fg` and `bg` are numbers of the palette, -1 the terminal's own. */
export interface Cell {
  readonly text: string;
  readonly fg: number;
  readonly bg: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly blink: boolean;
}

/** How a headless terminal is opened. */
export interface HeadlessOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly ascii?: boolean;
}

/** A terminal without a window: blessed writes to it, and its cells can be read. */
export class Headless implements Disposable {
  readonly terminal: Terminal;
  readonly input = new Input();
  readonly host = new FakeHost();
  readonly xterm: Xterm;
  bytes = 0;
  /** everything that was written, as it was written */
  written = "";
  private readonly output: Output;

  constructor({
    columns,
    rows,
    env = { TERM: "xterm-256color", LANG: "en_US.UTF-8" },
    ascii = false,
  }: HeadlessOptions) {
    this.xterm = new XtermTerminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
    this.output = new Output(columns, rows);
    this.output.on("data", (data: Buffer) => {
      this.bytes += data.length;
      this.written += data.toString();
      this.xterm.write(data);
    });
    const { input, output, host } = this;
    this.terminal = openTerminal({ input, output, env, platform: "linux", host, ascii });
  }

  async paint(screen: Screen): Promise<void> {
    this.terminal.paint(screen);
    await this.settled();
  }

  resize(columns: number, rows: number): void {
    this.xterm.resize(columns, rows);
    this.output.resize(columns, rows);
  }

  /** Waits until all that was written has become cells. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => {
      this.xterm.write("", resolve);
    });
  }

  /** All cells; the second cell of a wide character has no text. */
  cells(): readonly (readonly Cell[])[] {
    const buffer = this.xterm.buffer.active;
    return Array.from({ length: this.xterm.rows }, (_, y) =>
      Array.from({ length: this.xterm.cols }, (__, x) => {
        const cell = buffer.getLine(y)?.getCell(x);
        if (cell === undefined) throw new Error(`no cell at ${x}, ${y}`);
        return {
          text: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
          fg: cell.isFgDefault() ? -1 : cell.getFgColor(),
          bg: cell.isBgDefault() ? -1 : cell.getBgColor(),
          bold: cell.isBold() !== 0,
          dim: cell.isDim() !== 0,
          underline: cell.isUnderline() !== 0,
          inverse: cell.isInverse() !== 0,
          blink: cell.isBlink() !== 0,
        };
      }),
    );
  }

  /** The text of all cells, a string a row. */
  text(): readonly string[] {
    const buffer = this.xterm.buffer.active;
    return Array.from(
      { length: this.xterm.rows },
      (_, y) => buffer.getLine(y)?.translateToString(false, 0, this.xterm.cols) ?? "",
    );
  }

  /** The text of all rows, without blanks at their ends. */
  rows(): readonly string[] {
    return this.text().map((row) => row.trimEnd());
  }

  [Symbol.dispose](): void {
    this.terminal.close();
    this.xterm.dispose();
  }
}

/** Keys are written into it; it remembers whether it is raw. */
export class Input extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(raw: boolean): this {
    this.isRaw = raw;
    return this;
  }
}

class Output extends PassThrough {
  readonly isTTY = true;
  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  resize(columns: number, rows: number): void {
    Object.assign(this, { columns, rows });
    this.emit("resize");
  }
}

/** A process that records its end instead of ending. */
export class FakeHost extends EventEmitter implements Host {
  readonly pid = 4242;
  readonly killed: [pid: number, signal: string][] = [];
  /** It is taken to be stopped by SIGTSTP: no time goes by for it then. */
  stoppedWithin = 60_000;

  kill(pid: number, signal: NodeJS.Signals): void {
    this.killed.push([pid, signal]);
  }
}
