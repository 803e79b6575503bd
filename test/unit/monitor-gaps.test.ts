import type { Pane } from "../../src/screen/screen.ts";
import { gapsChart } from "../../src/screen/panes/renew-gaps.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { Scene } from "../golden/scene.ts";
import { STATES } from "../golden/states.ts";

const SIZE = { columns: 120, rows: 36 };

function panes({ monitor, now }: Scene, size = SIZE, ascii = false): readonly Pane[] {
  return layout(monitor, size, now, { ascii }).panes;
}

function gapsOf(scene: Scene, size = SIZE, ascii = false): Pane {
  const pane = panes(scene, size, ascii).find(({ id }) => id === "gaps");
  if (pane === undefined) throw new Error("there is no pane of gaps");
  return pane;
}

function textOf({ lines }: Pane): string[] {
  return lines.map((line) =>
    line
      .map((s) => s.text)
      .join("")
      .trimEnd(),
  );
}

describe("the chart of renew gaps", () => {
  test("has a point a renewal, oldest first, named by how many renewals ago it was", () => {
    const chart = gapsChart({ gaps: [2, 11, 2.5], duration: 15 }, { width: 100, height: 10 });
    expect(chart.points).toEqual([
      { label: "-3", y: 2 },
      { label: "-2", y: 11 },
      { label: "-1", y: 2.5 },
    ]);
  });

  test.each([[[2, 2.1]], [[2, 14]], [[2, 40]]])(
    "goes up to the lease's duration, whatever the gaps: %j",
    (gaps) => {
      expect(gapsChart({ gaps, duration: 15 }, { width: 100, height: 10 }).maxY).toBe(15);
    },
  );

  test.each<[duration: number, height: number, stepY: number]>([
    [15, 10, 5],
    [15, 20, 2],
    [6, 10, 2],
    [1, 10, 1],
    [17, 8, 10],
    [60, 10, 20],
    [3600, 10, 1200],
    [15, 1, 20],
  ])("of a lease of %d s in %d rows has values %d s apart", (duration, height, stepY) => {
    expect(gapsChart({ gaps: [2, 2], duration }, { width: 100, height }).stepY).toBe(stepY);
  });

  test.each<[gaps: number, width: number, every: number]>([
    [120, 120, 10],
    [120, 80, 20],
    [40, 120, 5],
    [5, 120, 1],
    [120, 4, 120],
  ])("of %d gaps in %d cells names one point in %d", (gaps, width, every) => {
    const list = Array.from({ length: gaps }, () => 2);
    expect(gapsChart({ gaps: list, duration: 15 }, { width, height: 10 }).labelEvery).toBe(every);
  });
});

describe("the pane of renew gaps", () => {
  test("is the selected lease's, and tells the longest one", () => {
    const scene = STATES["lease-gap-zoomed"]();
    expect(textOf(gapsOf(scene))[0]).toMatch(
      /Renew gaps in seconds: kube-scheduler ─.* longest 12\.4 s of 15 s,/,
    );
    expect(Math.max(...(gapsOf(scene).chart?.points ?? []).map((p) => p.y))).toBeCloseTo(12.4);
    scene.press("j");
    expect(textOf(gapsOf(scene))[0]).toMatch(/: kube-controller-manager ─.* longest 2\.0 s of 15 s,/);
    expect(Math.max(...(gapsOf(scene).chart?.points ?? []).map((p) => p.y))).toBeCloseTo(2);
  });

  test("says in words why there is no line yet", () => {
    const scene = new Scene().open().run(1).press("<enter>");
    expect(gapsOf(scene).chart).toBeUndefined();
    expect(textOf(gapsOf(scene))[1]).toBe("  0 of 2 gaps seen that a chart needs");
    scene.run(4);
    expect(textOf(gapsOf(scene))[1]).toBe("  1 of 2 gaps seen that a chart needs");
    expect(gapsOf(scene.run(2)).chart?.points).toHaveLength(2);
  });

  test("has a row of blocks for terminals that cannot draw a line", () => {
    const pane = gapsOf(STATES["lease-gap-zoomed"](), SIZE, true);
    expect(pane.chart).toBeUndefined();
    expect(textOf(pane)[1]).toMatch(/^ {2}[-_.=+*%#]+ {2}max 12\.4 s$/);
  });

  test("leaves its place to the stage where there is no room for both and something to tell", () => {
    const small = { columns: 80, rows: 24 };
    const ids = (scene: Scene, size: typeof SIZE): string[] => panes(scene, size).map(({ id }) => id);
    expect(ids(STATES["leases-zoomed"](), SIZE)).toEqual(["summary", "leases", "headline", "gaps", "footer"]);
    expect(ids(STATES["leases-zoomed"](), small)).toEqual(["summary", "leases", "gaps", "footer"]);
    const trouble = STATES["no-leader"]().press("<enter>");
    expect(ids(trouble, small)).toEqual(["summary", "leases", "headline", "footer"]);
    expect(ids(trouble, { columns: 100, rows: 32 })).toEqual([
      "summary",
      "leases",
      "headline",
      "gaps",
      "footer",
    ]);
    expect(ids(trouble, { columns: 80, rows: 20 })).toEqual(["summary", "leases", "footer"]);
  });
});
