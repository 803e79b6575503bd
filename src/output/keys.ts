import type { FoundKey, Mark, KeyNumbers, KeySummary } from "../core/keys/key.ts";
import { modRevisionsDiffer, numbersOf } from "../core/keys/key.ts";
import type { Cell, Column, TableStyle } from "./table.ts";
import { NONE, tablePrinter } from "./table.ts";
import type { KeyValue, KnownObject, OpenedKey } from "../core/keys/value.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf } from "./document.ts";
import { keyText, keyBase64 } from "../text/escape.ts";
import { cleanText } from "../text/clean.ts";

/** Whether a member has a key, lacks it, or that it is not known; the same signs as on the screen. */
export interface KeySigns {
  readonly has: string;
  readonly lacks: string;
  readonly unknown: string;
  /** it has the key, but not at the revision that the others have it at */
  readonly differs: string;
}

/** The signs for where UTF-8 is shown, or for where it is not. */
export function keySigns(ascii: boolean): KeySigns {
  return ascii
    ? { has: "+", lacks: "X", unknown: "?", differs: "!" }
    : { has: "✓", lacks: "✕", unknown: "?", differs: "!" };
}

/** The sign of one member for a key. */
function markCell(key: FoundKey, mark: Mark | undefined, signs: KeySigns): Cell {
  switch (mark?.state) {
    case "has":
      return modRevisionsDiffer(key)
        ? { text: signs.differs, tone: "bad" }
        : { text: signs.has, tone: "good" };
    case "lacks":
      return { text: signs.lacks, tone: "bad" };
    case "unknown":
    case undefined:
      return { text: signs.unknown, tone: "look" };
  }
}

/** Writes rows of keys as they are found: a sign for each member, and the key itself last, because it may be long. */
export function keyPrinter(
  members: readonly string[],
  signs: KeySigns,
  style: TableStyle,
): (keys: readonly FoundKey[]) => string {
  return tablePrinter(keyColumns(members, signs), style);
}

function keyColumns(members: readonly string[], signs: KeySigns): readonly Column<FoundKey>[] {
  return [
    ...members.map((name, index) => ({
      head: name,
      cell: (key: FoundKey) => markCell(key, key.marks[index], signs),
    })),
    number("VERSION", ({ version }) => version.toString()),
    number("CREATE REVISION", ({ createRevision }) => createRevision.toString()),
    number("MOD REVISION", ({ modRevision }) => modRevision.toString()),
    number("LEASE", ({ lease }) => lease ?? NONE),
    { head: "KEY", longest: Infinity, cell: ({ key }) => keyText(key) },
  ];
}

function number(head: string, text: (numbers: KeyNumbers) => string): Column<FoundKey> {
  return {
    head,
    wide: true,
    cell: (key) => {
      const numbers = numbersOf(key);
      return numbers === undefined ? NONE : text(numbers);
    },
  };
}

/** `kubectl ha keys -o json`: the keys that match, all at one `revision`. */
export interface KeyListDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "KeyList";
  readonly time: string;
  /** null: nothing could be read */
  readonly revision: bigint | null;
  readonly matched: number;
  /** keys that were looked at */
  readonly seen: number;
  /** --limit ended the search */
  readonly limited: boolean;
  /** ranges that may not be read */
  readonly deniedRanges: number;
  readonly members: readonly KeyMemberDocument[];
  readonly items: readonly KeyDocument[];
}

/** What all marks of one member come to. `reason`: why something of it is unknown. */
interface KeyMemberDocument {
  readonly name: string;
  readonly has: number;
  readonly lacks: number;
  readonly unknown: number;
  /** how its key space was covered: scanned, or only counted with the same result as the scanned member's */
  readonly coverage: "scanned" | "counted" | "unknown";
  readonly reason: Reason | null;
}

/** One key. `keyBase64`: its bytes, where `key` is not exactly them. The numbers are those of the first member that has it. */
interface KeyDocument {
  readonly key: string;
  readonly keyBase64: string | null;
  readonly createRevision: bigint | null;
  readonly modRevision: bigint | null;
  readonly version: bigint | null;
  readonly lease: string | null;
  readonly members: readonly KeyMarkDocument[];
  /** with --value: the different values of the key, else null */
  readonly values: readonly ValueDocument[] | null;
}

/** A value, and the names of the members that have it so. The fields that are null do not belong to its `form`. */
interface ValueDocument {
  readonly members: readonly string[];
  readonly sizeBytes: number;
  readonly form: KeyValue["form"];
  readonly text: string | null;
  readonly objectApiVersion: string | null;
  readonly objectKind: string | null;
  readonly object: KnownObject | null;
  readonly provider: string | null;
}

/** Whether one member has the key; `modRevision`: where it has it at. */
export interface KeyMarkDocument {
  readonly name: string;
  readonly state: Mark["state"];
  readonly modRevision: bigint | null;
  readonly reason: Reason | null;
}

/** What a search came to as a document. */
export function keyListDocument(
  keys: readonly (FoundKey & { readonly opened?: OpenedKey })[],
  summary: KeySummary,
  now: Instant,
): KeyListDocument {
  const names = summary.members.map(({ name }) => cleanText(name));
  return {
    apiVersion: API_VERSION,
    kind: "KeyList",
    time: new Date(now.wall).toISOString(),
    revision: summary.revision ?? null,
    matched: summary.matched,
    seen: summary.seen,
    limited: summary.isLimited,
    deniedRanges: summary.denied,
    members: summary.members.map(({ name, has, lacks, unknown, failure }, index) => ({
      name: names[index] ?? "",
      ...{ has, lacks, unknown, coverage: coverageOf(name, summary) },
      reason: reasonOf(failure),
    })),
    items: keys.map((key) => keyDocument(key, names)),
  };
}

function coverageOf(
  name: string,
  { searched, countMismatch, counted }: KeySummary,
): KeyMemberDocument["coverage"] {
  if (searched.includes(name) || countMismatch.includes(name)) return "scanned";
  return counted.includes(name) ? "counted" : "unknown";
}

function keyDocument(
  found: FoundKey & { readonly opened?: OpenedKey },
  names: readonly string[],
): KeyDocument {
  const numbers = numbersOf(found);
  return {
    key: keyText(found.key),
    keyBase64: keyBase64(found.key) ?? null,
    createRevision: numbers?.createRevision ?? null,
    modRevision: numbers?.modRevision ?? null,
    version: numbers?.version ?? null,
    lease: numbers?.lease ?? null,
    members: keyMarks(found.marks, names),
    values: found.opened === undefined ? null : valueDocuments(found.opened),
  };
}

function valueDocuments({ members, values }: OpenedKey): readonly ValueDocument[] {
  return values.map(({ bytes, value }, index) => ({
    members: members.flatMap((one) =>
      one.state === "has" && one.value === index ? cleanText(one.name) : [],
    ),
    sizeBytes: bytes,
    form: value.form,
    text: value.form === "text" ? value.text : value.form === "binary" ? value.begin : null,
    objectApiVersion: value.form === "kubernetes" ? value.apiVersion : null,
    objectKind: value.form === "kubernetes" ? value.kind : null,
    object: value.form === "kubernetes" ? (value.object ?? null) : null,
    provider: value.form === "encrypted" ? value.provider : null,
  }));
}

/** The marks of a key as a document has them. */
export function keyMarks(marks: readonly Mark[], names: readonly string[]): readonly KeyMarkDocument[] {
  return marks.map((mark, index) => ({
    name: names[index] ?? "",
    state: mark.state,
    modRevision: mark.state === "has" ? mark.numbers.modRevision : null,
    reason: mark.state === "unknown" ? reasonOf(mark.failure) : null,
  }));
}
