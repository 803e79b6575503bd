import { fc } from "../seeded.ts";
import { characterWidth, cutBefore, cutText, cutTextStart, textWidth } from "../../src/text/width.ts";
import { blessed } from "../../src/terminal/blessed.ts";

const unit = fc.constantFrom("a", "节", "é", "\u0301", "👍", "─", " ", "\u200b");

test.each([
  ["ASCII", "a", 1],
  ["Latin, composed", "é", 1],
  ["a box character", "─", 1],
  ["a block character", "█", 1],
  ["a letter beyond the first plane", "𝔸", 1],
  ["CJK", "节", 2],
  ["CJK beyond the first plane", "𠀀", 2],
  ["fullwidth", "ｆ", 2],
  ["halfwidth", "ｶ", 1],
  ["a Hangul syllable", "한", 2],
  ["kana", "の", 2],
  ["an emoji", "👍", 2],
  ["an emoji of the first plane", "⌚", 2],
  ["an emoji of Unicode 16", "\u{1fae9}", 2],
  ["an emoji that is text by default", "☁", 1],
  ["one letter of a flag", "🇩", 1],
  ["ambiguous: an ellipsis", "…", 1],
  ["ambiguous: a circle", "●", 1],
  ["ambiguous: a degree sign", "°", 1],
  ["ambiguous: Greek", "α", 1],
  ["private use", "\ue0b0", 1],
  ["unassigned in a CJK block", "\u321f", 1],
  ["a combining mark", "\u0301", 0],
  ["an ideographic tone mark, wide by EastAsianWidth.txt", "\u302a", 0],
  ["a variation selector", "\ufe0f", 0],
  ["a zero-width joiner", "\u200d", 0],
  ["a zero-width space", "\u200b", 0],
  ["an escape", "\u001b", 0],
  ["half of a surrogate pair", "\ud83d", 0],
])("%s: %j takes %i", (_, character, width) => {
  expect(characterWidth(character)).toBe(width);
});

test.each([
  ["e\u0301", 1],
  ["🇩🇪", 2],
  // Each code point by itself, as blessed paints them.
  ["👨\u200d👩\u200d👧", 6],
  ["👍🏽", 4],
  ["☁\ufe0f", 1],
  ["etcd-节点-1", 11],
])("%j takes %i", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

/** The planes with more than ideographs and tags in them. */
const ALL = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));

test("every emoji takes two cells, but for the letters of flags", () => {
  const emoji = ALL.filter((c) => /\p{Emoji_Presentation}/u.test(c) && !/\p{Regional_Indicator}/u.test(c));
  expect(emoji.length).toBeGreaterThan(1000);
  expect(emoji.filter((c) => characterWidth(c) !== 2)).toEqual([]);
});

test("every ideograph and every Hangul syllable takes two cells", () => {
  const wide = ALL.filter((c) => /\p{Unified_Ideograph}|[\uac00-\ud7a3]/u.test(c));
  expect(wide.length).toBeGreaterThan(30_000);
  expect(wide.filter((c) => characterWidth(c) !== 2)).toEqual([]);
});

test("blessed moves the cursor by as many cells as the layout counts", () => {
  expect(ALL.filter((c) => blessed.unicode.charWidth(c) !== characterWidth(c))).toEqual([]);
  expect(blessed.unicode.charWidth("a节", 1)).toBe(2);
});

test("cutting never takes more cells than there are, nor half a wide character", () => {
  fc.assert(
    fc.property(fc.string({ unit }), fc.integer({ min: -1, max: 12 }), (all, width) => {
      const [begin, end] = [cutText(all, width), cutTextStart(all, width)];
      expect(textWidth(begin)).toBeLessThanOrEqual(Math.max(0, width));
      expect(textWidth(end)).toBeLessThanOrEqual(Math.max(0, width));
      expect(all.startsWith(begin)).toBe(true);
      expect(all.endsWith(end)).toBe(true);
    }),
  );
});

test("what stands behind a name is not cut with it", () => {
  expect(cutBefore("cp-1", " gone", 12)).toBe("cp-1 gone");
  expect(cutBefore("ip-10-0-0-11.internal", " gone", 12)).toBe("ip-10-… gone");
});
