import type { Mark } from "../../core/keys/key.ts";
import { modRevisionsDiffer } from "../../core/keys/key.ts";
import type { KeyHit, KeySearch } from "../../core/keys/search.ts";
import type { Glyphs } from "../text/glyphs.ts";
import type { Line, Span, Style } from "../screen.ts";
import type { View, Body, PaneView, Size } from "../view.ts";
import type { PaneSpec, SidePane } from "../pane.ts";
import type { OpenedKey } from "../../core/keys/value.ts";
import type { SearchBox } from "../contents.ts";
import { cutTextStart, textWidth } from "../../text/width.ts";
import { asciiText, keyText } from "../../text/escape.ts";
import { failureWord } from "../../output/failure-words.ts";
import {
  fit,
  lineWidth,
  DIM,
  KEY,
  blank,
  span,
  strong,
  BOLD,
  firstThatFits,
  spread,
  ACCENT,
} from "../text/lines.ts";
import { integer, duration, latency } from "../../output/format.ts";
import { openedKeyLines } from "../../output/opened-key.ts";
import { paneHead } from "./pane-head.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import { SEARCH, hitKeys, leaveBox, searchKeys } from "../input/search-box.ts";
import { selectedIndex, visibleRows } from "./visible-rows.ts";

/** What a hit is shown with. `members`: their names, in the order of its marks. */
interface HitLine {
  readonly query: string;
  readonly members: readonly string[];
  readonly width: number;
  readonly selected: boolean;
}

/** Cells that a key keeps beside a note. */
const LEAST_KEY = 24;

/** The cells of the column of one member's marks. */
function marksWidth(name: string): number {
  return textWidth(name) + 3;
}

/** A key with the match in it, a mark of each member, and what is wrong. A long key loses its beginning: its end matters. */
export function hitLine(
  { glyphs }: Pick<View, "glyphs">,
  hit: KeyHit,
  { query, members, width, selected }: HitLine,
): Line {
  const marks = members.flatMap((name, index): Line => {
    const sign = markSign(glyphs, hit, hit.marks?.[index]);
    return [sign, blank(marksWidth(name) - textWidth(sign.text))];
  });
  const all = Math.max(0, width - 4 - lineWidth(marks));
  const words = noteOf(hit, members);
  // The marks show it, too; without the key the row is useless.
  const note = all - lineWidth(words) < LEAST_KEY ? [] : words;
  const room = all - lineWidth(note);
  const spell = (text: string): string => (glyphs.isAscii ? asciiText(text) : text);
  const key = fit(keySpans(spell(hit.text), spell(keyText(new TextEncoder().encode(query))), room), room);
  const gap = note.length === 0 ? [] : [blank(room - lineWidth(key))];
  return [selected ? span(glyphs.selected, KEY) : blank(1), blank(1), ...marks, ...key, ...gap, ...note];
}

function keySpans(text: string, asked: string, room: number): Line {
  const shown = textWidth(text) > room ? `…${cutTextStart(text, room - 1)}` : text;
  const at = asked === "" ? -1 : shown.indexOf(asked);
  const match: Style = { bold: true, underline: true };
  if (at < 0) return [span(shown)];
  return [span(shown.slice(0, at)), span(asked, match), span(shown.slice(at + asked.length))];
}

function markSign(glyphs: Glyphs, hit: KeyHit, mark: Mark | undefined): Span {
  if (mark === undefined) return span(glyphs.unknown, DIM);
  switch (mark.state) {
    case "has":
      return modRevisionsDiffer({ key: hit.key, marks: hit.marks ?? [] })
        ? span(glyphs.warn, strong("bad"))
        : span(glyphs.has, strong("ok"));
    case "lacks":
      return span(glyphs.bad, strong("bad"));
    case "unknown":
      return span(glyphs.unknown, strong("warn"));
  }
}

/** The worst difference of a key. */
function noteOf(hit: KeyHit, members: readonly string[]): Line {
  const { marks } = hit;
  if (marks === undefined) return [];
  const missing = members.filter((_, index) => marks[index]?.state === "lacks");
  if (missing.length > 0) return [span(`  missing on ${missing.join(", ")}`, strong("bad"))];
  if (modRevisionsDiffer({ key: hit.key, marks })) return [span("  modRevision differs", strong("bad"))];
  const index = marks.findIndex((mark) => mark.state === "unknown");
  const mark = marks[index];
  if (mark?.state !== "unknown") return [];
  return [span(`  ${members[index] ?? ""}: ${failureWord(mark.failure)}`, strong("warn"))];
}

/** A key that was opened: its numbers and its value on each member, in the place of the hits. */
function openedKeyPane(
  view: PaneView,
  { key, top }: NonNullable<SearchBox["opened"]>,
  { width, height }: Size,
): Body {
  const right = key === "asking" ? [] : [[span(atRevision(key), DIM)]];
  const head = paneHead(view, width, { title: "KEY", right });
  if (key === "asking") return { lines: [head, [blank(2), span("reading from each member", DIM)]] };
  const whole = openedKeyLines(key, width);
  const lines = view.glyphs.isAscii ? whole.map(asciiText) : whole;
  const room = height - 1;
  const shown = lines.slice(top, top + (lines.length - top > room ? room - 1 : room));
  const rest = lines.length - top - shown.length;
  return {
    lines: [
      head,
      ...shown.map((line, index) => fit(lineSpans(line, top + index === 0), width)),
      ...(rest > 0 ? [[blank(2), span(`${integer(rest)} more lines, j shows them`, DIM)]] : []),
    ],
  };
}

function atRevision({ revision }: OpenedKey): string {
  return `read from each member at revision ${integer(revision)}`;
}

/** The key itself is the title; lines in which members differ begin with `!`. */
function lineSpans(line: string, isTitle: boolean): Line {
  if (isTitle) return [blank(2), span(line, BOLD)];
  if (line.startsWith("!")) return [span("!", strong("bad")), span(line.slice(1))];
  return [span(line)];
}

/** From this age on keys show it: younger ones are refreshed continuously. */
const OLD = 5;
/** Cells of the box that a long query keeps. */
const LEAST_QUERY = 12;

/** KEYS while it is closed: one row that says what `/` does. */
export const CLOSED_KEYS: SidePane<"keys", never> = { id: "keys", render: closed };

function closed({ glyphs, assessment }: View, { width }: Size): Body {
  const isManaged = assessment.etcd.state === "notConfigured" && assessment.etcd.managed !== undefined;
  const words: Record<typeof assessment.etcd.state, Line> = {
    members: [blank(1), span("/", KEY), span(" search keys, compare members ", DIM)],
    asking: [span(" waiting for etcd ", DIM)],
    notConfigured: [span(isManaged ? " etcd not visible " : " etcd not configured, see MEMBERS ", DIM)],
  };
  const title = [span(`${glyphs.rule} `, DIM), span("KEYS", BOLD), blank(1)];
  return { lines: [spread([...title, ...words[assessment.etcd.state]], [], width, span(glyphs.rule, DIM))] };
}

/** Rows for the box and some hits. */
const WANTED = 14;

/** KEYS while it is open: the box, what came of the search, and the keys that match with a mark of each member. */
export const KEYS: PaneSpec<"keys"> = {
  id: "keys",
  title: "KEYS",
  wants: () => WANTED,
  render,
  rows: ({ monitor }) => hitKeys(monitor.search),
  opening: SEARCH,
  keys: searchKeys,
  leave: leaveBox,
};

function render(view: PaneView, { width, height }: Size): Body {
  const { search } = view.monitor;
  if (search === undefined) return closed(view, { width, height });
  if (search.opened) return openedKeyPane(view, search.opened, { width, height });
  const { result } = search;
  const head = paneHead(view, width, { right: [source(view, result)] });
  const asked = search.query.trim();
  const current = result?.query === asked && asked !== "" ? result : undefined;
  const hits = current?.hits ?? [];
  const rest = current === undefined ? 0 : current.matched - hits.length;
  const keys = hits.map(({ text }) => text);
  const selected = selectedIndex(view.selected, keys);
  const isCut = rest > 0 && hits.length > 0;
  const seen = visibleRows(hits.length, selected, height - 3 - (isCut ? 1 : 0));
  const lines = hits.slice(seen.first, seen.first + seen.count).map((hit, i) =>
    hitLine(view, hit, {
      query: result?.query ?? "",
      members: result?.members ?? [],
      width,
      selected: view.focused && !search.typing && seen.first + i === selected,
    }),
  );
  return {
    lines: [
      head,
      box(view, search, width),
      columns(result, width),
      ...lines,
      ...(isCut || seen.hidden > 0 ? [more(seen.hidden, isCut ? rest : 0, search.typing)] : []),
    ],
    list: { line: 3, keys: keys.slice(seen.first, seen.first + seen.count) },
  };
}

/** The member whose keys these are, and the revision of the marks. */
function source({ now }: View, result: KeySearch | undefined): Line {
  if (result === undefined || result.scanned === "") return [];
  const { throttled } = result;
  if (throttled !== undefined) {
    const why = throttled === "leads" ? "it leads" : "it may lead";
    return [span(`keys of ${result.scanned}, throttled: ${why}`, DIM)];
  }
  const { readAt, revision } = result;
  const age = readAt === undefined ? 0 : secondsBetween(readAt, now);
  const old = result.state === "ready" && age > OLD ? `, up to ${duration(age)} old` : "";
  const at = revision === undefined ? "" : `, marks at revision ${integer(revision)}`;
  return [span(`keys of ${result.scanned}${old}${at}`, DIM)];
}

function columns(result: KeySearch | undefined, width: number): Line {
  const names = result?.members ?? [];
  const heads = names.map((name) => span(name.padEnd(marksWidth(name)), DIM));
  return fit([blank(2), ...heads, span("KEY", DIM)], width);
}

function box({ glyphs }: View, search: SearchBox, width: number): Line {
  const asked = textWidth(search.query) + (search.typing ? 1 : 0);
  const summary = firstThatFits(summaryOf(search), width - asked - 8);
  const room = width - lineWidth(summary) - 9;
  // A query that is longer than the box loses its beginning: the caret stands at its end.
  const query = cutTextStart(search.query, Math.max(LEAST_QUERY, room));
  const left = [
    span("  / ", KEY),
    span(query, BOLD),
    span(search.typing ? glyphs.caret : "", ACCENT),
    blank(2),
  ];
  return spread(left, [...summary, blank(2)], width);
}

/** The progress of the search, in full and short: what is wrong stays when the figures have no room. */
function summaryOf({ query, result }: SearchBox): readonly Line[] {
  if (result === undefined) return [[span("asking", DIM)]];
  const { failure, state } = result;
  if (state === "failed" && failure !== undefined) return [[span(failure.text, strong("bad"))]];
  const asked = query.trim();
  if (asked === "")
    return [[span(`${readWords(result)}; type part of a key`, DIM)], [span(readWords(result), DIM)]];
  if (result.query !== asked) return [[span("searching", DIM)]];
  const found = `${integer(result.matched)} of ${readWords(result)}`;
  const took = state === "ready" ? `, ${latency(result.took)}` : "";
  const countMismatch = result.hits.filter(({ marks }) =>
    marks?.some((mark) => mark.state === "lacks"),
  ).length;
  if (countMismatch === 0) return [[span(found + took, DIM)], [span(found, DIM)]];
  const wrong = span(`${integer(countMismatch)} not on every member`, strong("bad"));
  return [[span(`${found}, `, DIM), wrong], [wrong]];
}

/** How many keys were read, and of how many. */
function readWords({ state, seen, total }: KeySearch): string {
  if (state === "ready") return `${integer(seen)} keys`;
  return total === undefined
    ? `${integer(seen)} keys so far`
    : `${integer(seen)} keys (${integer(total)} in total)`;
}

function more(below: number, rest: number, typing: boolean): Line {
  const words = [
    ...(below > 0 ? [`and ${integer(below)} more, ${typing ? "enter, then j" : "j shows them"}`] : []),
    ...(rest > 0 ? [`${integer(rest)} more match, refine the query`] : []),
  ];
  return [blank(2), span(words.join("; "), DIM)];
}
