import { fc } from "../seeded.ts";
import { cleanLine, cleanText } from "../../src/text/clean.ts";

describe("cleanText", () => {
  test.each([
    ["plain text stays", "kube-scheduler", "kube-scheduler"],
    ["colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["cursor moves and clearing", "a\u001b[2J\u001b[10;20Hb", "ab"],
    ["8-bit CSI", "a\u009b31mb", "ab"],
    ["a window title", "a\u001b]0;owned\u0007b", "ab"],
    ["a title ended by ST", "a\u001b]0;owned\u001b\\b", "ab"],
    ["a title that never ends", "a\u001b]52;c;aGk=", "a"],
    ["a device string", "a\u001bPq#0\u001b\\b", "ab"],
    ["a reset and a character set", "a\u001bcb\u001b(0c", "abc"],
    ["an escape at the end", "a\u001b", "a"],
    ["lines become one", "first\r\nsecond\tthird\u2028fourth\u0085fifth", "first second third fourth fifth"],
    ["other controls", "a\u0000\u0008\u007f\u0084b", "ab"],
    ["bidi controls", "a\u202e\u2066cba\u2069", "acba"],
    ["zero width", "a\u200b\u200d\ufeffb\ufe0f", "ab"],
    ["half a surrogate pair", "a\ud83db", "ab"],
    ["wide characters stay", "节点-1", "节点-1"],
    ["blessed's tags are text", "{red-fg}x{/}", "{red-fg}x{/}"],
    ["blanks around go", "  a  b  ", "a b"],
  ])("%s", (_, hostile, shown) => {
    expect(cleanText(hostile)).toBe(shown);
  });

  test.each([
    ["blanks stay where they are", "  a  b", "  a  b"],
    ["a tab is two, blanks at the end go", "\ta\tb \r", "  a  b"],
    ["what a terminal obeys goes", "a\u001b[2J\u0007b\u2028c", "ab c"],
  ])("of a line: %s", (_, hostile, shown) => {
    expect(cleanLine(hostile)).toBe(shown);
  });

  test("bounds the length in characters, not in halves of them", () => {
    expect(cleanText("x".repeat(10_000))).toBe(`${"x".repeat(299)}…`);
    expect(cleanText("abcdef", 6)).toBe("abcdef");
    expect(cleanText("abcdefg", 6)).toBe("abcde…");
    expect(cleanText("𝔸𝔹ℂ𝔻", 4)).toBe("𝔸𝔹ℂ𝔻");
    expect(cleanText("𝔸𝔹ℂ𝔻𝔼", 4)).toBe("𝔸𝔹ℂ…");
  });

  test("nothing that a terminal obeys is left of any text", () => {
    const nasty = fc.string({
      unit: fc.constantFrom("\u001b", "[", "]", "\u009b", "m", "3", ";", "\u0007", "\n", "a"),
    });
    fc.assert(
      fc.property(
        fc.oneof(nasty, fc.string({ unit: "binary" })),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const clean = cleanText(text, max);
          expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          expect(Array.from(clean).length).toBeLessThanOrEqual(max);
          expect(cleanText(clean, max)).toBe(clean);
        },
      ),
    );
  });

  test("takes linear time on text made to be slow", () => {
    const slow = "\u001b]".repeat(200_000) + "\u001b[".repeat(200_000);
    const start = performance.now();
    cleanText(slow);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
