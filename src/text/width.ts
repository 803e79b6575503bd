import { eastAsianWidth } from "get-east-asian-width";

/** What takes no cell of its own: marks that join the character before, and what is never printed. */
const NONE = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}\p{Cs}]$/u;

/**
 * How many cells a code point takes in a terminal: 0, 1 or 2, two if Unicode's EastAsianWidth.txt says wide or fullwidth,
 * which emoji are. One that it calls ambiguous takes one, as it does in all but CJK legacy locales. Terminals differ
 * in how they draw a sequence (ZWJ, flags), so blessed and this program count and paint code points, not graphemes.
 */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return 1;
  // The box and block characters that fill the screen: looked at first, because they are many.
  if (code >= 0x2500 && code < 0x25d0) return 1;
  if (NONE.test(character)) return 0;
  return eastAsianWidth(code);
}

const MARK = /^[\p{Mn}\p{Me}]$/u;

/** Whether a character joins the one before it. */
export function isMark(character: string): boolean {
  return MARK.test(character);
}

const NARROW = /^[\u0020-\u007e\u2500-\u25cf]*$/;

/** How many cells a text takes. */
export function textWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The longest beginning of a text that takes at most `width` cells. */
export function cutText(text: string, width: number): string {
  if (width <= 0) return "";
  if (NARROW.test(text)) return text.slice(0, width);
  let used = 0;
  let cut = "";
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    cut += character;
  }
  return cut;
}

/** A text in at most `width` cells with something behind it that is never cut: `…` stands for what was. */
export function cutBefore(text: string, behind: string, width: number): string {
  const room = width - textWidth(behind);
  const cut = textWidth(text) <= room ? text : `${cutText(text, Math.max(0, room - 1))}…`;
  return cut + behind;
}

/** The longest end of a text that takes at most `width` cells. */
export function cutTextStart(text: string, width: number): string {
  const characters = Array.from(text);
  let used = 0;
  let from = characters.length;
  while (from > 0) {
    used += characterWidth(characters[from - 1] ?? "");
    if (used > width) break;
    from--;
  }
  return characters.slice(from).join("");
}
