import { characterWidth } from "../model/cells.ts";
import { blessed } from "./blessed.ts";

const PLAIN = /^[\u0020-\u007e\u2500-\u25cf]*$/;
const ASCII = /^[\u0020-\u007e]*$/;

/**
 * The text as blessed can draw it in exactly the cells that the layout counted for it: what blessed measures otherwise
 * (emoji, characters beyond the basic plane) and what the terminal cannot show is `?` in each of its cells; what takes
 * no cell, an escape among it, is left out.
 */
export function drawable(text: string, utf8: boolean): string {
  if (ASCII.test(text) || (utf8 && PLAIN.test(text))) return text;
  return Array.from(text, (character) => {
    const width = characterWidth(character);
    if (width === 0 || isSafe(character, width, utf8)) return width === 0 ? "" : character;
    return "?".repeat(width);
  }).join("");
}

function isSafe(character: string, width: 1 | 2, utf8: boolean): boolean {
  if (ASCII.test(character)) return true;
  return utf8 && character.length === 1 && blessed.unicode.charWidth(character) === width;
}
