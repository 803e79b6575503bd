import { layout } from "../../src/monitor/layout.ts";
import { Headless } from "./headless.ts";
import { expectPicture, picture } from "./picture.ts";
import type { StateName } from "./states.ts";
import { STATE_NAMES, play } from "./states.ts";

const UTF8 = { LANG: "en_US.UTF-8" };
/** The terminals that the screens are painted for. */
const TERMINALS = {
  "": { TERM: "xterm-256color", ...UTF8 },
  "16-colours": { TERM: "xterm", ...UTF8 },
  "no-colour": { TERM: "xterm-256color", NO_COLOR: "1", ...UTF8 },
  ascii: { TERM: "xterm-256color", LANG: "C" },
  linux: { TERM: "linux", ...UTF8 },
} as const;

type TerminalName = keyof typeof TERMINALS;

const terminals = new Map<string, Headless>();

/** One terminal for all pictures of a size: that nothing of the one before is left is what repaint.test.ts shows. */
function terminalOf(columns: number, rows: number, name: TerminalName): Headless {
  const id = `${columns}x${rows} ${name}`;
  const open = terminals.get(id) ?? new Headless({ columns, rows, env: TERMINALS[name] });
  terminals.set(id, open);
  return open;
}

afterAll(() => {
  for (const open of terminals.values()) open[Symbol.dispose]();
});

/** Paints a state into a headless terminal and compares its cells with the file of that name. */
async function shoot(state: StateName, size: string, terminal: TerminalName = ""): Promise<void> {
  const [columns = 0, rows = 0] = size.split("x").map(Number);
  const { monitor, now } = play(state);
  const headless = terminalOf(columns, rows, terminal);
  await headless.paint(layout(monitor, { columns, rows }, now, { ascii: headless.terminal.ascii }));
  const name = [state, size, terminal].filter((part) => part !== "").join("-");
  expectPicture(name, picture(headless.cells()));
}

describe.each(["120x36", "80x24", "40x12"])("%s", (size) => {
  describe.each<TerminalName>(["", "no-colour", "ascii"])("%s", (terminal) => {
    test.each(STATE_NAMES)("%s", async (state) => {
      await shoot(state, size, terminal);
    });
  });
});

/** What is told of many, of long names, and of trouble, where it has more room or less. */
const OTHER_SIZES: readonly StateName[] = [
  "healthy",
  "nobody-leads",
  "took-over",
  "leader-gone",
  "two-may-lead",
  "quorum-lost",
  "api-unreachable",
  "member-silent",
  "two-claim",
  "five-members",
  "seven-members",
  "twelve-leases",
  "long-names",
  "search",
  "findings",
  "help",
  "paused",
];

describe.each(["160x50", "100x30", "60x20", "40x10"])("%s", (size) => {
  test.each(OTHER_SIZES)("%s", async (state) => {
    await shoot(state, size);
  });
});

test.each<[StateName, string, TerminalName]>([
  ["healthy", "200x60", ""],
  ["healthy", "80x40", ""],
  ["nobody-leads", "80x40", ""],
  ["healthy", "39x10", ""],
  ["nobody-leads", "120x36", "16-colours"],
  ["quorum-lost", "120x36", "16-colours"],
  ["paused", "120x36", "16-colours"],
  ["nobody-leads", "80x24", "linux"],
])("%s %s %s", async (state, size, terminal) => {
  await shoot(state, size, terminal);
});
