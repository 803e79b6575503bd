import { cutText, textWidth } from "../model/cells.ts";

/** A figure and its unit, as `duration`, `bytes` and `percent` write them: they stay on one line. */
const FIGURE = /\d (?:s|ms|min|h|d|%|B|kB|MB|GB)(?![\p{L}\d])/uy;

/** A text in lines of at most `width` cells, broken between words; within a word only where it alone is too long. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width) {
    const most = cutText(rest, Math.max(1, width));
    const whole = lastBreak(rest, most.length);
    // A character of two cells has no room in one: it is told all the same.
    const end =
      whole > 0 ? whole : Math.max(most.length, String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" && lines.length > 0 ? lines : [...lines, rest];
}

/** The last blank up to there at which a line may end; -1 if there is none. */
function lastBreak(text: string, most: number): number {
  let at = text.lastIndexOf(" ", most);
  while (at > 0 && isWithinFigure(text, at)) at = text.lastIndexOf(" ", at - 1);
  return at > 0 ? at : text.lastIndexOf(" ", most);
}

function isWithinFigure(text: string, blank: number): boolean {
  FIGURE.lastIndex = blank - 1;
  return FIGURE.test(text);
}
