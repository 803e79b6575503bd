import type { KeyBucket } from "../etcd/key-buckets.ts";
import { keyAfter, prefixRange } from "../etcd/key-buckets.ts";
import type { KeyPage } from "../etcd/key-page.ts";
import type { KeyPattern } from "../model/key-pattern.ts";
import { expressionOf } from "../model/key-pattern.ts";

/** The range outside of which no key can match. */
export function rangeOf({ kind, text, ignoreCase }: KeyPattern): KeyBucket {
  const bytes = Buffer.from(text);
  if (ignoreCase || kind === "substring" || kind === "regex") return prefixRange(Buffer.alloc(0));
  return kind === "exact" ? { from: bytes, to: keyAfter(bytes) } : prefixRange(bytes);
}

/** What of a page of that range matches, as indices in ascending order. */
export function selector(pattern: KeyPattern): (page: KeyPage) => readonly number[] {
  const expression = expressionOf(pattern);
  if (expression !== undefined) return (page) => matching(page, expression);
  if (pattern.kind !== "substring") return (page) => Array.from({ length: page.size }, (_, index) => index);
  const needle = Buffer.from(pattern.text);
  return (page) => [...page.containing(needle)];
}

function matching(page: KeyPage, expression: RegExp): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < page.size; index += 1)
    if (expression.test(page.bytes.toString("utf8", page.from(index), page.to(index)))) found.push(index);
  return found;
}
