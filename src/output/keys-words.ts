import type { KeySummary, MemberTally } from "../core/keys/key.ts";
import type { KeyPattern } from "../core/keys/search.ts";
import { cleanText } from "../text/clean.ts";
import { integer } from "./format.ts";

/**
 * What a search came to as one line: how many keys match, on which members, at which revision; then what is unknown.
 */
export function keySummaryLine(summary: KeySummary, pattern: KeyPattern): string {
  const parts = [
    count(summary, pattern),
    ...lacking(summary),
    ...differing(summary),
    ...unknown(summary),
    ...gaps(summary),
    ...searched(summary, pattern),
  ];
  return parts.join("; ");
}

function count(summary: KeySummary, pattern: KeyPattern): string {
  const { matched, members, isLimited } = summary;
  const at = atRevision(summary);
  if (matched === 0) return `no key matches ${quoted(pattern)} among ${plural(summary.seen, "key")}${at}`;
  const begin = isLimited
    ? `first ${integer(matched)} matching keys`
    : `${plural(matched, "key")} ${matched === 1 ? "matches" : "match"}`;
  const asked = members.filter((member) => member.has + member.lacks + member.unknown > 0);
  const whole = asked.filter((member) => member.has === matched);
  if (whole.length === 0) return `${begin}${at}`;
  const each = matched === 1 ? "" : "each ";
  const who = whole.length === members.length ? everyMember(members) : names(whole);
  return `${begin}, ${each}on ${who}${at}`;
}

function everyMember(members: readonly MemberTally[]): string {
  const [only, ...more] = members;
  if (only !== undefined && more.length === 0) return `${cleanText(only.name)} (no other member was asked)`;
  return `every member (${names(members)})`;
}

function lacking({ members, matched }: KeySummary): readonly string[] {
  return members
    .filter(({ lacks }) => lacks > 0)
    .map(({ name, lacks }) => `${cleanText(name)} lacks ${ofThem(lacks, matched)}`);
}

function differing({ differing: differ, matched }: KeySummary): readonly string[] {
  if (differ === 0) return [];
  return [`members have ${ofThem(differ, matched)} at different modRevisions: see 'kubectl ha keys diff'`];
}

function unknown({ members, matched }: KeySummary): readonly string[] {
  return members
    .filter((member) => member.failure !== undefined)
    .map(({ name, unknown: open, failure }) => {
      const what = open === matched || open === 0 ? "" : ` for ${integer(open)} of them`;
      return `unknown${what} on ${cleanText(name)}: ${failure?.text ?? ""}`;
    });
}

function gaps({ denied, countMismatch }: KeySummary): readonly string[] {
  return [
    ...(denied > 0 ? [`permission denied on ${plural(denied, "range")} (matches there are unknown)`] : []),
    ...(countMismatch.length > 0
      ? [
          `${countMismatch.map((name) => cleanText(name)).join(", ")} ${countMismatch.length === 1 ? "has a different key count and was" : "have different key counts and were"} scanned, too`,
        ]
      : []),
  ];
}

/** Who holds as many keys may still hold others; of one whole key, a number says all. */
function searched({ searched: on, counted, isLimited }: KeySummary, { kind }: KeyPattern): readonly string[] {
  if (counted.length === 0 || isLimited || kind === "exact") return [];
  const [searchedOn, who] = [on, counted].map((names) => names.map((name) => cleanText(name)).join(", "));
  return [
    `scanned on ${searchedOn ?? ""}; ${who ?? ""} ${counted.length === 1 ? "has" : "have"} the same number of keys`,
  ];
}

function ofThem(n: number, all: number): string {
  if (n < all) return `${integer(n)} of them`;
  return all === 1 ? "it" : "all of them";
}

function atRevision({ revision }: KeySummary): string {
  return revision === undefined ? "" : ` at revision ${revision.toString()}`;
}

function quoted({ kind, text }: KeyPattern): string {
  return `${kind === "substring" ? "" : `${kind} `}"${cleanText(text, 60)}"`;
}

function names(members: readonly MemberTally[]): string {
  return members.map(({ name }) => cleanText(name)).join(", ");
}

function plural(n: number, word: string): string {
  return `${integer(n)} ${word}${n === 1 ? "" : "s"}`;
}
