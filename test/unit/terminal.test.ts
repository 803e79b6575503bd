import type { Key } from "../../src/screen/input/bindings.ts";
import type { MouseEvent } from "../../src/screen/input/pointer.ts";
import type { Style } from "../../src/screen/screen.ts";
import type { Depth } from "../../src/terminal/capabilities.ts";
import { capabilities } from "../../src/terminal/capabilities.ts";
import type { Input } from "../golden/headless.ts";
import { FakeHost, Headless } from "../golden/headless.ts";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { layout } from "../../src/screen/layout/layout.ts";
import { drawable, attribute, dimForBlink } from "../../src/terminal/paint.ts";
import { restoreBeforeEnd } from "../../src/terminal/host.ts";
import { TERMINFO } from "../../src/terminal/terminfo-data.ts";
import { STATES } from "../golden/states.ts";

const SIZE = { columns: 80, rows: 24 };
const ENTER_SCREEN = "\u001b[?1049h";
const LEAVE_SCREEN = "\u001b[?1049l";
const SHOW_CURSOR = /\u001b\[\?(?:12l\u001b\[\?)?25h/;

describe("what a terminal can do", () => {
  test.each([
    ["xterm-256color", {}, "256"],
    ["tmux-256color", {}, "256"],
    ["screen-256color", {}, "256"],
    ["xterm-kitty", {}, "256"],
    ["alacritty", {}, "256"],
    ["foot", {}, "256"],
    ["st-256color", {}, "256"],
    ["xterm", { COLORTERM: "truecolor" }, "256"],
    ["xterm", {}, "16"],
    ["screen", {}, "16"],
    ["linux", {}, "16"],
    ["vt100", {}, "none"],
    ["dumb", {}, "none"],
    ["xterm-256color", { NO_COLOR: "1" }, "none"],
    ["xterm-256color", { NO_COLOR: "" }, "256"],
  ])("TERM=%s %o: colours %s", (TERM, more, depth) => {
    expect(capabilities({ TERM, ...more }, "linux", false).depth).toBe(depth);
  });

  test.each([
    [{ LANG: "en_US.UTF-8" }, true],
    [{ LANG: "de_DE.utf8" }, true],
    [{ LANG: "C" }, false],
    [{}, false],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, false],
    [{ LANG: "C", LC_CTYPE: "C.UTF-8" }, true],
    [{ LANG: "en_US.UTF-8", LC_ALL: "" }, true],
    [{ LANG: "en_US.UTF-8", TERM: "linux" }, false],
  ])("%o: UTF-8 %s", (env, utf8) => {
    expect(capabilities({ TERM: "xterm", ...env }, "linux", false).utf8).toBe(utf8);
  });

  test("asked for ASCII it is ASCII, and Windows has no locale", () => {
    expect(capabilities({ TERM: "xterm", LANG: "en_US.UTF-8" }, "linux", true).utf8).toBe(false);
    for (const env of [{}, { TERM: "" }])
      expect(capabilities(env, "win32", false)).toMatchObject({ utf8: true, depth: "256", mouse: true });
  });

  test("the embedded descriptions are blessed's own", () => {
    const folder = join(dirname(createRequire(__filename).resolve("blessed/package.json")), "usr");
    for (const [name, data] of Object.entries(TERMINFO))
      expect(data).toBe(readFileSync(join(folder, name), "base64"));
  });
});

describe("styles", () => {
  test("are colour codes of the depth", () => {
    const look = (style: Style, depth: Depth): readonly number[] => {
      const attr = attribute(style, depth);
      return [attr >> 18, (attr >> 9) & 0x1ff, attr & 0x1ff];
    };
    const own = 0x1ff;
    expect(look({}, "256")).toEqual([0, own, own]);
    expect(look({ tone: "ok", bold: true }, "256")).toEqual([1, 2, own]);
    expect(look({ underline: true, dim: true }, "256")).toEqual([6, own, own]);
    expect(look({ fill: "bad", soft: true }, "256")).toEqual([0, 224, 160]);
    expect(look({ fill: "warn", bold: true }, "16")).toEqual([9, 3, own]);
    expect(look({ fill: "bad" }, "none")).toEqual([8, own, own]);
    expect(look({ tone: "bad" }, "none")).toEqual([0, own, own]);
  });

  test("dim leaves the program where blessed writes blink, and nothing else changes", () => {
    expect(dimForBlink("\u001b[5mx\u001b[1;4;5;31my\u001b[5;31mz")).toBe(
      "\u001b[2mx\u001b[1;4;2;31my\u001b[2;31mz",
    );
    const other = "\u001b[5;10H\u001b[48;5;5m\u001b[38;5;5m\u001b[15m\u001b[5C5m\u001b[1;5H";
    expect(dimForBlink(other)).toBe(other);
  });
});

describe("text that can be drawn", () => {
  test.each([
    ["plain", "plain", "plain"],
    ["── ● ▀▄█", "── ● ▀▄█", "?? ? ???"],
    ["é", "é", "?"],
    ["节点", "节点", "????"],
    ["👍", "👍", "??"],
    ["𝔸", "𝔸", "?"],
    ["e\u0301", "e\u0301", "e"],
    ["a\u001b[2Jb", "a[2Jb", "a[2Jb"],
    ["a\u202eb\u200bc", "abc", "abc"],
  ])("%j is %j, in ASCII %j", (text, utf8, ascii) => {
    expect(drawable(text, true)).toBe(utf8);
    expect(drawable(text, false)).toBe(ascii);
  });
});

function widthOf(code: number): 0 | 1 | 2 {
  const character = String.fromCodePoint(code);
  if (/\p{Mn}/u.test(character)) return 0;
  return /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}

describe("an open terminal", () => {
  function open(): { headless: Headless; keys: Key[]; mouse: MouseEvent[] } {
    const headless = new Headless(SIZE);
    const keys: Key[] = [];
    const mouse: MouseEvent[] = [];
    headless.terminal.onKey((key) => keys.push(key));
    headless.terminal.onMouse((event) => mouse.push(event));
    return { headless, keys, mouse };
  }

  test("takes the screen and raw keys, and gives both back once", async () => {
    const { headless } = open();
    await headless.settled();
    expect(headless.input.isRaw).toBe(true);
    expect(headless.written).toContain(ENTER_SCREEN);
    headless.terminal.close();
    headless.terminal.close();
    await headless.settled();
    expect(headless.input.isRaw).toBe(false);
    expect(headless.written.split(LEAVE_SCREEN)).toHaveLength(2);
    expect(headless.written).toMatch(SHOW_CURSOR);
    expect(headless.written).toContain("\u001b[?1000l");
    expect(headless.xterm.buffer.active.type).toBe("normal");
    expect(headless.host.eventNames()).toEqual([]);
  });

  test("an emoji has two cells, and a mark joins the character before, also where only a part of a row is new", async () => {
    const { headless } = open();
    // Without a provider xterm.js gives emoji the one cell that they had in 2010.
    headless.xterm.unicode.register({
      version: "emoji",
      wcwidth: widthOf,
      charProperties: (code, before) => {
        const joins = widthOf(code) === 0 && before !== 0;
        return ((joins ? (before >> 1) & 3 : widthOf(code)) << 1) | Number(joins);
      },
    });
    headless.xterm.unicode.activeVersion = "emoji";
    for (const text of ["a👍b 𝔸 e\u0301 end", "a🚀b 𝔸 e\u0301 END", "xyzb e 👍 👍", "👍👍👍 e\u0301"]) {
      const pane = {
        id: "keys",
        left: 0,
        top: 0,
        width: 80,
        height: 1,
        lines: [[{ text, style: {} }]],
      } as const;
      await headless.paint({ columns: 80, rows: 24, panes: [pane], hasLiveTimer: false });
      expect(headless.rows()[0]).toBe(text);
    }
    headless.terminal.close();
  });

  test("shows nothing more once it is closed", async () => {
    const { headless } = open();
    const { monitor, now } = STATES.healthy();
    headless.terminal.close();
    await headless.settled();
    const before = headless.bytes;
    await headless.paint(layout(monitor, SIZE, now));
    expect(headless.bytes).toBe(before);
  });

  test.each([
    ["j", { name: "j", text: "j", ctrl: false, shift: false }],
    ["G", { name: "g", text: "G", ctrl: false, shift: true }],
    ["/", { name: "/", text: "/", ctrl: false, shift: false }],
    [" ", { name: "space", text: " ", ctrl: false, shift: false }],
    ["é", { name: "é", text: "é", ctrl: false, shift: false }],
    ["\r", { name: "enter", text: "", ctrl: false, shift: false }],
    ["\n", { name: "enter", text: "", ctrl: false, shift: false }],
    ["\t", { name: "tab", text: "", ctrl: false, shift: false }],
    ["\u001b[Z", { name: "tab", text: "", ctrl: false, shift: true }],
    ["\u001b", { name: "escape", text: "", ctrl: false, shift: false }],
    ["\u001b[A", { name: "up", text: "", ctrl: false, shift: false }],
    ["\u001bOB", { name: "down", text: "", ctrl: false, shift: false }],
    ["\u001b[6~", { name: "pagedown", text: "", ctrl: false, shift: false }],
    ["\u0003", { name: "c", text: "", ctrl: true, shift: false }],
    ["\u0015", { name: "u", text: "", ctrl: true, shift: false }],
    ["\u007f", { name: "backspace", text: "", ctrl: false, shift: false }],
  ])("tells of the key %j once", async (bytes, key) => {
    const { headless, keys } = open();
    headless.input.write(bytes);
    await headless.settled();
    expect(keys).toEqual([key]);
    headless.terminal.close();
  });

  test("tells of presses and the wheel, not of releases", async () => {
    const { headless, keys, mouse } = open();
    for (const bytes of ["\u001b[<0;11;5M", "\u001b[<0;11;5m", "\u001b[<64;1;1M", "\u001b[<65;80;24M"]) {
      headless.input.write(bytes);
      await headless.settled();
    }
    expect(mouse).toEqual([
      { action: "press", column: 10, row: 4 },
      { action: "wheel-up", column: 0, row: 0 },
      { action: "wheel-down", column: 79, row: 23 },
    ]);
    expect(keys).toEqual([]);
    headless.terminal.close();
  });

  test("tells when it went away", () => {
    const { headless } = open();
    let gone = 0;
    headless.terminal.onGone(() => gone++);
    headless.input.emit("end");
    expect(gone).toBe(1);
    headless.terminal.close();
  });

  test("tells so, too, when its modes cannot be set any more, and closes without a word", () => {
    const { headless } = open();
    let gone = 0;
    headless.terminal.onGone(() => gone++);
    // As Node's own does it for a terminal that hung up.
    headless.input.setRawMode = (): Input => {
      headless.input.emit("error", new Error("setRawMode EIO"));
      return headless.input;
    };
    headless.terminal.close();
    expect(gone).toBe(1);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])(
    "%s restores it, then ends the process as it would have",
    async (signal) => {
      const { headless } = open();
      headless.host.emit(signal);
      expect(headless.host.killed).toEqual([[headless.host.pid, signal]]);
      await headless.settled();
      expect(headless.written).toContain(LEAVE_SCREEN);
      expect(headless.input.isRaw).toBe(false);
    },
  );

  test("a signal that somebody else handles is left to them, after it was restored", () => {
    const { headless } = open();
    const seen: boolean[] = [];
    headless.host.on("SIGTERM", () => seen.push(headless.input.isRaw));
    headless.host.emit("SIGTERM");
    expect(seen).toEqual([false]);
    expect(headless.host.killed).toEqual([]);
  });

  test.each(["uncaughtExceptionMonitor", "exit"])("%s restores it before anything is reported", (event) => {
    const { headless } = open();
    headless.host.emit(event, new Error("boom"));
    expect(headless.input.isRaw).toBe(false);
    expect(headless.host.eventNames()).toEqual([]);
  });

  test("leaves no listener of blessed on the process", () => {
    const events = ["uncaughtException", "SIGTERM", "SIGINT", "SIGQUIT", "exit"];
    const count = (host: FakeHost): number[] => events.map((event) => host.listeners(event).length);
    const { headless } = open();
    // Ours only: blessed's own would end the process with exit code 0.
    expect(count(headless.host)).toEqual([0, 1, 1, 1, 1]);
    headless.terminal.close();
    expect(count(headless.host)).toEqual([0, 0, 0, 0, 0]);
  });

  test("ctrl-z gives it back, stops the process group, and SIGCONT takes it over again", async () => {
    const { headless, keys } = open();
    const scene = STATES.healthy();
    const paint = (): void => {
      headless.terminal.paint(layout(scene.monitor, SIZE, scene.now));
    };
    headless.terminal.onResize(paint);
    paint();
    await headless.settled();
    const shown = headless.rows();
    headless.input.write("\u001a");
    await headless.settled();
    expect(headless.host.killed).toEqual([[0, "SIGTSTP"]]);
    expect(headless.xterm.buffer.active.type).toBe("normal");
    expect(headless.input.isRaw).toBe(false);
    const before = headless.bytes;
    paint();
    await headless.settled();
    expect(headless.bytes).toBe(before);
    headless.host.emit("SIGCONT");
    await headless.settled();
    expect(headless.xterm.buffer.active.type).toBe("alternate");
    expect(headless.input.isRaw).toBe(true);
    expect(headless.rows()).toEqual(shown);
    expect(keys).toEqual([]);
    headless.terminal.close();
  });

  test("ctrl-z where nothing can stop the process comes back by itself", async () => {
    const { headless } = open();
    headless.host.stoppedWithin = 1;
    const back = new Promise<void>((resolve) => {
      headless.terminal.onResize(resolve);
    });
    headless.terminal.suspend();
    expect(headless.input.isRaw).toBe(false);
    await back;
    expect(headless.input.isRaw).toBe(true);
    headless.terminal.close();
  });
});

describe("restoring before the end", () => {
  test("is undone", () => {
    const host = new FakeHost();
    let restored = 0;
    restoreBeforeEnd(host, () => restored++)();
    host.emit("SIGTERM");
    host.emit("exit");
    expect(restored).toBe(0);
    expect(host.eventNames()).toEqual([]);
  });
});
