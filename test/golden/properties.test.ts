import type { Line, Pane } from "../../src/screen/screen.ts";
import type { SummaryItem } from "../../src/screen/panes/summary-bar.ts";
import { summaryItems } from "../../src/screen/panes/summary-bar.ts";
import type { Cell } from "./headless.ts";
import type { TerminalName } from "./shots.ts";
import { Studio, TERMINALS, cellsOf } from "./shots.ts";
import type { Played } from "./states.ts";
import { STATE_NAMES, play } from "./states.ts";
import { assess } from "../../src/core/assess.ts";
import { glyphs, sign } from "../../src/screen/text/glyphs.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { shownState } from "../../src/screen/monitor.ts";
import { composed, misplaced } from "./composed.ts";
import { asciiMismatches } from "./in-ascii.ts";
import { look } from "./golden-file.ts";

// Rules for every state. The golden files show two sizes in colour; other terminals and sizes repeat their text.

type Cells = readonly (readonly Cell[])[];

const TERMINAL_NAMES = Object.keys(TERMINALS).filter((name): name is TerminalName => name in TERMINALS);

const studio = new Studio();

afterAll(() => {
  studio[Symbol.dispose]();
});

/** The first ten cells in which two pictures differ, as `row,column: expected, found`. */
function differences(expected: Cells, found: Cells, of: (cell: Cell) => string, wanted = of): string[] {
  const all = expected.flatMap((row, y) =>
    row.flatMap((cell, x) => {
      const other = found[y]?.[x];
      const [want, have] = [wanted(cell), other ? of(other) : "no cell"];
      return want === have ? [] : [`${y},${x}: ${want}, ${have}`];
    }),
  );
  return all.slice(0, 10);
}

const cellsWith = (cells: Cells, what: (cell: Cell) => boolean): readonly Cell[] => cells.flat().filter(what);
const isBlock = ({ bg, inverse }: Cell): boolean => bg !== -1 || inverse;
/** All of a cell but its colours. */
const shapeOf = (cell: Cell): string => {
  const { text, bold, dim, underline, blink } = cell;
  return `${text} bold ${bold} dim ${dim} underline ${underline} blink ${blink} block ${isBlock(cell)}`;
};
const exactly = (cell: Cell): string => `${shapeOf(cell)} ${cell.fg} on ${cell.bg} inverse ${cell.inverse}`;

describe.each(STATE_NAMES)("%s in every terminal", (state) => {
  const size = "120x36";
  const painted = new Map<TerminalName, Cells>();
  const cellsIn = (terminal: TerminalName): Cells => painted.get(terminal) ?? [];

  beforeAll(async () => {
    for (const terminal of TERMINAL_NAMES) {
      const { headless } = await studio.shoot({ state, size, terminal });
      painted.set(terminal, headless.cells());
    }
  });

  afterAll(() => {
    painted.clear();
  });

  test("has only looks that the legend of the golden files names", () => {
    for (const terminal of TERMINAL_NAMES) {
      expect(cellsIn(terminal)).toHaveLength(cellsOf(size).rows);
      expect(cellsWith(cellsIn(terminal), (cell) => look(cell) === "!")).toEqual([]);
    }
  });

  test("has the same text without colour, and inverse blocks", () => {
    const wanted = (cell: Cell): string => exactly({ ...cell, fg: -1, bg: -1, inverse: isBlock(cell) });
    expect(differences(cellsIn(""), cellsIn("no-colour"), exactly, wanted)).toEqual([]);
  });

  test("has the same text in 16 colours, and the same blocks", () => {
    expect(differences(cellsIn(""), cellsIn("16-colours"), shapeOf)).toEqual([]);
    expect(cellsWith(cellsIn("16-colours"), ({ fg, bg }) => fg > 15 || bg > 15)).toEqual([]);
  });

  test("is ASCII in the eight colours of the Linux console", () => {
    expect(differences(cellsIn("ascii"), cellsIn("linux"), shapeOf)).toEqual([]);
    expect(cellsWith(cellsIn("linux"), ({ fg, bg }) => fg > 7 || bg > 7)).toEqual([]);
  });
});

describe.each(["120x36", "80x24", "40x12"] as const)("at %s", (size) => {
  test.each(STATE_NAMES)(
    "%s is printable ASCII in the same layout where UTF-8 is not shown",
    async (state) => {
      const { monitor, now } = play(state);
      const utf8 = layout(monitor, cellsOf(size), now);
      const { headless, screen } = await studio.shoot({ state, size, terminal: "ascii" });
      const rows = headless.text();
      expect(rows.filter((row) => !/^[ -~]*$/.test(row))).toEqual([]);
      expect(screen.panes.map(placeOf)).toEqual(utf8.panes.map(placeOf));
      expect(asciiMismatches(utf8, rows)).toEqual([]);
    },
  );
});

function placeOf({ id, left, top, width, height }: Pane): string {
  return `${id} ${width}x${height} at ${left},${top}`;
}

describe.each(["39x10", "40x10", "40x12", "60x20", "100x30", "160x50"] as const)("at %s", (size) => {
  test.each(STATE_NAMES)("%s is painted as it was laid out", async (state) => {
    const { headless, screen } = await studio.shoot({ state, size, terminal: "" });
    const charts = screen.panes.filter(({ chart }) => chart);
    // Over the lines below its head, a pane may have a chart.
    const isPlain = (_: unknown, y: number): boolean =>
      charts.every(({ top, height }) => y <= top || y >= top + height);
    const wanted = composed(screen).map((row) => row.map(({ text }) => text).join(""));
    expect(headless.text().filter(isPlain)).toEqual(wanted.filter(isPlain));
  });
});

/** Sizes between those of the golden files, each width with other heights than its neighbours. */
const MORE_SIZES = Array.from({ length: 14 }, (_, i) => ({
  columns: 40 + 12 * i,
  rows: [10, 24, 14, 30, 20, 36, 50][i % 7] ?? 24,
}));

test.each(STATE_NAMES)("%s at more sizes has whole panes, whole numbers and its summary", (state) => {
  const answers = tilesOf(play(state));
  const { monitor, now } = play(state);
  for (const size of MORE_SIZES) {
    const screen = layout(monitor, size, now);
    expect([size, misplaced(screen)]).toEqual([size, []]);
    const lines = screen.panes.flatMap(({ lines: all }) => all.map(textOfLine));
    expect([size, lines.filter((line) => CUT_NUMBER.test(line))]).toEqual([size, []]);
    const summary = textOfLine(screen.panes.find(({ id }) => id === "summary")?.lines.at(-1) ?? []);
    const missing = answers
      .filter(({ label }) => size.columns >= 100 || label !== "API SERVERS")
      .filter((tile) => !formsOf(tile).some((form) => summary.includes(form)));
    expect([size, summary, missing]).toEqual([size, summary, []]);
  }
});

/** A number whose end, or whose unit, is cut. Names and addresses may be cut. */
const CUT_NUMBER = /(?:^| )[+-]?\d[\d,]*(?:\.\d*)?…/;

function textOfLine(line: Line): string {
  return line.map(({ text }) => text).join("");
}

function tilesOf({ monitor, now }: Played): readonly SummaryItem[] {
  const shown = shownState(monitor, now);
  const assessment = assess(shown.state, shown.now);
  return summaryItems({
    ...{ glyphs: glyphs(false), now, assessment, monitor },
    ...{ events: [], headlineBeside: false, tall: false },
  });
}

function formsOf(tile: SummaryItem): readonly string[] {
  const { text } = sign(glyphs(false), tile.sign);
  return [tile.text, tile.short, tile.tiny].map((form) => `${text} ${form} `);
}
