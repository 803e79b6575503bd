import type { KeyBucket } from "../../transport/etcd-grpc/key-buckets.ts";
import { keyAfter, prefixRange } from "../../transport/etcd-grpc/key-buckets.ts";
import type { KeyPage } from "../../transport/etcd-api.ts";
import type { KeyPattern } from "../../core/keys/search.ts";
import { BadExpression, caselessExpression } from "../../core/keys/search.ts";

/** The range outside of which no key can match. */
export function rangeOf({ kind, text, ignoreCase }: KeyPattern): KeyBucket {
  const bytes = Buffer.from(text);
  if (ignoreCase || kind === "substring" || kind === "regex") return prefixRange(Buffer.alloc(0));
  return kind === "exact" ? { from: bytes, to: keyAfter(bytes) } : prefixRange(bytes);
}

/** What of a page of that range matches, as indices in ascending order. */
export type Select = (page: KeyPage) => readonly number[];

/** How keys are looked for. Throws BadExpression for a regex that is none. */
export async function selector({ kind, text, ignoreCase }: KeyPattern): Promise<Select> {
  if (kind === "regex") return matching(await linearExpression(text, ignoreCase));
  if (ignoreCase) return matching(caselessExpression(kind, text));
  if (kind !== "substring") return (page) => Array.from({ length: page.size }, (_, index) => index);
  const needle = Buffer.from(text);
  return (page) => [...page.containing(needle)];
}

interface Expression {
  readonly test: (text: string) => boolean;
}

/**
 * RE2 takes time that grows with the key, whatever the two are: JavaScript's own expressions may run for ever on a key
 * made for that, and nothing ends them (docs/adr/0008). Loaded only when it is needed.
 */
async function linearExpression(text: string, ignoreCase: boolean): Promise<Expression> {
  const { RE2JS, RE2JSException } = await import("re2js");
  try {
    return RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new BadExpression(error.message.replace(/^error parsing regexp: /, ""), { cause: error });
  }
}

function matching(expression: Expression): Select {
  return (page) => {
    const found: number[] = [];
    for (let index = 0; index < page.size; index += 1)
      if (expression.test(page.bytes.toString("utf8", page.from(index), page.to(index)))) found.push(index);
    return found;
  };
}
