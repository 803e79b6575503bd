import type { Column } from "../../src/screen/text/columns.ts";
import { chooseColumns, tableHead, tableRow } from "../../src/screen/text/columns.ts";
import type { Line } from "../../src/screen/screen.ts";
import { fc } from "../seeded.ts";
import { textWidth } from "../../src/text/width.ts";
import { tallDuration } from "../../src/screen/banner/render.ts";
import { glyphs } from "../../src/screen/text/glyphs.ts";
import { block, fit, lineWidth, spread, span, wrap } from "../../src/screen/text/lines.ts";
import { hiddenRows, visibleRows } from "../../src/screen/panes/visible-rows.ts";

const text = (line: Line): string => line.map((s) => s.text).join("");
const unit = fc.constantFrom("a", "节", "é", "\u0301", "👍", "─", " ", "\u200b");

describe("lines", () => {
  test("are exactly as wide as asked, whatever is in them", () => {
    const lines = fc.array(fc.string({ unit }).map((t) => span(t)));
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 0, max: 30 }), (left, right, width) => {
        expect(lineWidth(fit(left, width))).toBe(width);
        expect(lineWidth(spread(left, right, width, span("-")))).toBe(width);
      }),
    );
  });

  test("that are cut say so, in the style of what was cut", () => {
    const bold = { bold: true };
    expect(fit([span("abcdef", bold)], 4)).toEqual([span("abc", bold), span("…", bold)]);
    expect(text(fit([span("节点节")], 4))).toBe("节 …");
    expect(text(fit([span("no answer in 0.5 s")], 16))).toBe("no answer in…   ");
    expect(text(fit([span("10.0.0.11:6443")], 10))).toBe("10.0.0.11…");
    expect(text(fit([span("abc")], 5))).toBe("abc  ");
  });

  test("of a block are as many as asked", () => {
    expect(block([[span("a")], [span("b")], [span("c")]], 2, 2).map(text)).toEqual(["a ", "b "]);
    expect(block([[span("a")]], 2, 3).map(text)).toEqual(["a ", "  ", "  "]);
  });
});

describe("columns", () => {
  const columns: readonly Column<string>[] = [
    { id: "name", head: "NAME", width: 8, flexible: true },
    { id: "a", head: "A", width: 4, right: true, goes: 1 },
    { id: "b", head: "LONGHEAD", width: 2, goes: 2 },
  ];
  const ids = (width: number): string[] => chooseColumns(columns, width).map((c) => c.id);

  test("leave in their order, and one without a number stays", () => {
    expect(ids(24)).toEqual(["name", "a", "b"]);
    expect(ids(23)).toEqual(["name", "a"]);
    expect(ids(13)).toEqual(["name"]);
    expect(ids(3)).toEqual(["name"]);
  });

  test("are at least as wide as their heads; the flexible one takes what is left", () => {
    expect(chooseColumns(columns, 30).map((c) => c.width)).toEqual([14, 4, 8]);
  });

  test("share what is left when none is flexible", () => {
    const fixed = columns.map((c) => ({ ...c, flexible: false }));
    expect(chooseColumns(fixed, 30).map((c) => c.width)).toEqual([10, 6, 10]);
  });

  test("that must stay are narrowed, the widest first", () => {
    const names: readonly Column<string>[] = [
      { id: "a", head: "A", width: 40 },
      { id: "b", head: "B", width: 20 },
    ];
    expect(chooseColumns(names, 50).map((c) => c.width)).toEqual([28, 20]);
    expect(chooseColumns(names, 30).map((c) => c.width)).toEqual([14, 14]);
  });

  test("put numbers right and words left", () => {
    const chosen = chooseColumns(columns, 24);
    expect(text(tableHead(chosen))).toBe("NAME         A  LONGHEAD");
    expect(text(tableRow(chosen, { name: [span("x")], a: [span("12")] }))).toBe("x           12          ");
  });
});

describe("tall durations", () => {
  test.each([
    [9.2, "s"],
    [99.94, "s"],
    [220, "min"],
    [15_120, "h"],
  ])("%f is reported in %s at its foot", (seconds, unit) => {
    for (const ascii of [true, false]) {
      const rows = tallDuration(seconds, glyphs(ascii));
      expect(new Set(rows.map(textWidth)).size).toBe(1);
      expect(rows[2].endsWith(`  ${unit}`)).toBe(true);
    }
  });

  test("are blocks, or segments in ASCII", () => {
    expect(tallDuration(9.2, glyphs(false))).toEqual(["█▀▀█   ▀▀▀█   ", "▀▀▀█   █▀▀▀   ", "▄▄▄█ ▄ █▄▄▄  s"]);
    expect(tallDuration(9.2, glyphs(true))).toEqual([
      " _     _    ".padEnd(12),
      "|_|    _|   ",
      " _| . |_   s",
    ]);
  });
});

describe("the rows of a list that are seen", () => {
  test.each([
    [3, 0, 5, { first: 0, count: 3, hidden: 0 }],
    [3, 0, 3, { first: 0, count: 3, hidden: 0 }],
    [9, 0, 4, { first: 0, count: 3, hidden: 6 }],
    [9, 2, 4, { first: 0, count: 3, hidden: 6 }],
    [9, 3, 4, { first: 1, count: 3, hidden: 6 }],
    [9, 8, 4, { first: 6, count: 3, hidden: 6 }],
    [9, 4, 1, { first: 0, count: 0, hidden: 9 }],
    [9, 4, 0, { first: 0, count: 0, hidden: 9 }],
  ])("%i rows, row %i selected, %i lines", (total, selected, height, window) => {
    expect(visibleRows(total, selected, height)).toEqual(window);
  });

  test("the others are counted", () => {
    const words = { what: "members", how: "enter shows them", loud: false };
    expect(text(hiddenRows({ first: 0, count: 3, hidden: 2 }, words))).toBe("  and 2 more, enter shows them");
    expect(text(hiddenRows({ first: 0, count: 0, hidden: 5 }, words))).toBe("  5 members, enter shows them");
  });
});

describe("wrapping", () => {
  test("breaks between words, and within one only where it alone is too long", () => {
    expect(wrap("a takeover is expected", 11)).toEqual(["a takeover", "is expected"]);
    expect(wrap("one", 10)).toEqual(["one"]);
    expect(wrap("no answer within 1.5 s", 20)).toEqual(["no answer within", "1.5 s"]);
    expect(wrap("within 1.5 seconds", 12)).toEqual(["within 1.5", "seconds"]);
    expect(wrap("", 10)).toEqual([""]);
    expect(wrap("abcdefghij kl", 4)).toEqual(["abcd", "efgh", "ij", "kl"]);
    expect(wrap("控制节点 x", 5)).toEqual(["控制", "节点", "x"]);
  });

  test("loses nothing but blanks, and no line is too wide", () => {
    fc.assert(
      fc.property(fc.string({ unit }), fc.integer({ min: 2, max: 12 }), (all, width) => {
        const lines = wrap(all, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(all.replaceAll(" ", ""));
      }),
    );
  });
});
