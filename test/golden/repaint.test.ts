import type { Instant } from "../../src/core/facts/time.ts";
import { later } from "../../src/core/facts/time.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import type { Screen } from "../../src/screen/screen.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { Headless } from "./headless.ts";
import { picture } from "./golden-file.ts";
import { STATES, STATE_NAMES, play } from "./states.ts";

const SIZE = { columns: 120, rows: 36 };

function screenOf({ monitor, now }: { monitor: Monitor; now: Instant }, size = SIZE): Screen {
  return layout(monitor, size, now);
}

describe("painting over", () => {
  test("leaves nothing behind", async () => {
    const size = { columns: 80, rows: 24 };
    using used = new Headless(size);
    for (const name of STATE_NAMES) {
      const screen = screenOf(play(name), size);
      await used.paint(screen);
      using fresh = new Headless(size);
      await fresh.paint(screen);
      expect(picture(used.cells())).toBe(picture(fresh.cells()));
    }
  }, 120_000);

  test("sends nothing for a picture that did not change", async () => {
    using headless = new Headless(SIZE);
    const scene = STATES.healthy();
    await headless.paint(screenOf(scene));
    const before = headless.bytes;
    await headless.paint(screenOf(scene));
    expect(headless.bytes - before).toBe(0);
  });

  test("sends a few hundred bytes for a tenth of a second of drama", async () => {
    using headless = new Headless(SIZE);
    const { monitor, now } = STATES["no-leader"]();
    await headless.paint(layout(monitor, SIZE, now));
    const before = headless.bytes;
    for (let tenth = 1; tenth <= 10; tenth++)
      await headless.paint(layout(monitor, SIZE, later(now, tenth / 10)));
    const each = (headless.bytes - before) / 10;
    expect(each).toBeGreaterThan(20);
    expect(each).toBeLessThan(500);
  });

  test("never sends a blink", async () => {
    using headless = new Headless(SIZE);
    for (const make of [STATES.healthy, STATES.help, STATES["quorum-lost"]])
      await headless.paint(screenOf(make()));
    const colours = [...headless.written.matchAll(/\u001b\[([\d;]*)m/g)].map(([, codes = ""]) => codes);
    const own = colours.map((codes) => codes.replace(/[34]8;5;\d+/g, ""));
    expect(own.filter((codes) => codes.split(";").includes("5"))).toEqual([]);
    expect(
      headless
        .cells()
        .flat()
        .some((cell) => cell.dim),
    ).toBe(true);
  });
});

describe("a chart", () => {
  test("that did not change sends nothing", async () => {
    using headless = new Headless(SIZE);
    const scene = STATES["lease-gap-zoomed"]();
    await headless.paint(screenOf(scene));
    const before = headless.bytes;
    await headless.paint(screenOf(scene));
    expect(headless.bytes - before).toBe(0);
  });

  test("that gets a point sends what moved", async () => {
    using headless = new Headless(SIZE);
    const scene = STATES["lease-gap-zoomed"]();
    await headless.paint(screenOf(scene));
    const before = headless.bytes;
    await headless.paint(screenOf(scene.run(2)));
    using fresh = new Headless(SIZE);
    await fresh.paint(screenOf(scene));
    expect(picture(headless.cells())).toBe(picture(fresh.cells()));
    expect(headless.bytes - before).toBeLessThan(4000);
  });

  test("goes with its zoom, and comes back with it", async () => {
    using headless = new Headless(SIZE);
    const scene = STATES["lease-gap-zoomed"]();
    for (const keys of ["", "<escape>", "<enter>", "j", "?", "?", "<tab>"]) {
      await headless.paint(screenOf(scene.press(keys)));
      using fresh = new Headless(SIZE);
      await fresh.paint(screenOf(scene));
      expect(picture(headless.cells())).toBe(picture(fresh.cells()));
    }
  });
});

describe("another size", () => {
  test.each(["took-over", "lease-gap-zoomed"] as const)(
    "of %s is as if it had been so from the start",
    async (state) => {
      using headless = new Headless(SIZE);
      const scene = STATES[state]();
      headless.terminal.onResize(() => {
        headless.terminal.paint(screenOf(scene, headless.terminal.size()));
      });
      await headless.paint(screenOf(scene));
      for (const size of [
        { columns: 80, rows: 24 },
        { columns: 39, rows: 9 },
        { columns: 160, rows: 50 },
      ]) {
        headless.resize(size.columns, size.rows);
        await headless.settled();
        using fresh = new Headless(size);
        await fresh.paint(screenOf(scene, size));
        expect(picture(headless.cells())).toBe(picture(fresh.cells()));
      }
    },
  );

  test("too small says so in one line", async () => {
    using headless = new Headless({ columns: 38, rows: 9 });
    await headless.paint(screenOf(STATES.healthy(), { columns: 38, rows: 9 }));
    expect(headless.rows()[0]).toBe("needs 40 x 10, has 38 x 9");
    expect(headless.rows().slice(1).join("")).toBe("");
  });
});

describe("text from outside", () => {
  const NASTY = "\u001b[41mred\u001b]0;owned\u0007\u202e{red-fg}x{/}👩‍👩‍👧é\u0301\n𝔸";

  test("is shown and not obeyed, in the cells that were counted for it", async () => {
    using headless = new Headless(SIZE);
    const scene = STATES.healthy();
    const [lease] = scene.leases;
    if (lease === undefined) throw new Error("the scene has no lease");
    scene.take(lease, NASTY).run(2);
    await headless.paint(screenOf(scene));
    expect(headless.written).not.toContain("owned\u0007");
    const rows = headless.cells().map((row) => row.map((cell) => cell.text));
    const selected = rows.findIndex((row) => row[0] === "▌");
    expect(rows[selected]?.join("")).toContain("[41mred]0;owned{red");
    const head = rows[selected - 1]?.join("") ?? "";
    const ends = head.indexOf("ENDS IN") + "ENDS I".length;
    expect([0, 1, 2].map((i) => rows[selected + i]?.[ends])).toEqual(["s", "s", "s"]);
    expect(
      headless
        .cells()
        .flat()
        .some((cell) => cell.bg === 1),
    ).toBe(false);
  });

  test("of two cells a character keeps the columns below each other", async () => {
    using headless = new Headless(SIZE);
    await headless.paint(screenOf(STATES["wide-characters"]()));
    const rows = headless.cells().map((row) => row.map((cell) => cell.text || "-"));
    const servers = rows.filter((row) => row.join("").includes(":6443"));
    const columns = servers.map((row) => row.join("").indexOf("ready"));
    expect(new Set(columns).size).toBe(1);
    expect(columns).toHaveLength(3);
  });
});
