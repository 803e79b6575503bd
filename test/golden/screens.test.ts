import { layout } from "../../src/monitor/layout.ts";
import { Headless } from "./headless.ts";
import { expectPicture, picture } from "./picture.ts";
import type { StateName } from "./states.ts";
import { STATES } from "./states.ts";

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

/** Paints a state into a headless terminal and compares its cells with the file of that name. */
async function shoot(state: StateName, size: string, terminal: TerminalName = ""): Promise<void> {
  const [columns = 0, rows = 0] = size.split("x").map(Number);
  const { monitor, now } = STATES[state]();
  using headless = new Headless({ columns, rows, env: TERMINALS[terminal] });
  await headless.paint(layout(monitor, { columns, rows }, now, { ascii: headless.terminal.ascii }));
  const name = [state, size, terminal].filter((part) => part !== "").join("-");
  expectPicture(name, picture(headless.cells()));
}

const EVERY: readonly StateName[] = Object.keys(STATES).filter((name): name is StateName => name in STATES);
const TROUBLE: readonly StateName[] = [
  "nobody-leads",
  "took-over",
  "silent",
  "overdue",
  "vacant",
  "quorum-lost",
  "api-unreachable",
];

describe.each(["120x36", "80x24"])("%s", (size) => {
  test.each(EVERY)("%s", async (state) => {
    await shoot(state, size);
  });
});

describe("other sizes", () => {
  test.each<[StateName, string]>([
    ["healthy", "160x50"],
    ["took-over", "160x50"],
    ["search", "160x50"],
    ["seven-members", "160x50"],
    ["healthy", "100x30"],
    ["nobody-leads", "100x30"],
    ["quorum-lost", "100x30"],
    ["took-over", "100x30"],
    ["five-members", "100x30"],
    ["healthy", "80x40"],
    ["nobody-leads", "80x40"],
    ["healthy", "60x20"],
    ["nobody-leads", "60x20"],
    ["search", "60x20"],
    ["help", "60x20"],
    ["findings", "160x50"],
    ["findings", "100x30"],
    ["findings", "60x20"],
    ["findings", "40x12"],
    ["findings-scrolled", "40x12"],
    ["findings-none", "40x12"],
    ["healthy", "40x10"],
    ["nobody-leads", "40x10"],
    ["healthy", "39x10"],
    ["healthy", "200x60"],
  ])("%s %s", async (state, size) => {
    await shoot(state, size);
  });

  test.each(TROUBLE)("%s 40x12", async (state) => {
    await shoot(state, "40x12");
  });
});

describe("other terminals", () => {
  test.each<[StateName, string, TerminalName]>([
    ["nobody-leads", "120x36", "16-colours"],
    ["quorum-lost", "120x36", "16-colours"],
    ["paused", "120x36", "16-colours"],
    ["nobody-leads", "120x36", "no-colour"],
    ["api-unreachable", "120x36", "no-colour"],
    ["healthy", "120x36", "ascii"],
    ["nobody-leads", "120x36", "ascii"],
    ["took-over", "120x36", "ascii"],
    ["search", "120x36", "ascii"],
    ["help", "120x36", "ascii"],
    ["wide-characters", "120x36", "ascii"],
    ["lease-gap-zoomed", "120x36", "ascii"],
    ["lease-gap-zoomed", "120x36", "no-colour"],
    ["findings", "120x36", "no-colour"],
    ["findings", "120x36", "ascii"],
    ["findings", "80x24", "no-colour"],
    ["findings", "80x24", "ascii"],
    ["findings", "40x12", "no-colour"],
    ["findings", "40x12", "ascii"],
    ["nobody-leads", "80x24", "ascii"],
    ["nobody-leads", "80x24", "linux"],
  ])("%s %s %s", async (state, size, terminal) => {
    await shoot(state, size, terminal);
  });
});
