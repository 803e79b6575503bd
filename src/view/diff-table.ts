import { cleanText } from "../model/clean-text.ts";
import type { KeyDiffSummary } from "../model/key.ts";
import type { KeyDifference, Mark } from "../model/key.ts";
import { integer } from "./format.ts";
import { keyText } from "../model/key-text.ts";
import type { KeySigns } from "./key-signs.ts";
import type { Cell, TableStyle } from "./table.ts";
import { tablePrinter } from "./table.ts";

/**
 * Writes rows of keys that are not the same on all members: each one's modRevision, and the key last. The sign of what
 * differs stands behind a modRevision that is the same though the values are not.
 */
export function diffPrinter(
  members: readonly string[],
  signs: KeySigns,
  style: TableStyle,
): (keys: readonly KeyDifference[]) => string {
  return tablePrinter(
    [
      ...members.map((name, index) => ({
        head: name,
        atLeast: 10,
        cell: ({ marks, valuesDiffer }: KeyDifference) => cellOf(marks[index], valuesDiffer, signs),
      })),
      { head: "KEY", longest: Infinity, cell: ({ key }: KeyDifference) => keyText(key) },
    ],
    style,
  );
}

function cellOf(mark: Mark | undefined, valuesDiffer: boolean, signs: KeySigns): Cell {
  switch (mark?.state) {
    case "has":
      return valuesDiffer
        ? { text: `${mark.numbers.modRevision.toString()} ${signs.differs}`, tone: "bad" }
        : mark.numbers.modRevision.toString();
    case "lacks":
      return { text: signs.lacks, tone: "bad" };
    case "unknown":
    case undefined:
      return { text: signs.unknown, tone: "look" };
  }
}

/** What a comparison came to as one line. */
export function diffSummaryLine(summary: KeyDiffSummary): string {
  const { compared, different, isLimited, revision, denied, members, withValues } = summary;
  const read = members.filter(({ failure }) => failure === undefined);
  const who = read.map(({ name }) => cleanText(name)).join(", ");
  const at = `on ${who}${revision === undefined ? "" : ` at revision ${revision.toString()}`}`;
  const verdict =
    different === 0
      ? `no difference in ${keys(compared)} ${at}`
      : `${isLimited ? "the first " : ""}${keys(different)} of ${integer(compared)} differ ${at}`;
  return [
    read.length < 2 ? `not compared to the end: ${keys(compared)} were` : verdict,
    ...(withValues ? [] : ["values were not compared (--value compares them)"]),
    ...members.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`${cleanText(name)} was not compared: ${failure.text}`],
    ),
    ...(denied > 0 ? [`permission denied on ${integer(denied)} ranges, which were not compared`] : []),
  ].join("; ");
}

function keys(n: number): string {
  return `${integer(n)} ${n === 1 ? "key" : "keys"}`;
}
