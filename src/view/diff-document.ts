import { cleanText } from "../model/clean-text.ts";
import type { KeyDiffSummary, KeyDifference } from "../model/key.ts";
import type { Instant } from "../model/time.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf, text64 } from "./document.ts";
import type { KeyMarkDocument } from "./keys-document.ts";
import { keyMarks } from "./keys-document.ts";
import { keyBase64, keyText } from "../model/key-text.ts";

/** `kubectl ha keys diff -o json`: the keys that are not the same on all members, all at one `revision`. */
export interface KeyDiffDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "KeyDiff";
  readonly time: string;
  /** null: there are not two members to compare */
  readonly revision: string | null;
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
    revision: text64(summary.revision),
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
