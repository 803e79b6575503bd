import type { ClusterState } from "../../src/core/state.ts";
import type { Instant } from "../../src/core/facts/time.ts";
import { later } from "../../src/core/facts/time.ts";
import type { Scene } from "../golden/scene.ts";
import { REFUSED } from "../golden/scene.ts";
import { isVisibleChange, secondsUntilPaint } from "../../src/screen/repaint.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { STATES } from "../golden/states.ts";

/** Seconds until the next painting when the last one was `ago` seconds before. */
function wait(scene: Scene, ago: number, changed = false, interval = 1): number {
  const { monitor, now } = scene;
  const { hasLiveTimer } = layout(monitor, { columns: 80, rows: 24 }, now);
  return secondsUntilPaint({ changed, hasLiveTimer, paintedAt: later(now, -ago), now, interval });
}

/** The scene at a tenth of its second. */
function atTenth(scene: Scene, tenth: number): Scene {
  scene.now = { ...scene.now, wall: Math.floor(scene.now.wall / 1000) * 1000 + tenth * 100 };
  return scene;
}

describe("the next painting", () => {
  test("is at once when nothing was painted yet", () => {
    const { now } = STATES.start();
    const painting = { changed: false, hasLiveTimer: false, paintedAt: undefined, now, interval: 1 };
    expect(secondsUntilPaint(painting)).toBe(0);
  });

  test("shows news at once, and several within 0.04 s together", () => {
    expect(wait(STATES.healthy(), 5, true)).toBe(0);
    expect(wait(STATES.healthy(), 0.05, true)).toBe(0);
    expect(wait(STATES.healthy(), 0.03, true)).toBeCloseTo(0.01);
    expect(wait(STATES["no-leader"](), 0.03, true)).toBeCloseTo(0.01);
  });

  test("is at the clock's next second in calm times", () => {
    for (const make of [STATES.healthy, STATES["took-over"], STATES["member-silent"], STATES.start]) {
      expect(wait(atTenth(make(), 3), 0.3)).toBeCloseTo(0.7);
    }
    expect(wait(atTenth(STATES.healthy(), 9), 0)).toBeCloseTo(0.1);
  });

  test("keeps to the interval that was asked for, which slows no news and no count", () => {
    const at = (scene: Scene, seconds: number): Scene => {
      scene.now = { ...scene.now, wall: Math.floor(scene.now.wall / 60_000) * 60_000 + seconds * 1000 };
      return scene;
    };
    expect(wait(at(STATES.healthy(), 12.3), 2.3, false, 5)).toBeCloseTo(2.7);
    expect(wait(at(STATES.healthy(), 12.3), 0.3, false, 0.5)).toBeCloseTo(0.2);
    expect(wait(at(STATES.healthy(), 12.3), 2.3, true, 60)).toBe(0);
    expect(wait(at(STATES["no-leader"](), 12.3), 0.04, false, 60)).toBeCloseTo(0.06);
  });

  test.each([
    "no-leader",
    "renewal-late",
    "quorum-lost",
    "api-unreachable",
    "election",
    "overdue",
    "vacant",
  ] as const)("is in a tenth of a second while %s counts", (state) => {
    expect(wait(atTenth(STATES[state](), 3), 0.04)).toBeCloseTo(0.06);
  });

  test("counts nothing while paused", () => {
    const scene = STATES["no-leader"]().press("p");
    expect(wait(atTenth(scene, 3), 0.3)).toBeCloseTo(0.7);
  });
});

describe("news", () => {
  /** What a change and the time after it make of the state; `from` is the state before. */
  function reported(change: (scene: Scene) => void, seconds: number): boolean {
    const scene = STATES.healthy();
    const states: ClusterState[] = [scene.monitor.state];
    change(scene);
    scene.run(seconds);
    states.push(scene.monitor.state);
    const [before, after] = states;
    return before !== undefined && after !== undefined && isVisibleChange(before, after);
  }

  test("is not a renewal: once a second is soon enough in calm times", () => {
    expect(reported(() => undefined, 2.2)).toBe(false);
  });

  test("is a renewal that ends a silence", () => {
    const scene = STATES["renewal-late"]();
    const before = scene.monitor.state;
    first(scene.leases).alive = true;
    expect(isVisibleChange(before, scene.run(2.2).monitor.state)).toBe(true);
  });

  test("is every answer of the others while a member does not answer", () => {
    const scene = STATES["member-silent"]();
    const before = scene.monitor.state;
    expect(isVisibleChange(before, scene.run(1).monitor.state)).toBe(true);
  });

  test("is a takeover, another duration, a member that fails, an API server that is not ready", () => {
    expect(reported((s) => (first(s.leases).duration = 30), 2.2)).toBe(true);
    expect(reported((s) => s.take(first(s.leases), "cp-3"), 0)).toBe(true);
    const still = (change: (s: Scene) => void) => (s: Scene) => {
      for (const lease of s.leases) lease.alive = false;
      change(s);
    };
    expect(
      reported(
        still((s) => (first(s.members).failure = REFUSED)),
        1.2,
      ),
    ).toBe(true);
    expect(
      reported(
        still((s) => (first(s.servers).ready = false)),
        2.2,
      ),
    ).toBe(true);
  });

  test("is not that a source lives or that figures grow", () => {
    const scene = STATES.healthy();
    const before = scene.monitor.state;
    const at: Instant = scene.now;
    scene.tell({ kind: "observed", observation: { kind: "leases-alive", at } });
    scene.tell({ kind: "observed", observation: { kind: "tick", at } });
    const member = [...before.etcd.members.values()][0];
    const status = member?.lastAnswer?.status;
    if (member === undefined || status === undefined) throw new Error("the scene has no member");
    const grown = { ...status, raftIndex: status.raftIndex + 50n, revision: status.revision + 9n };
    const { key } = member.route;
    scene.tell({
      kind: "observed",
      observation: { kind: "member-answered", route: key, status: grown, took: 0.002, at },
    });
    expect(scene.monitor.state).not.toBe(before);
    expect(isVisibleChange(before, scene.monitor.state)).toBe(false);
  });
});

function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error("the scene lacks a part");
  return item;
}
