import type { KeySearch } from "../model/key-search.ts";
import { secondsBetween } from "../model/time.ts";
import { cutTextStart, textWidth } from "../model/cells.ts";
import { duration, integer, latency } from "../view/format.ts";
import { hitLine, marksWidth } from "./hit-line.ts";
import { firstThatFits, fit, lineWidth, spread } from "./lines.ts";
import type { SearchBox } from "./monitor.ts";
import { openedKeyPane } from "./opened-key-pane.ts";
import { paneHead } from "./pane-head.ts";
import type { Line } from "./screen.ts";
import { selectedIndex } from "./select.ts";
import { ACCENT, BOLD, DIM, KEY, blank, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";
import { visibleRows } from "./visible-rows.ts";

/** Keys that are older than this say so: younger ones are brought up to date all the time. */
const OLD = 5;
/** Cells of the box that a long query keeps. */
const LEAST_QUERY = 12;

/** KEYS while it is closed: one row that says what `/` does. */
export function closedKeysPane({ glyphs, assessment }: View, { width }: Size): Body {
  const isManaged = assessment.etcd.state === "no-way" && assessment.etcd.managed !== undefined;
  const words: Record<typeof assessment.etcd.state, Line> = {
    members: [blank(1), span("/", KEY), span(" which keys are on which members ", DIM)],
    asking: [span(" after etcd ", DIM)],
    "no-way": [span(isManaged ? " need etcd " : " need etcd, see MEMBERS ", DIM)],
  };
  const title = [span(`${glyphs.rule} `, DIM), span("KEYS", BOLD), blank(1)];
  return { lines: [spread([...title, ...words[assessment.etcd.state]], [], width, span(glyphs.rule, DIM))] };
}

/** KEYS while it is open: the box, what came of the search, and the keys that match with a mark of each member. */
export function openKeysPane(view: View, { width, height }: Size): Body {
  const { search } = view.monitor;
  if (search === undefined) return closedKeysPane(view, { width, height });
  if (search.opened) return openedKeyPane(view, search.opened, { width, height });
  const { result } = search;
  const focused = hasFocus(view, "keys");
  const head = paneHead(view.glyphs, width, { title: "KEYS", focused, right: [source(view, result)] });
  const asked = search.query.trim();
  const current = result?.query === asked && asked !== "" ? result : undefined;
  const hits = current?.hits ?? [];
  const rest = current === undefined ? 0 : current.matched - hits.length;
  const keys = hits.map(({ text }) => text);
  const selected = selectedIndex(view.monitor.selected, "keys", keys);
  const isCut = rest > 0 && hits.length > 0;
  const seen = visibleRows(hits.length, selected, height - 3 - (isCut ? 1 : 0));
  const lines = hits.slice(seen.first, seen.first + seen.count).map((hit, i) =>
    hitLine(view, hit, {
      query: result?.query ?? "",
      members: result?.members ?? [],
      width,
      selected: focused && !search.typing && seen.first + i === selected,
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

/** Whose keys these are, and at which revision the marks hold. */
function source({ now }: View, result: KeySearch | undefined): Line {
  if (result === undefined || result.scanned === "") return [];
  const { throttled } = result;
  if (throttled !== undefined) {
    const does = throttled === "leads" ? "leads" : "may lead";
    return [span(`${result.scanned} ${does}, so its keys are read gently`, DIM)];
  }
  const { readAt, revision } = result;
  const age = readAt === undefined ? 0 : secondsBetween(readAt, now);
  const old = result.state === "ready" && age > OLD ? `, ${duration(age)} old at most` : "";
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

/** How far the search has come, the longest form first: what is wrong stays when the figures have no room. */
function summaryOf({ query, result }: SearchBox): readonly Line[] {
  if (result === undefined) return [[span("asking", DIM)]];
  const { failure, state } = result;
  if (state === "failed" && failure !== undefined) return [[span(failure.text, strong("bad"))]];
  const asked = query.trim();
  if (asked === "")
    return [[span(`${readWords(result)}; type a part of a key`, DIM)], [span(readWords(result), DIM)]];
  if (result.query !== asked) return [[span("searching", DIM)]];
  const found = `${integer(result.matched)} of ${readWords(result)}`;
  const took = state === "ready" ? `, ${latency(result.took)}` : "";
  const countMismatch = result.hits.filter(({ marks }) =>
    marks?.some((mark) => mark.state === "lacks"),
  ).length;
  const matched = span(integer(result.matched), DIM);
  if (countMismatch === 0) return [[span(found + took, DIM)], [span(found, DIM)], [matched]];
  const wrong = span(`${integer(countMismatch)} not on every member`, strong("bad"));
  return [
    [span(`${found}, `, DIM), wrong, span(took, DIM)],
    [span(`${found}, `, DIM), wrong],
    [matched, span(", ", DIM), wrong],
    [wrong],
  ];
}

/** How many keys were read, and of how many. */
function readWords({ state, seen, total }: KeySearch): string {
  if (state === "ready") return `${integer(seen)} keys`;
  return total === undefined
    ? `${integer(seen)} keys so far`
    : `${integer(seen)} keys, ${integer(total)} in all`;
}

function more(below: number, rest: number, typing: boolean): Line {
  const words = [
    ...(below > 0 ? [`and ${integer(below)} more, ${typing ? "enter, then j" : "j shows them"}`] : []),
    ...(rest > 0 ? [`${integer(rest)} more match, a longer query finds them`] : []),
  ];
  return [blank(2), span(words.join("; "), DIM)];
}
