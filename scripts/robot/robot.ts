import { spawn } from "@lydell/node-pty";
import type { Terminal } from "@xterm/headless";
import { readCells } from "./cells.ts";
import type { Cell } from "./cells.ts";
import { XtermTerminal } from "./xterm.ts";

/** What a robot is to sit in front of. `env` is the whole environment of the program. */
export interface RobotOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly term?: string;
}

/** How a program ended: its exit code, and the signal that ended it (0: none). */
export interface Exit {
  readonly exitCode: number;
  readonly signal: number;
}

/**
 * A person at a terminal: starts a program in a real pseudo terminal, types, and reads the screen as an
 * xterm paints it. `await using robot = startRobot(...)` ends the program with it.
 */
export function startRobot(options: RobotOptions): Robot {
  return new Robot(options);
}

/** See startRobot. */
export class Robot {
  readonly #pty: ReturnType<typeof spawn>;
  readonly #terminal: Terminal;
  readonly #changed = new Set<() => void>();
  /** All that the program wrote, codes and all. */
  raw = "";
  #exit: Exit | undefined;

  constructor({ command, args, env, columns = 120, rows = 36, term = "xterm-256color" }: RobotOptions) {
    this.#terminal = new XtermTerminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 });
    this.#pty = spawn(command, [...args], { name: term, cols: columns, rows, env: { ...env, TERM: term } });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#terminal.write(data, () => {
        this.#tell();
      });
    });
    this.#pty.onExit(({ exitCode, signal }) => {
      // The terminal reads in its own time: the end counts once it has read all that was written before it.
      this.#terminal.write("", () => {
        this.#exit = { exitCode, signal: signal ?? 0 };
        this.#tell();
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The rows of the screen as text, without the blanks at their ends. */
  get screen(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, y) => {
      return active.getLine(active.viewportY + y)?.translateToString(true) ?? "";
    });
  }

  /** The screen as one text. */
  get text(): string {
    return this.screen.join("\n");
  }

  /** The cells of the screen with their colours. */
  get cells(): Cell[][] {
    return readCells(this.#terminal);
  }

  /** Whether the program uses the alternate screen now. */
  get isFullScreen(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Resolves with what `look` finds on the screen, as soon as that is something. */
  async see<T>(what: string, look: (text: string) => T | undefined | null | false, seconds = 30): Promise<T> {
    const find = (): T | undefined => {
      const found = look(this.text);
      return found === false || found === null ? undefined : found;
    };
    return this.#until(what, find, seconds);
  }

  /** Resolves when the program has ended. */
  async ended(seconds = 10): Promise<Exit> {
    return this.#until("the end of the program", () => this.#exit, seconds);
  }

  async #until<T>(what: string, find: () => T | undefined, seconds: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (): void => {
      const found = find();
      if (found !== undefined) resolve(found);
      else if (this.#exit)
        reject(new Error(`${what} was not seen before ${JSON.stringify(this.#exit)}\n${this.text}`));
    };
    const timer = setTimeout(() => {
      reject(new Error(`not seen within ${seconds} s: ${what}\n${this.text}`));
    }, seconds * 1000);
    this.#changed.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#changed.delete(look);
    }
  }

  #tell(): void {
    for (const look of this.#changed) look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exit === undefined) this.#pty.kill("SIGKILL");
    await this.ended();
    this.#terminal.dispose();
  }
}
