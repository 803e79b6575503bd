import type { FoundKey, KeySummary, Mark } from "../model/key.ts";
import { numbersOf } from "../model/key.ts";
import type { KeyValue, KnownObject, OpenedKey } from "../model/key-value.ts";
import type { Instant } from "../model/time.ts";
import { cleanText } from "../model/clean-text.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf, text64 } from "./document.ts";
import { keyBase64, keyText } from "../model/key-text.ts";

/** `kubectl ha keys -o json`: the keys that match, all at one `revision`. */
export interface KeyListDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "KeyList";
  readonly time: string;
  /** null: nothing could be read */
  readonly revision: string | null;
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
export interface KeyMemberDocument {
  readonly name: string;
  readonly has: number;
  readonly lacks: number;
  readonly unknown: number;
  /** whether its own keys were searched, or only counted and found to be as many */
  readonly own: "searched" | "counted" | "unknown";
  readonly reason: Reason | null;
}

/** One key. `keyBase64`: its bytes, where `key` is not exactly them. The numbers are those of the first member that has it. */
export interface KeyDocument {
  readonly key: string;
  readonly keyBase64: string | null;
  readonly createRevision: string | null;
  readonly modRevision: string | null;
  readonly version: string | null;
  readonly lease: string | null;
  readonly members: readonly KeyMarkDocument[];
  /** with --value: the different values of the key, else null */
  readonly values: readonly ValueDocument[] | null;
}

/** A value, and the names of the members that have it so. The fields that are null do not belong to its `form`. */
export interface ValueDocument {
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
  readonly modRevision: string | null;
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
    revision: text64(summary.revision),
    matched: summary.matched,
    seen: summary.seen,
    limited: summary.isLimited,
    deniedRanges: summary.denied,
    members: summary.members.map(({ name, has, lacks, unknown, failure }, index) => ({
      name: names[index] ?? "",
      ...{ has, lacks, unknown, own: ownKeys(name, summary) },
      reason: reasonOf(failure),
    })),
    items: keys.map((key) => keyDocument(key, names)),
  };
}

function ownKeys(name: string, { searched, countMismatch, counted }: KeySummary): KeyMemberDocument["own"] {
  if (searched.includes(name) || countMismatch.includes(name)) return "searched";
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
    createRevision: text64(numbers?.createRevision),
    modRevision: text64(numbers?.modRevision),
    version: text64(numbers?.version),
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
    modRevision: mark.state === "has" ? text64(mark.numbers.modRevision) : null,
    reason: mark.state === "unknown" ? reasonOf(mark.failure) : null,
  }));
}
