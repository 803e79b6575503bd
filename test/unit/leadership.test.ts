import type { Interval } from "../../src/core/state.ts";
import type { Instant } from "../../src/core/facts/time.ts";
import { later } from "../../src/core/facts/time.ts";
import type { Line } from "../../src/screen/screen.ts";
import { historyLine } from "../../src/screen/panes/leadership.ts";
import { glyphs } from "../../src/screen/text/glyphs.ts";

const NOW: Instant = { wall: Date.UTC(2026, 10, 22, 13, 51, 42), mono: 900_000 };

/** A part that began so many seconds ago. */
const part = (kind: Interval["kind"], who: string, ago: number): Interval => ({
  kind,
  who,
  from: later(NOW, -ago),
});

function draw(intervals: readonly Interval[], { cells = 60, ascii = false } = {}): Line {
  return historyLine(glyphs(ascii), { subject: "kube-scheduler", intervals }, { now: NOW, span: 60, cells });
}

const text = (line: Line): string => line.map((s) => s.text).join("");
const blocks = (line: Line): string => line.flatMap((s) => (s.style.fill ? [s.text] : [])).join("|");

describe("a lane", () => {
  test("names who led, and who leads now in bold", () => {
    const line = draw([part("led", "cp-1", 90), part("led", "cp-2", 20)]);
    expect(text(line)).toBe(`cp-1 ${"─".repeat(35)} cp-2 ${"─".repeat(14)}`);
    expect(line.find((s) => s.text === "cp-2 ")?.style).toEqual({ bold: true });
    expect(line.find((s) => s.text === "cp-1 ")?.style).toEqual({});
  });

  test("is blank before anything was seen", () => {
    expect(text(draw([part("led", "cp-1", 20)]))).toBe(`${" ".repeat(40)}cp-1 ${"─".repeat(15)}`);
  });

  test("has its gap as a block with its length in it", () => {
    const line = draw([part("led", "cp-1", 90), part("gap", "", 30), part("led", "cp-2", 12)]);
    expect(text(line)).toBe(`cp-1 ${"─".repeat(25)}      18.0 s       cp-2 ${"─".repeat(6)}`);
    expect(blocks(line)).toBe("      18.0 s      ");
  });

  test("never lets a gap touch who leads next, nor its length the line before", () => {
    for (let tenths = 1; tenths < 300; tenths++) {
      for (const since of [0.1, 1, 5, 12]) {
        const led = [
          part("led", "cp-1", 90),
          part("gap", "", since + tenths / 10),
          part("led", "cp-2", since),
        ];
        const [plain, ascii] = [text(draw(led)), text(draw(led, { ascii: true }))];
        expect(plain).toMatch(/ cp-2/);
        expect(plain).not.toMatch(/\dcp-2|scp-2|─\d/);
        expect(ascii).not.toMatch(/Xcp-2|scp-2|-\d+\.\d s/);
      }
    }
  });

  test("never lets a short moment that nobody saw touch who leads next", () => {
    for (let tenths = 1; tenths < 300; tenths++) {
      const led = [part("led", "cp-1", 90), part("unknown", "", 12 + tenths / 10), part("led", "cp-2", 12)];
      for (const ascii of [false, true]) expect(text(draw(led, { ascii }))).toMatch(/ cp-2/);
    }
  });

  test("never lets a name touch what came before, however short that was", () => {
    for (let tenths = 1; tenths < 300; tenths++) {
      const up = [
        part("led", "3 of 3", 90),
        part("less", "2 of 3", 12 + tenths / 10),
        part("led", "3 of 3", 12),
      ];
      expect(text(draw(up))).toMatch(/^3 of 3 .* 3 of 3 ─+$/);
    }
  });

  test("writes the length before a gap that is too short for it", () => {
    const line = draw([part("led", "cp-1", 90), part("gap", "", 3)]);
    expect(text(line)).toBe(`cp-1 ${"─".repeat(45)} 3.0 s ${" ".repeat(3)}`);
    expect(blocks(line)).toBe("   ");
  });

  test("shows a gap however short it was, and who leads since however short", () => {
    const line = draw([part("led", "cp-1", 90), part("gap", "", 0.4), part("led", "cp-2", 0.1)]);
    expect(blocks(line)).toHaveLength(1);
    expect(text(line).endsWith(" cp-2")).toBe(true);
    expect(text(draw([part("led", "cp-1", 90), part("led", "cp-2", 0.1)])).endsWith(" cp-2")).toBe(true);
  });

  test("says what could not be seen", () => {
    expect(text(draw([part("led", "cp-1", 90), part("unknown", "", 6)])).endsWith("─ ? ┄┄┄")).toBe(true);
    expect(text(draw([part("unknown", "", 90)], { ascii: true }))).toBe(`? ${"?".repeat(58)}`);
  });

  test("of the members says how many are up", () => {
    const line = draw([part("led", "3 of 3", 90), part("less", "2 of 3", 30)]);
    expect(text(line)).toContain(" 2 of 3 ──");
    expect(line.at(-1)?.style).toEqual({ tone: "warn" });
  });

  test("is as wide as asked, whatever happened", () => {
    const busy = Array.from({ length: 30 }, (_, i) => part(i % 2 ? "gap" : "led", "控制节点-1", 60 - i * 2));
    for (const cells of [0, 1, 5, 20, 60]) {
      const width = text(draw(busy, { cells })).replaceAll(/[一-龥]/g, "xx").length;
      expect(width).toBe(cells);
    }
  });

  test("without a part is blank", () => {
    expect(text(draw([], { cells: 4 }))).toBe("    ");
  });
});
