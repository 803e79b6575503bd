import type { PaneId } from "../../src/screen/panes.ts";
import type { StateName } from "../golden/states.ts";
import { STATES } from "../golden/states.ts";
import { later } from "../../src/core/facts/time.ts";
import { glyphs } from "../../src/screen/text/glyphs.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { takeoverBar } from "../../src/screen/banner/render.ts";
import { Scene } from "../golden/scene.ts";

/** The text of a pane, line by line; `undefined`: it is not on the screen. */
function paneOf(scene: Scene, id: PaneId, columns = 120, rows = 36): string[] | undefined {
  const { panes } = layout(scene.monitor, { columns, rows }, scene.now);
  return panes
    .find((p) => p.id === id)
    ?.lines.map((line) =>
      line
        .map((s) => s.text)
        .join("")
        .trimEnd(),
    );
}

function tile(state: StateName, label: string): string {
  const [above = "", below = ""] = paneOf(STATES[state](), "summary") ?? [];
  const at = above.indexOf(label);
  const next = ["LEADERS", "QUORUM", "API SERVERS", "DATA"]
    .map((l) => above.indexOf(l))
    .filter((x) => x > at);
  return below.slice(at, Math.min(...next, 999)).trim();
}

describe("the tiles", () => {
  test.each<[StateName, string, string, string, string]>([
    ["healthy", "● 3 of 3 held", "● 3 of 3 up, tolerance 1", "● 3 of 3 ready", "● live, 0.2 s"],
    ["start", "? asking", "? asking", "? asking", "? none yet, 0.4 s"],
    ["asked", "● 3 of 3 held", "? asking", "? 3, asking", "● live, 0.0 s"],
    [
      "no-leader",
      "✕ scheduler: none, gap 18.6 s",
      "● 3 of 3 up, tolerance 1",
      "● 3 of 3 ready",
      "● live, 0.4 s",
    ],
    [
      "renewal-late",
      "! scheduler: late, gap 7.8 s",
      "● 3 of 3 up, tolerance 1",
      "● 3 of 3 ready",
      "● live, 0.6 s",
    ],
    ["overdue", "✕ 2 of 3: none, gap 29.5 s", "● 3 of 3 up, tolerance 1", "● 3 of 3 ready", "● live, 0.3 s"],
    ["quorum-lost", "? 3 held 6.4 s ago", "✕ LOST: 1 of 3, needs 2", "✕ 0 of 3 ready", "! leases 6.4 s old"],
    [
      "api-unreachable",
      "? 3 held 12.4 s ago",
      "● 3 of 3 up, tolerance 1",
      "✕ 0 of 3 answer",
      "! leases 12.4 s old",
    ],
    ["member-silent", "● 3 of 3 held", "! 2 of 3 up, tolerance 0", "● 3 of 3 ready", "● live, 0.4 s"],
    ["out-of-reach", "● 3 of 3 held", "! 1 of 3 up, has leader", "● 3 of 3 ready", "● live, 0.4 s"],
    ["no-etcd", "● 3 of 3 held", "? not configured", "● 3 of 3 ready", "● live, 0.2 s"],
    ["managed", "● 3 of 3 held", "? not visible on EKS", "? not visible", "● live, 0.2 s"],
    ["paused", "● 3 of 3 held", "● 3 of 3 up, tolerance 1", "● 3 of 3 ready", "! PAUSED for 15.4 s"],
  ])("%s", (state, ...answers) => {
    const labels = ["LEADERS", "QUORUM", "API SERVERS", "DATA"];
    expect(labels.map((label) => tile(state, label))).toEqual(answers);
  });

  test.each<[StateName, string[]]>([
    ["healthy", []],
    ["took-over", []],
    ["renewal-late", []],
    ["member-silent", []],
    ["no-etcd", []],
    ["start", []],
    ["managed", []],
    ["no-leader", ["LEADERS"]],
    ["vacant", ["LEADERS"]],
    ["quorum-lost", ["QUORUM"]],
    ["election", ["QUORUM"]],
    ["api-unreachable", ["API SERVERS"]],
    ["forbidden", ["DATA"]],
    ["paused", ["DATA"]],
  ])("only the cause is a block: %s %j", (state, blocks) => {
    const { monitor, now } = STATES[state]();
    const { panes } = layout(monitor, { columns: 120, rows: 36 }, now);
    const labels = panes.find((p) => p.id === "summary")?.lines[0] ?? [];
    const filled = labels.filter((s) => s.style.fill && s.text.trim() !== "").map((s) => s.text.trim());
    expect(filled).toEqual(blocks);
  });
});

describe("the stage", () => {
  test.each<[StateName, readonly string[]]>([
    [
      "no-leader",
      [
        "✕ NO LEADER  kube-scheduler",
        "takeover expected",
        "within 5.2 s",
        "renewed 13:51:34.0",
        "15 lease ends 24",
      ],
    ],
    ["overdue", ["OVERDUE 5.7 s", "expected by 24 s", "and 1 more: kube-controller-manager, 28.9 s"]],
    ["vacant", ["NO LEADER", "within 3.5 s", "released by cp-1", "4.4"]],
    [
      "renewal-late",
      [
        "! RENEWAL LATE  kube-scheduler",
        "cp-1 may still lead",
        "lease ends in 7.2 s",
        "takeover in 7.2 to 16.0 s",
      ],
    ],
    [
      "took-over",
      [
        "▲ cp-2 TOOK OVER  kube-scheduler",
        "gap between renewals",
        "expected 15 to 24 s",
        "cp-1 → cp-2",
        "took over 11.8 s ago",
      ],
    ],
    [
      "quorum-lost",
      [
        "QUORUM LOST  1 of 3 answers, 2 needed",
        "no writes, no renewals",
        "leases end in 7.4 to 8.6 s",
        "bring back cp-3 or cp-2",
      ],
    ],
    [
      "api-unreachable",
      [
        "LEADER UNKNOWN  no API server answers",
        "leaders may have changed",
        "etcd has quorum, 3 of 3 up",
        "connection refused",
      ],
    ],
    [
      "forbidden-from-the-start",
      ["leases cannot be read", "leaders never seen", "no data yet", "forbidden to eve"],
    ],
    [
      "healthy",
      [
        "holderIdentity",
        "renewTime",
        "acquireTime",
        "leaseDurationSeconds 15",
        "if cp-1 fails",
        "takeover in 15 to 24 s",
      ],
    ],
  ])("of %s tells %j", (state, words) => {
    const headline = (paneOf(STATES[state](), "headline") ?? []).join("\n");
    for (const part of words) expect(headline).toContain(part);
  });

  test("where nobody was asked, as without a kubeconfig, it is not that nobody answers", () => {
    const scene = new Scene();
    scene.sourceDown = { code: "other", text: "no kubeconfig: ~/.kube/config does not exist" };
    const headline = (paneOf(scene.run(4), "headline") ?? []).join("\n");
    expect(headline).toContain("LEADER UNKNOWN  leases cannot be read");
    expect(headline).toContain("no kubeconfig: ~/.kube/config does not exist");
  });

  const TROUBLE = [
    "no-leader",
    "vacant",
    "renewal-late",
    "took-over",
    "quorum-lost",
    "api-unreachable",
  ] as const;

  test.each(TROUBLE)("of %s keeps the lease's own words, at every size", (state) => {
    for (const [columns, rows] of [
      [160, 50],
      [120, 36],
      [100, 30],
      [80, 24],
      [60, 20],
      [40, 12],
    ] as const) {
      const headline = (paneOf(STATES[state](), "headline", columns, rows) ?? []).join("\n");
      expect(headline).toMatch(/renewTime \d\d:\d\d:\d\d\.\d{6}/);
      expect(headline).toMatch(/leaseTransitions \d \(\+\d seen\)/);
    }
  });

  test("80x24 keeps the selected lease's own words also in calm times", () => {
    const scene = STATES.healthy().press("jj");
    expect(paneOf(scene, "headline", 80, 24)).toBeUndefined();
    expect(paneOf(scene, "leases", 80, 24)?.[0]).toMatch(
      /renewTime 13:51:35\.\d{6} {2}leaseTransitions 4 \(\+0 seen\)/,
    );
  });

  test("stands in the same place in the same size, whatever it wears", () => {
    const places = [...TROUBLE, "healthy" as const, "start" as const].map((state) => {
      const { monitor, now } = STATES[state]();
      const headline = layout(monitor, { columns: 120, rows: 36 }, now).panes.find(
        (p) => p.id === "headline",
      );
      return [headline?.left, headline?.top, headline?.width, headline?.height];
    });
    expect(new Set(places.map(String)).size).toBe(1);
  });
});

describe("the bar of a takeover", () => {
  const at = (count: number, width = 48): readonly [string, string] => {
    const window = { from: 15, to: 23.8, fromIs: "lease ends" };
    const [bar, scale] = takeoverBar(glyphs(false), { count, window }, width, { bar: {}, rest: {} });
    return [bar.map((s) => s.text).join(""), scale.map((s) => s.text).join("")];
  };

  test.each([0, 3.3, 9.2, 15, 20, 23.8, 27.1, 300])("is as wide as asked at %f s", (count) => {
    for (const width of [10, 36, 48, 76]) expect(at(count, width)[0]).toHaveLength(width);
  });

  test("runs towards the window and past it", () => {
    expect(at(9.2)[0]).toMatch(/^█{15}░+▒+░+$/);
    expect(at(20)[0]).toMatch(/^█+▒+░+$/);
    expect(at(27.1)[0]).toMatch(/^█+░+$/);
    expect(at(9.2)[1]).toBe("0 s                      15 lease ends 24");
  });

  test("of a release has a window that is open from the start", () => {
    const window = { from: 0, to: 4.4, fromIs: undefined };
    const [bar, scale] = takeoverBar(glyphs(false), { count: 0.9, window }, 46, { bar: {}, rest: {} });
    expect(bar.map((s) => s.text).join("")).toMatch(/^█+▒+░+$/);
    expect(scale.map((s) => s.text).join("")).toMatch(/^0 s +4\.4$/);
  });
});

test("a record that is kept in an annotation says so, and calls its fields as it does", () => {
  const scene = new Scene();
  const [scheduler, ...others] = scene.leases;
  if (scheduler === undefined) throw new Error("the scene has no leases");
  scene.leases = others;
  scene.open().run(3);
  scene.see({ kind: "annotation-read", lease: { ...scene.record(scheduler), kind: "ConfigMap", uid: "c" } });
  const headline = paneOf(scene, "headline") ?? [];
  expect(headline[0]).toMatch(/kube-scheduler .* annotation on ConfigMap /);
  expect(headline.join("\n")).toContain("leaderTransitions");
  expect(paneOf(STATES.healthy(), "headline")?.join("\n")).not.toMatch(/annotation|leaderTransitions/);
});

describe("a number on the stage is never cut", () => {
  /** Every dress that counts, at counts of every length. */
  const banners: readonly StateName[] = [
    "overdue",
    "overdue-long",
    "renewal-late",
    "took-over",
    "quorum-lost",
    "api-unreachable",
  ];

  test.each(banners.flatMap((state) => [0, 90, 3600, 50_000, 500_000].map((more) => [state, more] as const)))(
    "%s, %i s later",
    (state, more) => {
      const { monitor, now } = STATES[state]();
      for (let columns = 40; columns <= 160; columns += 7) {
        const { panes } = layout(monitor, { columns, rows: 36 }, later(now, more));
        const headline = panes.find((p) => p.id === "headline")?.lines ?? [];
        const words = headline.slice(1).map((line) =>
          line
            .map((s) => s.text)
            .join("")
            .trimEnd(),
        );
        expect(words.filter((row) => /\d[^ ]* ?[a-z]*…$/.test(row))).toEqual([]);
      }
    },
  );

  test.each([40, 45, 50])("the title names its subject in %i columns", (columns) => {
    const [title] = paneOf(STATES.overdue(), "headline", columns, 12) ?? [];
    expect(title).toMatch(/NO LEADER {2}kube-scheduler (and 1 more|\+1)$/);
    const [sourceDown] = paneOf(STATES["api-unreachable"](), "headline", columns, 12) ?? [];
    expect(sourceDown).toMatch(/UNKNOWN {2}no API server( answers)?$/);
  });
});
