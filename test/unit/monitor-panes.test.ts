import type * as Panes from "../../src/screen/panes.ts";
import type * as Example from "./pane-example.ts";
import type { Scene } from "../golden/scene.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { pointAt } from "../../src/screen/input/pointer.ts";
import { PANES } from "../../src/screen/panes.ts";
import { STATES } from "../golden/states.ts";

// A pane is one value: its own file and its line in panes.ts are all that a new one needs.
jest.mock("../../src/screen/panes.ts", () => {
  const panes = jest.requireActual<typeof Panes>("../../src/screen/panes.ts");
  const { NODES } = jest.requireActual<typeof Example>("./pane-example.ts");
  return { ...panes, PANES: [...panes.PANES, NODES] };
});

const WIDE = { columns: 120, rows: 36 };
const SIZES = [
  { columns: 160, rows: 50 },
  WIDE,
  { columns: 100, rows: 24 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
  { columns: 40, rows: 10 },
];

function text(scene: Scene, id: string, size = WIDE): string {
  const pane = layout(scene.monitor, size, scene.now).panes.find((one) => one.id === id);
  return (pane?.lines ?? []).map((line) => line.map((s) => s.text).join("")).join("\n");
}

function point(scene: Scene, line: number, action: "press" | "wheel-down"): Scene {
  const screen = layout(scene.monitor, WIDE, scene.now);
  const top = screen.panes.find(({ id }) => id === "nodes")?.top ?? 0;
  const pointer = pointAt(screen, { action, column: 4, row: top + line });
  return pointer ? scene.tell({ kind: "pointer", pointer, at: scene.now }) : scene;
}

describe("a pane that is only a value in the list", () => {
  test.each(SIZES)("opens by its key at %o, also in trouble and zoomed", (size) => {
    for (const make of [STATES.healthy, STATES["no-leader"], STATES["etcd-zoomed"], STATES.findings]) {
      const scene = make();
      expect(text(scene, "nodes", size)).toBe("");
      expect(text(scene.press("n"), "nodes", size)).toContain("NODES");
    }
  });

  test("has its key in the last row and in ?", () => {
    expect(text(STATES.healthy(), "footer", { columns: 160, rows: 50 })).toContain("n nodes");
    expect(text(STATES.help(), "dialog")).toContain("list the nodes");
  });

  test.each(["n", "<escape>"])("is closed by %s, and gives the focus back", (close) => {
    const scene = STATES.healthy().press("<tab>n");
    expect(scene.monitor.focus).toBe("nodes");
    expect(scene.press(close).monitor).toMatchObject({ focus: "etcd", opened: undefined });
  });

  test("hands the focus back through another one that was opened from it", () => {
    const scene = STATES.healthy().press("<tab>fn");
    expect(scene.monitor).toMatchObject({ focus: "nodes", opened: { pane: "nodes", back: "etcd" } });
    expect(text(scene, "findings")).toBe("");
  });

  test("is where tab goes while it is open", () => {
    expect(STATES.healthy().press("<shift-tab>").monitor.focus).toBe("timeline");
    expect(STATES.healthy().press("n<tab><shift-tab>").monitor.focus).toBe("nodes");
  });

  test("has a selection, by keys and by the mouse", () => {
    const scene = STATES.healthy().press("nj");
    expect(text(scene, "nodes")).toContain("> node-b");
    expect(text(point(scene, 3, "press"), "nodes")).toContain("> node-c");
    expect(text(point(scene.press("g"), 1, "wheel-down"), "nodes")).toContain("> node-b");
  });

  test("gets the rows that it wants, and all when it is zoomed", () => {
    const scene = STATES.healthy().press("n");
    expect(text(scene, "nodes", { columns: 160, rows: 60 }).split("\n")).toHaveLength(4);
    expect(text(scene.press("<enter>"), "nodes").split("\n").length).toBeGreaterThan(20);
  });
});

test("names and titles of panes are unique, and no two are opened by one key", () => {
  for (const of of [
    PANES.map(({ id }): string => id),
    PANES.map(({ title }) => title),
    PANES.flatMap(({ opening }) => opening?.binding.keys ?? []),
  ])
    expect(new Set(of).size).toBe(of.length);
});
