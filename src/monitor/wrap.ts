import { cutText, textWidth } from "../model/cells.ts";

/** A text in lines of at most `width` cells, broken between words; within a word only where it alone is too long. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width) {
    const most = cutText(rest, Math.max(1, width));
    const whole = rest.startsWith(" ", most.length) ? most.length : most.lastIndexOf(" ");
    // A character of two cells has no room in one: it is told all the same.
    const end =
      whole > 0 ? whole : Math.max(most.length, String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" && lines.length > 0 ? lines : [...lines, rest];
}
