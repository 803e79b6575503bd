import type { KeyDiffSummary, KeyDifference, Mark } from "../core/keys/key.ts";
import type { KeySigns, KeyMarkDocument } from "./keys.ts";
import { keyMarks } from "./keys.ts";
import type { Cell, TableStyle } from "./table.ts";
import { tablePrinter } from "./table.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf } from "./document.ts";
import { cleanText } from "../text/clean.ts";
import { integer } from "./format.ts";
import { keyText, keyBase64 } from "../text/escape.ts";

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
      : `${isLimited ? "the first " : ""}${keys(different)} of ${integer(compared)} ${different === 1 ? "differs" : "differ"} ${at}`;
  return [
    read.length < 2 ? `comparison incomplete: ${keys(compared)} compared` : verdict,
    ...(withValues ? [] : ["values not compared (use --value)"]),
    ...members.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`${cleanText(name)} not compared: ${failure.text}`],
    ),
    ...(denied > 0 ? [`permission denied on ${integer(denied)} ranges (not compared)`] : []),
  ].join("; ");
}

function keys(n: number): string {
  return `${integer(n)} ${n === 1 ? "key" : "keys"}`;
}

/** `kubectl ha keys diff -o json`: the keys that are not the same on all members, all at one `revision`. */
interface KeyDiffDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "KeyDiff";
  readonly time: string;
  /** null: there are not two members to compare */
  readonly revision: bigint | null;
  readonly compared: number;
  /** with --value: values were compared, too */
  readonly valuesCompared: boolean;
  readonly different: number;
  /** --limit ended the comparison */
  readonly limited: boolean;
  /** ranges that may not be read */
  readonly deniedRanges: number;
  /** `reason`: why it was not compared to the end */
  readonly members: readonly { readonly name: string; readonly reason: Reason | null }[];
  readonly items: readonly {
    readonly key: string;
    readonly keyBase64: string | null;
    /** it has one modRevision on all members, and yet other values */
    readonly valuesDiffer: boolean;
    readonly members: readonly KeyMarkDocument[];
  }[];
}

/** What a comparison came to as a document. */
export function diffDocument(
  keys: readonly KeyDifference[],
  summary: KeyDiffSummary,
  now: Instant,
): KeyDiffDocument {
  const names = summary.members.map(({ name }) => cleanText(name));
  return {
    apiVersion: API_VERSION,
    kind: "KeyDiff",
    time: new Date(now.wall).toISOString(),
    revision: summary.revision ?? null,
    compared: summary.compared,
    valuesCompared: summary.withValues,
    different: summary.different,
    limited: summary.isLimited,
    deniedRanges: summary.denied,
    members: summary.members.map(({ failure }, index) => ({
      name: names[index] ?? "",
      reason: reasonOf(failure),
    })),
    items: keys.map(({ key, marks, valuesDiffer }) => ({
      key: keyText(key),
      keyBase64: keyBase64(key) ?? null,
      valuesDiffer,
      members: keyMarks(marks, names),
    })),
  };
}
