import type { OpenedKey } from "../../src/core/keys/value.ts";
import type { KeyHit, KeySearch } from "../../src/core/keys/search.ts";
import type { Effect } from "../../src/screen/effect.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import { shownEvents } from "../../src/screen/monitor.ts";
import type { Key } from "../../src/screen/input/bindings.ts";
import { BINDINGS, actionOf, workingKeys } from "../../src/screen/input/keymap.ts";
import type { Scene } from "../golden/scene.ts";
import { keyOf } from "../golden/scene.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { pointAt } from "../../src/screen/input/pointer.ts";
import { update } from "../../src/screen/update.ts";
import { eventKeys } from "../../src/screen/panes/timeline.ts";
import { STATES } from "../golden/states.ts";

const { healthy } = STATES;

/** Presses one key and tells what the world is asked for. */
function asked(scene: Scene, key: string): readonly Effect[] {
  const { monitor, effects } = update(scene.monitor, { kind: "key", key: keyOf(key), at: scene.now });
  scene.monitor = monitor;
  return effects;
}

function result(scene: Scene, query: string, more: Partial<KeySearch> = {}): KeySearch {
  const hit = (name: string): KeyHit => ({
    key: new TextEncoder().encode(name),
    text: name,
    marks: undefined,
  });
  return {
    ...{
      query,
      members: ["cp-1"],
      scanned: "cp-1",
      throttled: undefined,
      state: "ready",
      failure: undefined,
    },
    ...{ revision: 1n, seen: 10, total: 10, readAt: scene.now, isWhole: true, matched: 2 },
    ...{ hits: [hit("/registry/a"), hit("/registry/b")], took: 0 },
    ...more,
  };
}

/** A key that was opened. */
function opened(): OpenedKey {
  const value = { form: "text", text: Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n") } as const;
  const numbers = { createRevision: 1n, modRevision: 1n, version: 1n, lease: undefined };
  return {
    key: new TextEncoder().encode("/registry/a"),
    revision: 1n,
    members: [{ state: "has", name: "cp-1", numbers, value: 0 }],
    values: [{ bytes: 1, value }],
  };
}

describe("keys", () => {
  test("q and ctrl-c quit", () => {
    expect(asked(healthy(), "q")).toEqual([{ kind: "quit" }]);
    expect(asked(healthy(), "<ctrl-c>")).toEqual([{ kind: "quit" }]);
    expect(asked(healthy().press("/"), "<ctrl-c>")).toEqual([{ kind: "cancel-search" }, { kind: "quit" }]);
    expect(asked(healthy().press("?"), "<ctrl-c>")).toEqual([{ kind: "quit" }]);
  });

  test("tab goes around the panes, to KEYS only while it is open, shift-tab back", () => {
    const order = (scene: Scene, key: string, n: number): string[] =>
      Array.from({ length: n }, () => scene.press(key).monitor.focus);
    expect(order(healthy(), "<tab>", 5)).toEqual(["etcd", "members", "timeline", "leases", "etcd"]);
    expect(order(healthy(), "<shift-tab>", 2)).toEqual(["timeline", "members"]);
    const open = healthy().press("/x<enter>");
    expect(order(open, "<tab>", 2)).toEqual(["leases", "etcd"]);
    expect(order(open, "<shift-tab>", 2)).toEqual(["leases", "keys"]);
  });

  test.each([
    ["j", "kube-controller-manager"],
    ["jj", "cloud-controller-manager"],
    ["jjjj", "cloud-controller-manager"],
    ["<down><down>k", "kube-controller-manager"],
    ["G", "cloud-controller-manager"],
    ["Gg", "kube-scheduler"],
    ["k", "kube-scheduler"],
    ["<pagedown><pageup>", "kube-scheduler"],
  ])("%s selects %s", (keys, lease) => {
    expect(healthy().press(keys).monitor.selected.leases).toBe(`kube-system/${lease}`);
  });

  test("a letter that is no key does nothing, nor does a key named as a part of objects", () => {
    const scene = healthy();
    const { monitor } = scene;
    expect(scene.press("x<constructor><ctrl-x>").monitor).toBe(monitor);
  });

  test("? opens help, in which no key works but those that close it", () => {
    const scene = healthy().press("?");
    expect(workingKeys(scene.monitor).map((b) => b.keys)).toEqual(["esc"]);
    expect(scene.press("p<tab>/").monitor).toMatchObject({
      help: true,
      paused: undefined,
      search: undefined,
    });
    expect(scene.press("<escape>").monitor.help).toBe(false);
    expect(healthy().press("?q").monitor.help).toBe(false);
  });

  test("? tells every key that does something", () => {
    const reported = BINDINGS.map((b) => `${b.keys} ${b.long}`).join(" ");
    const called: Record<string, string> = {
      ...{ up: "arrows", down: "arrows", pageup: "PgUp", pagedown: "PgDn", home: "Home", end: "End" },
      ...{ escape: "esc", enter: "enter", tab: "tab" },
    };
    const { monitor } = healthy();
    const plain = { ctrl: false, shift: false, text: "" };
    const typed = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    const works = [
      ...Object.keys(called).map((name): [Key, string] => [{ ...plain, name }, called[name] ?? ""]),
      ...typed.map((text): [Key, string] => [{ ...plain, name: text, text }, text]),
      ...typed.map((name): [Key, string] => [{ ...plain, name, ctrl: true }, `^${name}`]),
    ].filter(([key]) => actionOf(key, monitor) !== undefined);
    const words = reported.split(/[ ;,:]+/);
    expect(
      works.map(([, name]) => name).filter((name) => !words.includes(name.replace("^c", "ctrl-c"))),
    ).toEqual([]);
    expect(works.length).toBeGreaterThan(20);
  });

  test("enter zooms the pane with the focus and takes it back; tab takes the zoom along", () => {
    const scene = healthy().press("<tab><enter>");
    expect(scene.monitor.zoomed).toBe("etcd");
    expect(scene.press("<tab>").monitor.zoomed).toBe("members");
    expect(scene.press("<enter>").monitor.zoomed).toBeUndefined();
    expect(scene.press("<enter><escape>").monitor.zoomed).toBeUndefined();
  });

  test("every key of the last row does something", () => {
    const states = [
      STATES.healthy,
      STATES.start,
      STATES["no-etcd"],
      STATES.paused,
      STATES.search,
      STATES.help,
    ];
    for (const make of [
      ...states,
      STATES["search-typing"],
      STATES["search-differing"],
      STATES["key-opened"],
      STATES["etcd-zoomed"],
    ]) {
      for (const { keys } of workingKeys(make().monitor)) {
        const scene = make();
        const before = scene.monitor;
        const name = keys === "esc" ? "escape" : keys;
        const effects = asked(scene, name.length > 1 ? `<${name}>` : name);
        expect([keys, effects.length > 0 || scene.monitor !== before]).toEqual([keys, true]);
      }
    }
  });

  test("where there is no etcd there is no search", () => {
    const scene = STATES["no-etcd"]();
    expect(scene.press("/").monitor.search).toBeUndefined();
    expect(workingKeys(scene.monitor).map((b) => b.keys)).not.toContain("/");
  });
});

describe("the search", () => {
  test("takes letters, also those that are keys elsewhere, and asks with each of them", () => {
    const scene = healthy().press("/qpj/ ?x<backspace>");
    expect(scene.monitor.search).toMatchObject({ query: "qpj/ ?", typing: true, result: undefined });
    expect(asked(scene, "a")).toEqual([{ kind: "search", query: "qpj/ ?a" }]);
    expect(asked(scene, "<backspace>")).toEqual([{ kind: "search", query: "qpj/ ?" }]);
    expect(asked(scene, " ")).toEqual([{ kind: "search", query: "qpj/ ?" }]);
    expect(asked(scene, "<enter>")).toEqual([]);
    expect(scene.monitor.search?.typing).toBe(false);
  });

  test("reads the keys as soon as the box opens; typed into again, it goes on", () => {
    const scene = healthy();
    expect(asked(scene, "/")).toEqual([{ kind: "search", query: "" }]);
    expect(asked(scene.press("abc<enter>"), "/")).toEqual([]);
    expect(scene.monitor.search).toMatchObject({ query: "abc", typing: true });
  });

  test("ctrl-u empties the box; control characters and long pastes stay out", () => {
    const full = healthy().press("/abc");
    expect(asked(full, "<ctrl-u>")).toEqual([{ kind: "search", query: "" }]);
    expect(full.monitor.search?.query).toBe("");
    const scene = healthy().press("/");
    const paste = { name: "x", text: `\u001b[31m${"y".repeat(400)}`, ctrl: false, shift: false };
    scene.tell({ kind: "key", key: paste, at: scene.now });
    expect(scene.monitor.search?.query).toBe("y".repeat(200));
  });

  test("shows what comes, unless the box asks for something else by now", () => {
    const scene = healthy().press("/abc");
    scene.tell({ kind: "key-search", search: result(scene, "other") });
    expect(scene.monitor.search?.result).toBeUndefined();
    scene.tell({ kind: "key-search", search: result(scene, "abc") });
    expect(scene.monitor.search?.result?.matched).toBe(2);
    expect(scene.press("<enter>jjj").monitor.selected.keys).toBe("/registry/b");
    expect(scene.press("/d").monitor.selected.keys).toBeUndefined();
  });

  test("enter opens a key; esc goes back to the hits, then closes", () => {
    const scene = healthy().press("/abc");
    scene.tell({ kind: "key-search", search: result(scene, "abc") }).press("<enter>j");
    expect(asked(scene, "<enter>")).toMatchObject([{ kind: "open-key", hit: { text: "/registry/b" } }]);
    expect(scene.monitor.search?.opened?.key).toBe("asking");
    scene.tell({ kind: "key-opened", key: opened() }).press("jj");
    expect(scene.monitor.search?.opened).toMatchObject({ key: opened(), top: 2 });
    expect(scene.press("G<pagedown>").monitor.search?.opened?.top).toBe(27);
    expect(scene.press("g").monitor.search?.opened?.top).toBe(0);
    expect(scene.press("<enter>").monitor.zoomed).toBe("keys");
    expect(scene.press("<enter>").monitor.zoomed).toBeUndefined();
    expect(scene.press("<enter><escape>").monitor).toMatchObject({ zoomed: undefined, focus: "keys" });
    expect(scene.press("<escape>").monitor.search?.opened).toBeUndefined();
    scene.tell({ kind: "key-opened", key: opened() });
    expect(scene.monitor.search?.opened).toBeUndefined();
    expect(scene.press("<escape>").monitor.search).toBeUndefined();
  });

  test("opens the key that is selected, also when marks put another in its place", () => {
    const scene = healthy().press("/abc");
    const search = result(scene, "abc");
    const [a, b] = search.hits;
    if (a === undefined || b === undefined) throw new Error("two keys match");
    scene.tell({ kind: "key-search", search }).press("<enter>j");
    scene.tell({ kind: "key-search", search: { ...search, hits: [b, a] } });
    expect(asked(scene, "<enter>")).toMatchObject([{ kind: "open-key", hit: { text: "/registry/b" } }]);
  });

  test("opens the first key that the reader went to, also when another becomes the first", () => {
    const scene = healthy().press("/abc");
    const search = result(scene, "abc");
    scene.tell({ kind: "key-search", search }).press("<enter>");
    scene.tell({ kind: "key-search", search: { ...search, hits: search.hits.toReversed() } });
    expect(asked(scene, "<enter>")).toMatchObject([{ kind: "open-key", hit: { text: "/registry/a" } }]);
  });

  test("is stopped by esc and by quitting", () => {
    const open = (): Scene => healthy().press("/abc");
    const cancel = { kind: "cancel-search" };
    expect(asked(open(), "<escape>")).toEqual([cancel]);
    expect(asked(open().press("<enter>"), "q")).toEqual([cancel, { kind: "quit" }]);
    expect(open().press("<escape>").monitor).toMatchObject({ search: undefined, focus: "leases" });
  });
});

describe("a pause", () => {
  test("freezes the picture, not the data", () => {
    const scene = healthy().press("p");
    const size = { columns: 120, rows: 36 };
    const panes = (): unknown =>
      layout(scene.monitor, size, scene.now).panes.filter((p) => p.id !== "summary" && p.id !== "footer");
    const before = panes();
    const seen = scene.monitor.state;
    scene.run(4);
    expect(panes()).toEqual(before);
    expect(scene.monitor.state).not.toBe(seen);
    scene.press("p");
    expect(panes()).not.toEqual(before);
  });

  test("tells in one line what happens meanwhile, which the resumed picture needs no more", () => {
    const scene = healthy().press("p");
    const lease = scene.leases[0];
    if (lease) lease.alive = false;
    scene.run(8);
    expect(scene.monitor.toast).toMatchObject({ tone: "warn", whilePaused: true });
    expect(scene.monitor.toast?.text).toBe("scheduler: last renewal by cp-1");
    expect(scene.press("p").monitor.toast).toBeUndefined();
  });

  test("esc drops the line and leaves the pause", () => {
    const scene = STATES.paused().press("<escape>");
    expect(scene.monitor.toast).toBeUndefined();
    expect(scene.monitor.paused).toBeDefined();
  });
});

describe("the timeline", () => {
  test("keeps what the reader looks at selected when events come in above it", () => {
    const scene = STATES["no-leader"]().press("<tab><tab><tab>j");
    const events = (monitor: Monitor): readonly unknown[] => shownEvents(monitor, monitor.state);
    const looked = events(scene.monitor)[1];
    const lease = scene.leases[0];
    if (lease) scene.take(lease, "cp-2");
    scene.press("m");
    const { timeline = "" } = scene.monitor.selected;
    expect(eventKeys(shownEvents(scene.monitor, scene.monitor.state)).indexOf(timeline)).toBe(3);
    expect(events(scene.monitor)[3]).toBe(looked);
  });

  test("says how many events came in above the place that is kept", () => {
    const scene = STATES["no-leader"]().press("<tab><tab><tab>G<tab>");
    const head = (): string => {
      const { panes } = layout(scene.monitor, { columns: 120, rows: 36 }, scene.now);
      const lines = panes.find((p) => p.id === "timeline")?.lines ?? [];
      return (lines[0] ?? []).map((s) => s.text).join("");
    };
    expect(head()).not.toContain("newer");
    for (let i = 0; i < 8; i++) scene.press("m").run(1);
    expect(head()).toMatch(/ [5-9] newer above, 1\d events /);
    scene.press("<tab><tab><tab>g");
    expect(head()).not.toContain("newer");
  });

  test("follows the newest event from its top", () => {
    const scene = STATES["no-leader"]().press("<tab><tab><tab>m");
    expect(scene.monitor.selected.timeline).toBeUndefined();
    expect(shownEvents(scene.monitor, scene.monitor.state)[0]).toMatchObject({
      subject: "mark 1",
      tone: "note",
    });
  });

  test("numbers the marks, and has them in the order of time", () => {
    const scene = healthy().press("m").run(2).press("m");
    const events = shownEvents(scene.monitor, scene.monitor.state);
    expect(events.slice(0, 2).map((e) => e.subject)).toEqual(["mark 2", "mark 1"]);
    expect(events.map((e) => e.at.mono)).toEqual(events.map((e) => e.at.mono).toSorted((a, b) => b - a));
  });
});

describe("the mouse", () => {
  const size = { columns: 120, rows: 36 };

  /** The cell of a text on the screen, and what the mouse does there. */
  function point(scene: Scene, words: string, action: "press" | "wheel-down"): Scene {
    const screen = layout(scene.monitor, size, scene.now);
    for (const pane of screen.panes) {
      const line = pane.lines.findIndex((l) => l.some((s) => s.text.includes(words)));
      if (line < 0) continue;
      const pointer = pointAt(screen, { action, column: pane.left + 1, row: pane.top + line });
      return pointer ? scene.tell({ kind: "pointer", pointer, at: scene.now }) : scene;
    }
    throw new Error(`${words} is not on the screen`);
  }

  test("a press gives the focus and selects the row", () => {
    const scene = point(healthy(), "kube-controller-manager", "press");
    expect(scene.monitor).toMatchObject({
      focus: "leases",
      selected: { leases: "kube-system/kube-controller-manager" },
    });
    expect(point(scene, "10.0.0.13:2379", "press").monitor).toMatchObject({
      focus: "etcd",
      selected: { etcd: scene.members[2]?.endpoint },
    });
    expect(point(scene, "LEARNER", "press").monitor).toMatchObject({
      focus: "members",
    });
  });

  test("the wheel moves the list under it and leaves the focus", () => {
    const scene = point(healthy(), "LEARNER", "wheel-down");
    expect(scene.monitor).toMatchObject({ focus: "leases", selected: { members: scene.members[1]?.id } });
  });

  test("the wheel moves the lines of an opened key, not the hits that it covers", () => {
    const scene = STATES["key-opened"]();
    const selected = scene.monitor.selected.keys;
    const { monitor } = point(scene, "modRevision", "wheel-down");
    expect(monitor).toMatchObject({ selected: { keys: selected }, search: { opened: { top: 1 } } });
  });

  test("does nothing on the summary bar, on a dialog, below a dialog, or on KEYS while it is closed", () => {
    for (const [scene, words] of [
      [healthy(), "QUORUM"],
      [healthy(), "search keys, compare members"],
      [healthy().press("?"), "keys and signs"],
      [healthy().press("?"), "kube-scheduler"],
    ] as const) {
      const { monitor } = scene;
      expect(point(scene, words, "press").monitor).toBe(monitor);
    }
  });
});

test("a toast is clean and dropped by esc", () => {
  const scene = healthy();
  scene.tell({ kind: "notice", text: "a\u001b[31mb\nc", tone: "bad", at: scene.now });
  expect(scene.monitor.toast).toMatchObject({ text: "ab c", tone: "bad", whilePaused: false });
  expect(scene.press("<escape>").monitor.toast).toBeUndefined();
});
