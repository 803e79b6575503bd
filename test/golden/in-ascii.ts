import type { Screen } from "../../src/screen/screen.ts";
import type { ComposedCell } from "./composed.ts";
import { composed } from "./composed.ts";
import { glyphs, plainText } from "../../src/screen/text/glyphs.ts";

/** A stage of so many cells has room for the longest words beside the count. */
const ROOMY = 44;

/** What the ASCII screen may show for a character of the UTF-8 screen, by the program's own table of glyphs. */
const IN_ASCII: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const [utf8, ascii] = [glyphs(false), glyphs(true)].map((all): readonly unknown[] =>
    Object.values(all).flat(),
  );
  const pairs = (utf8 ?? []).map((from, i): readonly unknown[] => [from, ascii?.[i]]);
  const signs = new Map<string, Set<string>>();
  for (const [from, to] of [...pairs, ...["…", "→"].map((one) => [one, plainText(one)])])
    // What is longer is no glyph; for a blank see below.
    if (typeof from === "string" && typeof to === "string" && from.length === 1 && from !== " ")
      signs.set(from, (signs.get(from) ?? new Set()).add(to));
  return signs;
})();

/**
 * The rows in which an ASCII picture does not say what a UTF-8 screen says in the same cells. The screen is taken as it
 * was laid out: in UTF-8 a chart is painted over its lines, in ASCII the lines are shown.
 */
export function asciiMismatches(utf8: Screen, ascii: readonly string[]): string[] {
  const tall = tallCount(utf8, ascii);
  return composed(utf8).flatMap((row, y) => {
    const found = Array.from(ascii[y] ?? "");
    const isSame = row.every((cell, x) => {
      const at = tall?.rows.includes(y) ? tall.columnInAscii(x) : x;
      return at === undefined || candidates(cell, row[x + 1]?.text === "", found[at] ?? "");
    });
    return isSame ? [] : [`${y}: ${row.map(({ text }) => text).join("")} | ${found.join("")}`];
  });
}

/** Whether a cell may be that character in ASCII; `wide`: the second cell of its character follows. */
function candidates({ text, filled }: ComposedCell, wide: boolean, ascii: string): boolean {
  if (/^[!-~]$/.test(text)) return ascii === text;
  // Text from outside that ASCII cannot show has `?` in each of its cells.
  if (text === "" || wide) return ascii === "?";
  // A gap in a lane, a filled blank in UTF-8, has a sign in ASCII.
  if (text === " ") return ascii === " " || (filled && ascii === glyphs(true).gap);
  return IN_ASCII.get(text)?.has(ascii) ?? false;
}

/** The count in tall digits. */
interface TallCount {
  readonly rows: readonly number[];
  /** where a cell of its rows is in ASCII; undefined: not comparable */
  columnInAscii(x: number): number | undefined;
}

/**
 * Tall digits are the one part of a screen that is not drawn cell by cell in ASCII: a digit is four cells wide in blocks
 * and three in segments, so the words beside it stand further to the left. On the narrowest stages they may be a longer
 * form, which has room in ASCII only: not compared. monitor-text.test.ts has the digits.
 */
function tallCount(utf8: Screen, ascii: readonly string[]): TallCount | undefined {
  const headline = utf8.panes.find(({ id }) => id === "headline");
  if (headline === undefined) return undefined;
  const { left, width } = headline;
  const lines = headline.lines.map((line) => line.map(({ text }) => text).join(""));
  const last = lines.findIndex((line) => /[█▄] {2}(s|min|h)(?= |$)/.test(line));
  if (last < 2) return undefined;
  const bottom = headline.top + last;
  const end = endOf(/[█▄] {2}(s|min|h)(?= |$)/, lines[last] ?? "");
  const asciiEnd = endOf(/[|_] {2,3}(s|min|h)(?= |$)/, (ascii[bottom] ?? "").slice(left, left + width));
  return {
    rows: [bottom - 2, bottom - 1, bottom],
    columnInAscii(x) {
      if (x < left || x >= left + width) return x;
      return x < left + end || width < ROOMY ? undefined : x - end + asciiEnd;
    },
  };
}

function endOf(pattern: RegExp, text: string): number {
  const found = pattern.exec(text);
  return found ? found.index + found[0].length : 0;
}
