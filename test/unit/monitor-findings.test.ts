import type { FindingId } from "../../src/core/rules/finding.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import type { PaneId } from "../../src/screen/panes.ts";
import type { Pane, Screen } from "../../src/screen/screen.ts";
import type { Scene } from "../golden/scene.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { pointAt } from "../../src/screen/input/pointer.ts";
import { STATES } from "../golden/states.ts";

const WIDE = { columns: 120, rows: 36 };
const NARROW = { columns: 80, rows: 24 };
const SMALL = { columns: 40, rows: 12 };
const SIZES = [
  { columns: 160, rows: 50 },
  WIDE,
  { columns: 100, rows: 30 },
  NARROW,
  { columns: 60, rows: 20 },
  SMALL,
];

function shown(scene: Scene, size = WIDE): Screen {
  return layout(scene.monitor, size, scene.now);
}

function pane(screen: Screen, id: PaneId): Pane {
  const found = screen.panes.find((p) => p.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

const ids = (scene: Scene, size = WIDE): readonly string[] => shown(scene, size).panes.map((p) => p.id);
const words = ({ lines }: Pane): readonly string[] => lines.map((line) => line.map((s) => s.text).join(""));
const lastRow = (scene: Scene, size = WIDE): string => words(pane(shown(scene, size), "footer")).at(-1) ?? "";

describe("f", () => {
  test.each(SIZES)("shows FINDINGS at %o, also in trouble, and where a pane is zoomed", (size) => {
    for (const make of [STATES.healthy, STATES["no-leader"], STATES["etcd-zoomed"]]) {
      const scene = make();
      expect(ids(scene, size)).not.toContain("findings");
      expect(ids(scene.press("f"), size)).toContain("findings");
    }
  });

  test("closes it again, as esc does, and gives the focus back to where it was", () => {
    for (const close of ["f", "<escape>"]) {
      const scene = STATES.healthy().press("<tab>f");
      expect(scene.monitor.focus).toBe("findings");
      expect(scene.press(close).monitor).toMatchObject({ focus: "etcd", opened: undefined });
    }
  });

  test("goes back to FINDINGS when the focus is elsewhere", () => {
    const scene = STATES.healthy().press("f<tab>");
    expect(scene.monitor).toMatchObject({ focus: "leases", opened: { back: "leases" } });
    expect(scene.press("f").monitor.focus).toBe("findings");
    expect(scene.press("f").monitor.opened).toBeUndefined();
  });

  test("takes the place of a zoomed pane, and hands it back", () => {
    const scene = STATES["etcd-zoomed"]().press("f");
    expect(scene.monitor.zoomed).toBe("findings");
    expect(scene.press("f").monitor).toMatchObject({ focus: "etcd", zoomed: "etcd" });
  });

  test("is a letter in the search box, and nothing below help", () => {
    expect(STATES.healthy().press("/f").monitor).toMatchObject({
      opened: undefined,
      search: { query: "f" },
    });
    expect(STATES.healthy().press("?f").monitor.opened).toBeUndefined();
    for (const keys of ["/", "?"]) expect(lastRow(STATES.healthy().press(keys))).toMatch(/no findings +$/);
  });

  test("leaves a search open behind it", () => {
    const scene = STATES.search().press("<enter>f");
    expect(ids(scene)).toEqual(expect.arrayContaining(["findings"]));
    expect(ids(scene)).not.toContain("keys");
    expect(ids(scene.press("<escape>"))).toContain("keys");
    expect(scene.monitor.search?.result?.hits).not.toEqual([]);
  });
});

test.each(SIZES)("a pane with the focus is seen at %o, whatever is open", (size) => {
  for (const make of [STATES.healthy, STATES["no-leader"], STATES["search-in-trouble"]]) {
    const scene = make().press("f");
    for (let i = 0; i < 7; i++) {
      const seen = ids(scene.press("<tab>"), size);
      const { focus } = scene.monitor;
      // On the smallest screens the stage is all that there is room for: it tells of the leases.
      if (focus !== "leases" || !seen.includes("headline")) expect(seen).toContain(focus);
    }
  }
});

describe("what is shown", () => {
  const many = STATES.findings;

  test("the worst first, evidence and advice of each, when zoomed all of them", () => {
    const { lines } = pane(shown(many().press("<enter>")), "findings");
    const text = words({ ...pane(shown(many().press("<enter>")), "findings"), lines }).join("\n");
    const order: readonly FindingId[] = [
      "no-leader",
      "etcd-no-failure-tolerance",
      "etcd-lag",
      "etcd-member-silent",
      "api-server-not-ready",
      "api-server-silent",
    ];
    const found = order.map((id) => text.indexOf(` ${id} `));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found[0]).toBeGreaterThan(0);
    expect(text).toMatch(/etcd cp-5 +does not answer for 17\.4 s: 10\.0\.0\.15:2379: connection refused/);
    expect(text).toContain("→ bring the failed member back before you restart another one");
  });

  test.each(SIZES)("every word of every finding can be scrolled into view at %o", (size) => {
    const scene = many();
    let seen = "";
    for (let i = 0; i < 8; i++) {
      seen += words(pane(shown(scene, size), "findings"))
        .join(" ")
        .replace(/\s+/g, " ");
      scene.press("j");
    }
    for (const part of [
      "no leader, last renewed 18.6 s ago by cp-1;",
      "bring the failed member back",
      "raft index 48,213",
      "/readyz fails: etcd",
      "check that it and its etcd member run",
    ])
      expect(seen).toContain(part);
  });

  test("the same finding stays selected when others come above it, and go", () => {
    const scene = STATES["member-silent"]().press("fj");
    const selected = (): string | undefined =>
      words(pane(shown(scene), "findings")).find((line) => line.startsWith("▌"));
    expect(selected()).toContain("etcd cp-3");
    const [lease] = scene.leases;
    if (lease === undefined) throw new Error("no lease");
    lease.alive = false;
    scene.run(20);
    expect(lastRow(scene)).toContain("1 of 3");
    expect(selected()).toContain("etcd cp-3");
    const [, , member] = scene.members;
    if (member) member.failure = undefined;
    scene.run(2);
    expect(selected()).toContain("kube-scheduler");
  });

  test("while paused, what was true when the picture stopped", () => {
    const scene = STATES["findings-paused"]();
    const text = words(pane(shown(scene), "findings")).join("\n");
    expect(text).toContain("etcd-no-failure-tolerance");
    expect(text).not.toContain("etcd cp-2");
    expect(lastRow(scene)).toContain("1 of 2");
    scene.press("p");
    expect(words(pane(shown(scene), "findings")).join("\n")).toContain("etcd cp-2");
  });

  test("the mouse selects a finding on each of its lines, the wheel goes on to the next", () => {
    const scene = many();
    const point = (line: number, action: "press" | "wheel-down"): Monitor => {
      const screen = shown(scene);
      const { left, top } = pane(screen, "findings");
      const pointer = pointAt(screen, { action, column: left + 3, row: top + line });
      if (pointer === undefined) throw new Error("nothing there");
      return scene.tell({ kind: "pointer", pointer, at: scene.now }).monitor;
    };
    expect(point(4, "press").selected.findings).toBe("etcd-no-failure-tolerance etcd");
    expect(point(1, "press").selected.findings).toBe("no-leader kube-scheduler");
    expect(point(2, "press").selected.findings).toBe("no-leader kube-scheduler");
    expect(point(2, "wheel-down").selected.findings).toBe("etcd-no-failure-tolerance etcd");
  });
});

describe("the last row", () => {
  test("tells how many there are and the worst of them", () => {
    expect(lastRow(STATES.findings())).toMatch(/ f ✕ scheduler: no leader {2}1 of 7 +$/);
    expect(lastRow(STATES.findings(), NARROW)).toMatch(/ f ✕ no leader {2}1 of 7 +$/);
    expect(lastRow(STATES.findings(), { columns: 60, rows: 20 })).toMatch(/ f ✕ 7 findings +$/);
    expect(lastRow(STATES.findings(), SMALL)).toMatch(/ f ✕ 7 found +$/);
    expect(lastRow(STATES.start())).toMatch(/ f \? asking +$/);
    expect(lastRow(STATES.healthy())).toMatch(/ f no findings +$/);
  });

  test.each(SIZES)("moves no key when findings come and go, at %o", (size) => {
    const left = (scene: Scene): string =>
      lastRow(scene, size).slice(0, lastRow(scene, size).indexOf("quit") + 4);
    expect(left(STATES.findings().press("f"))).toBe(left(STATES.healthy()));
    expect(left(STATES["quorum-lost"]())).toBe(left(STATES.healthy()));
    expect(left(STATES.healthy())).toContain("q quit");
  });
});
