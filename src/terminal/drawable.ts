import { characterWidth, isMark } from "../model/cells.ts";

const PLAIN = /^[\u0020-\u007e\u2500-\u25cf]*$/;
const ASCII = /^[\u0020-\u007e]*$/;

/**
 * The text as the terminal can show it in exactly the cells that the layout counted for it: what it cannot is `?` in each
 * of its cells. What takes no cell, an escape among it, is left out, but for the marks that join the character before.
 */
export function drawable(text: string, utf8: boolean): string {
  if (ASCII.test(text) || (utf8 && PLAIN.test(text))) return text;
  return Array.from(text, (character) => {
    const width = characterWidth(character);
    if (width === 0) return utf8 && isMark(character) ? character : "";
    return utf8 || ASCII.test(character) ? character : "?".repeat(width);
  }).join("");
}
