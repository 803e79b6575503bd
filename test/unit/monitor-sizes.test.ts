import type { PaneId } from "../../src/screen/panes.ts";
import type { Scene } from "../golden/scene.ts";
import { TIMEOUT } from "../golden/scene.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { shownEvents } from "../../src/screen/monitor.ts";
import { STATES, STATE_NAMES, play } from "../golden/states.ts";

function rows(
  scene: Pick<Scene, "monitor" | "now">,
  columns: number,
  height: number,
  id?: PaneId,
): readonly string[] {
  const screen = layout(scene.monitor, { columns, rows: height }, scene.now);
  const panes = screen.panes.filter((p) => id === undefined || p.id === id);
  return panes.flatMap((p) => p.lines.map((line) => line.map((s) => s.text).join("")));
}

/** Which heads leave a table while the screen becomes narrower, in the order in which they leave. */
function leaving(scene: Scene, id: PaneId, heads: readonly string[]): readonly string[] {
  const gone: string[] = [];
  for (let columns = 240; columns >= 40; columns--) {
    const [, head = ""] = rows(scene, columns, 24, id);
    for (const name of heads) if (!gone.includes(name) && !` ${head} `.includes(` ${name} `)) gone.push(name);
  }
  return gone;
}

/** A lease that nobody renews and a member that does not answer, for so many seconds. */
function silent(seconds: number): Scene {
  const scene = STATES.healthy();
  const [lease, member] = [scene.leases[0], scene.members[2]];
  if (lease) lease.alive = false;
  if (member) member.failure = TIMEOUT;
  return scene.run(seconds);
}

describe("columns leave in their order when cells are few", () => {
  test("of ETCD", () => {
    const all = [
      "MEMBER",
      "ROLE",
      "ANSWER",
      "TERM",
      "INDEX",
      "LAG",
      "DB SIZE",
      "IN USE",
      "QUOTA",
      "ENDPOINT",
      "ID",
    ];
    const order = ["ID", "QUOTA", "IN USE", "ENDPOINT", "INDEX", "TERM", "DB SIZE"];
    expect(leaving(STATES["etcd-zoomed"](), "etcd", all)).toEqual(order);
  });

  test("of MEMBERS; LEARNER stays while there is one", () => {
    const all = ["NAME", "STATUS", "ID", "PEER URL", "CLIENT URL", "LEARNER"];
    expect(leaving(STATES["members-zoomed"](), "members", all)).toEqual([
      "PEER URL",
      "CLIENT URL",
      "LEARNER",
    ]);
    const learner = STATES.mixed().press("<tab><tab><enter>");
    expect(leaving(learner, "members", all)).toEqual(["PEER URL", "CLIENT URL", "ID"]);
  });

  test("of LEASES", () => {
    const all = ["COMPONENT", "HOLDER", "RENEWED", "ENDS IN", "TRANSITIONS"];
    expect(leaving(STATES["leases-zoomed"](), "leases", all)).toEqual(["TRANSITIONS", "ENDS IN"]);
  });
});

describe.each([24, 25, 26, 30])("a wide screen of %i rows", (height) => {
  test.each(["healthy", "five-members", "seven-members"] as const)("has room with %s", (state) => {
    for (const keys of ["f", "/"]) {
      const scene = STATES[state]().press(keys);
      expect(rows(scene, 120, height, scene.monitor.focus).length).toBeGreaterThanOrEqual(5);
    }
    for (const id of ["timeline", "members"] as const)
      expect(rows(STATES[state](), 120, height, id).length).toBeGreaterThanOrEqual(2);
  });

  test("has a row of each of five members beside what was opened", () => {
    expect(rows(STATES.findings(), 120, height, "etcd")).toHaveLength(7);
  });
});

describe("the smallest screens", () => {
  test.each([10, 12, 16])("help can be read to its end in %i rows", (height) => {
    const scene = STATES.help();
    expect(rows(scene, 40, height, "dialog").at(-1)).toMatch(/j: \d+ more/);
    for (const line of ["quit; ctrl-c too", "not asked"]) {
      let seen = false;
      for (let i = 0; i < 10 && !seen; i++) {
        seen = rows(scene, 40, height, "dialog").some((row) => row.includes(line));
        scene.press("j");
      }
      expect([line, seen]).toEqual([line, true]);
    }
    expect(rows(scene.press("G"), 40, height, "dialog").at(-1)).toContain("k: back");
    expect(rows(scene.press("g"), 40, height, "dialog")[1]).toContain("search keys");
    expect(rows(scene, 40, height, "footer").at(-1)).toContain("esc close");
  });

  test.each(STATE_NAMES)("the answers of %s have room in 40 columns", (state) => {
    expect(rows(play(state), 40, 12, "summary")[0]).not.toContain("…");
  });

  test.each([40, 60, 80, 100])("a toast keeps the key that drops it at %i columns", (columns) => {
    for (const make of [STATES.toast, STATES.paused])
      expect(rows(make(), columns, 24, "footer").join()).toMatch(/ {3}esc *(,|$)/);
  });

  test("a takeover's window is never cut", () => {
    for (let columns = 100; columns < 170; columns++)
      expect(rows(STATES.healthy(), columns, 30, "headline").join("\n")).toContain("in 15 to 24 s");
  });

  test.each([40, 60, 80, 100, 120, 160])("no column moves at %i columns when an age is longer", (columns) => {
    const heads = (scene: Scene): readonly string[] =>
      rows(scene, columns, 36).filter((row) => /COMPONENT|API SERVER {2}|MEMBER {2}/.test(row));
    const calm = heads(STATES.healthy());
    for (const seconds of [20, 120, 1100]) expect(heads(silent(seconds))).toEqual(calm);
  });

  test("members that have no row are counted, with the keys that show them now", () => {
    const scene = STATES["seven-members"]();
    const members = (): string => rows(scene, 100, 30, "members").join();
    expect(members()).toContain("7 members, tab here, then enter");
    scene.press("<tab><tab>");
    expect(members()).toContain("7 members, enter shows them");
    scene.press("<enter>");
    expect(rows(scene, 100, 10, "members").join()).toContain("more, j shows them");
  });

  test.each([40, 60, 80])("that a key is missing on a member is said at %i columns", (columns) => {
    expect(rows(STATES["search-differing"](), columns, 10, "keys")[1]).toMatch(
      /1 not on every member(, 18 ms)? {2}$/,
    );
  });

  test.each(["overdue", "took-over", "vacant", "quorum-lost"] as const)(
    "an event of %s that has no room ends where a clause of it does",
    (state) => {
      const { monitor, now } = STATES[state]();
      const texts = shownEvents(monitor, monitor.state).map((event) => event.text);
      for (const columns of [60, 100])
        for (const row of rows({ monitor, now }, columns, 30, "timeline")) {
          const cut = / {2}([^ ].*)…/.exec(row)?.[1]?.replace(/^.* {2}/, "");
          if (cut !== undefined)
            expect(texts.some((text) => /^[:,] /.test(text.replace(cut, "")))).toBe(true);
        }
    },
  );

  test("who leads etcd is said at 40, 60 and 120 columns while two members claim it", () => {
    const head = (columns: number): string =>
      rows(STATES["two-claim"]().press("<tab>"), columns, 36, "etcd")[0] ?? "";
    expect(head(120)).toContain("cp-2 and cp-1 claim to lead; newer term 3: cp-1 leads");
    expect(head(60)).toContain("cp-1 leads, not cp-2");
    expect(head(40)).toContain("cp-1 leads, not cp-2");
  });

  test("a member without a leader beside those that have one is partitioned", () => {
    const head = (columns: number): string =>
      rows(STATES["member-partitioned"]().press("<tab>"), columns, 36, "etcd")[0] ?? "";
    expect(head(120)).toContain("! cp-5 partitioned: does not know leader cp-2");
    expect(head(40)).toContain("! cp-5 partitioned ");
  });

  test("on a small screen LEASES has all its rows before others have any", () => {
    const scene = STATES["twelve-leases"]();
    expect(rows(scene, 60, 30, "leases")).toHaveLength(2 + 12 + 1 + 3);
    expect(rows(scene, 60, 30, "etcd")).toHaveLength(5);
    expect(rows(scene, 60, 30, "timeline")).toHaveLength(3);
    expect(rows(scene.press("<tab><tab>"), 60, 30, "members")).toHaveLength(26);
  });

  test("help is scrolled to its end, and no further, on the smallest screen", () => {
    const help = (keys: string): string => rows(STATES.help().press(keys), 40, 10, "dialog").join();
    expect(help("G")).toContain("not asked");
    expect(help("Gjjk")).not.toContain("not asked");
  });

  test("hits that have no row are counted, with the keys that show them now", () => {
    const shown = (keys: string): string =>
      rows(STATES["search-in-trouble"]().press(keys), 80, 24, "keys").join();
    expect(shown("")).toMatch(/and \d more, enter, then j/);
    expect(shown("<enter>")).toMatch(/and \d more, j shows them/);
  });

  test("why an API server does not answer is never cut", () => {
    const scene = STATES.healthy();
    scene.servers.forEach((server) => (server.failure = TIMEOUT));
    scene.run(5);
    const said = (columns: number): readonly string[] =>
      rows(scene, columns, 36, "leases").flatMap((row) => / (timeout|no an.*?) *$/.exec(row)?.[1] ?? []);
    expect(said(60)).toEqual(["timeout", "timeout", "timeout"]);
    expect(said(80).join()).toMatch(/^(no answer, \d\.\d s,?){3}$/);
  });

  test("an event behind a picture that stands still says where it is seen", () => {
    for (const columns of [60, 80, 120])
      expect(rows(STATES.paused(), columns, 24, "footer").join()).toContain(
        "scheduler: last renewal by cp-1",
      );
    expect(rows(STATES.paused(), 80, 24, "footer").join()).toContain("p: resume");
  });

  test("the way back out of a zoomed pane is named, and the key that opens a hit", () => {
    for (const columns of [40, 60, 80, 120]) {
      expect(rows(STATES["etcd-zoomed"](), columns, 24, "footer").join()).toContain("enter back");
      expect(rows(STATES["etcd-zoomed"]().press("p"), columns, 24, "footer").join()).toMatch(
        /enter back +p resume/,
      );
      expect(rows(STATES["search-differing"](), columns, 24, "footer").join()).toContain("enter open");
    }
  });

  test("while paused, the key that goes on is named", () => {
    const scene = STATES.healthy().press("p");
    for (const columns of [40, 60, 80, 120])
      expect(rows(scene, columns, 24, "footer").join()).toContain("p resume");
  });
});
