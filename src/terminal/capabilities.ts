/** How many colours a terminal has: 256, 16, or none. */
export type Depth = "256" | "16" | "none";

/** What is known of a terminal before anything is written to it. */
export interface Capabilities {
  readonly depth: Depth;
  /** whether it shows characters beyond ASCII */
  readonly utf8: boolean;
  /** which of the embedded descriptions fits */
  readonly terminfo: "xterm-256color" | "linux";
  readonly mouse: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

const COLOURS_256 = /256color|direct|kitty|ghostty|alacritty|foot|wezterm|tmux|contour|rio|^st($|-)/;
const COLOURLESS = /^(dumb|unknown|vt\d+|)$/;

/**
 * What the terminal can do, by TERM and COLORTERM, by the locale, and by what the user asks for: `NO_COLOR`
 * and `ascii`. The machine's own terminfo is not read: blessed cannot parse entries that
 * ncurses 6.1 and later compiles with 32-bit numbers.
 */
export function capabilities(env: Env, platform: string, ascii: boolean): Capabilities {
  // Windows sets no TERM: its console has understood xterm's codes since Windows 10.
  const unset = platform === "win32" ? "xterm-256color" : "";
  const term = (env["TERM"] ?? "").toLowerCase() || unset;
  const console = term.startsWith("linux");
  return {
    depth: depthOf(env, term),
    utf8: !ascii && !console && isUtf8(env, platform),
    terminfo: console ? "linux" : "xterm-256color",
    mouse: !console && !COLOURLESS.test(term),
  };
}

function depthOf(env: Env, term: string): Depth {
  if (refusesColour(env) || COLOURLESS.test(term)) return "none";
  const many = COLOURS_256.test(term) || /truecolor|24bit/i.test(env["COLORTERM"] ?? "");
  return many ? "256" : "16";
}

/** Whether the user asks for no colour: NO_COLOR is set, and not to nothing (https://no-color.org). */
export function refusesColour(env: Env): boolean {
  return (env["NO_COLOR"] ?? "") !== "";
}

/** The first of the three that is set decides, as in setlocale(3). */
function isUtf8(env: Env, platform: string): boolean {
  if (platform === "win32") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => (value ?? "") !== "");
  return /utf-?8/i.test(locale ?? "");
}
