import type { Key } from "../screen/input/bindings.ts";
import type { MouseEvent } from "../screen/input/pointer.ts";
import type { Screen } from "../screen/screen.ts";
import type { BlessedScreen } from "./blessed.ts";
import { blessed } from "./blessed.ts";
import type { Capabilities } from "./capabilities.ts";
import { capabilities } from "./capabilities.ts";
import type { Host, TerminalInput, TerminalOutput, Suspender } from "./host.ts";
import { restoreBeforeEnd, withoutListeners, suspender } from "./host.ts";
import type { Painter } from "./paint.ts";
import { painter, dimForBlink } from "./paint.ts";

/** A key as blessed tells it. */
interface BlessedKey {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

/**
 * The key that was pressed; undefined: not one of its own. blessed tells the enter key twice, as `return` and as
 * `enter`, and a line feed as `linefeed`.
 */
function keyOf(character: string | undefined, key: BlessedKey): Key | undefined {
  if (key.name === "return") return undefined;
  const { ctrl = false, meta = false, shift = false } = key;
  const typed = character !== undefined && /^[^\p{Cc}]+$/u.test(character) && !ctrl && !meta;
  const name = key.name === "linefeed" ? "enter" : (key.name ?? character ?? "");
  return name === "" ? undefined : { name, text: typed ? character : "", ctrl, shift };
}

/** A mouse event as blessed tells it, in cells from 0. */
interface BlessedMouse {
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
function mouseOf({ action, x, y }: BlessedMouse): MouseEvent | undefined {
  const known = ACTIONS.get(action);
  return known && { action: known, column: x, row: y };
}

/** What a terminal is opened on. `ascii`: without a character beyond ASCII, whatever the locale says. */
export interface TerminalOptions {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** `process` */
  readonly host: Host;
  readonly ascii?: boolean;
}

/** The whole terminal, taken over until `close`: it shows screens and tells of keys. */
export interface Terminal extends Disposable {
  /** whether it shows ASCII only: `layout` has to know */
  readonly ascii: boolean;
  size(): { readonly columns: number; readonly rows: number };
  /** Shows a screen; only cells that changed are sent. */
  paint(screen: Screen): void;
  onKey(listener: (key: Key) => void): void;
  onMouse(listener: (event: MouseEvent) => void): void;
  /** All cells have to be painted again: the size changed, or the terminal was taken over again after ctrl-z. */
  onResize(listener: () => void): void;
  /** The terminal went away: nothing can be shown any more. */
  onGone(listener: () => void): void;
  /** Gives the terminal back and stops the process, as ctrl-z does; `fg` takes it over again. */
  suspend(): void;
  /** Gives the terminal back as it was. Safe to call twice. */
  close(): void;
}

/** Presses and the wheel, told as `CSI <`: never the mouse's moves, which come by the hundred. */
const MOUSE_ON = "\u001b[?1000h\u001b[?1006h";
const MOUSE_OFF = "\u001b[?1006l\u001b[?1000l";

/**
 * Takes the terminal over: the alternate screen, raw keys, the mouse. It is given back when `close` is called and
 * however the process ends: by a signal, by an error that nobody caught, by exit; ctrl-z gives it back for a while.
 * Precondition: `output` is a terminal.
 */
export function openTerminal(options: TerminalOptions): Terminal {
  return new WholeTerminal(options);
}

class WholeTerminal implements Terminal {
  readonly ascii: boolean;
  private readonly options: TerminalOptions;
  private readonly able: Capabilities;
  private readonly screen: BlessedScreen;
  private readonly painter: Painter;
  private readonly suspender: Suspender;
  private readonly stopRestoring: () => void;
  private readonly repaint: (() => void)[] = [];
  private picture: Screen | undefined;
  private closed = false;

  constructor(options: TerminalOptions) {
    const { env, platform, host, ascii = false } = options;
    this.options = options;
    // A terminal that hung up refuses its modes, also when it is given back: onGone tells of it, nothing is to be done.
    options.input.on("error", () => undefined);
    this.able = capabilities(env, platform, ascii);
    this.ascii = !this.able.utf8;
    this.screen = withoutListeners(host, () => openScreen(options, this.able));
    this.painter = painter(this.screen, this.able, () => {
      if (this.picture) this.paint(this.picture);
    });
    this.suspender = suspender({
      host,
      platform,
      leave: () => {
        this.leave();
      },
      enter: () => {
        this.enter();
      },
    });
    this.screen.on("resize", () => {
      this.askForCells();
    });
    this.stopRestoring = restoreBeforeEnd(host, () => {
      this.close();
    });
    this.enterModes();
  }

  size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.options.output;
    return { columns, rows };
  }

  paint(picture: Screen): void {
    this.picture = picture;
    if (!this.closed && !this.suspender.away()) this.painter.paint(picture);
  }

  onKey(listener: (key: Key) => void): void {
    this.screen.on("keypress", (character: string | undefined, key: BlessedKey) => {
      const pressed = keyOf(character, key);
      if (pressed?.ctrl && pressed.name === "z") this.suspend();
      else if (pressed) listener(pressed);
    });
  }

  onMouse(listener: (event: MouseEvent) => void): void {
    this.screen.program.on("mouse", (event: BlessedMouse) => {
      const reported = mouseOf(event);
      if (reported) listener(reported);
    });
  }

  onResize(listener: () => void): void {
    this.repaint.push(listener);
  }

  onGone(listener: () => void): void {
    this.options.input.once("end", listener);
    this.options.input.once("error", listener);
    this.options.output.once("error", listener);
  }

  suspend(): void {
    if (!this.closed) this.suspender.suspend();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopRestoring();
    this.suspender.stop();
    if (this.able.mouse) this.screen.program._write(MOUSE_OFF);
    this.screen.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private enterModes(): void {
    this.options.input.setRawMode(true);
    this.options.input.resume();
    if (this.able.mouse) this.screen.program._write(MOUSE_ON);
  }

  private leave(): void {
    if (this.able.mouse) this.screen.program._write(MOUSE_OFF);
    this.screen.leave();
    this.screen.program.flush();
    this.options.input.setRawMode(false);
  }

  private enter(): void {
    // Another program may have left the terminal in any state: it is taken over as at the start.
    this.screen.program.isAlt = false;
    this.screen.enter();
    this.enterModes();
    this.askForCells();
  }

  private askForCells(): void {
    for (const listener of this.repaint) listener();
  }
}

function openScreen({ input, output }: TerminalOptions, { terminfo, utf8 }: Capabilities): BlessedScreen {
  const screen = blessed.screen({ input, output, terminal: terminfo, fullUnicode: utf8, forceUnicode: utf8 });
  // Never the alternate character set for lines: in UTF-8 they are characters, in ASCII there are none.
  screen.tput.brokenACS = true;
  const { program } = screen;
  const write = program._write;
  program._write = (text) => write.call(program, dimForBlink(text));
  return screen;
}
