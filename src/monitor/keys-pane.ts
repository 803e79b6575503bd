import type { KeySearch } from "../model/key-search.ts";
import { duration, integer, latency } from "../view/format.ts";
import { cutTextStart, textWidth } from "../model/cells.ts";
import { fit, lineWidth, spread } from "./lines.ts";
import type { SearchBox } from "./monitor.ts";
import { paneHead } from "./pane-head.ts";
import type { Line, Style } from "./screen.ts";
import { ACCENT, BOLD, DIM, KEY, blank, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";
import { visibleRows } from "./visible-rows.ts";

/** KEYS while it is closed: one row that says what `/` does. */
export function closedKeysPane({ glyphs, assessment }: View, { width }: Size): Body {
  const isManaged = assessment.etcd.state === "no-way" && assessment.etcd.managed !== undefined;
  const words: Record<typeof assessment.etcd.state, Line> = {
    members: [blank(1), span("/", KEY), span(" searches the keys of one member ", DIM)],
    asking: [span(" after etcd ", DIM)],
    "no-way": [span(isManaged ? " need etcd " : " need etcd, see MEMBERS ", DIM)],
  };
  const title = [span(`${glyphs.rule} `, DIM), span("KEYS", BOLD), blank(1)];
  return { lines: [spread([...title, ...words[assessment.etcd.state]], [], width, span(glyphs.rule, DIM))] };
}

/** KEYS while it is open: the box, what came of the search, and the keys that match. */
export function openKeysPane(view: View, { width, height }: Size): Body {
  const { search } = view.monitor;
  if (search === undefined) return closedKeysPane(view, { width, height });
  const { result } = search;
  const focused = hasFocus(view, "keys");
  const head = paneHead(view.glyphs, width, { title: "KEYS", focused, right: [asked(result)] });
  const hits = result?.hits ?? [];
  const rest = result === undefined ? 0 : result.matched - hits.length;
  const selected = Math.min(view.monitor.rows.keys, hits.length - 1);
  const seen = visibleRows(hits.length, Math.max(0, selected), height - 3 - (rest > 0 ? 1 : 0));
  const lines = hits.slice(seen.first, seen.first + seen.count).map((key, i) =>
    hitLine(view, key, {
      query: result?.query ?? "",
      width,
      selected: focused && !search.typing && seen.first + i === selected,
    }),
  );
  return {
    lines: [
      head,
      box(view, search, width),
      [span("  KEY", DIM)],
      ...lines,
      ...(rest > 0 || seen.hidden > 0 ? [more(seen.hidden, rest)] : []),
    ],
    list: { line: 3, first: seen.first, count: seen.count },
  };
}

function asked(result: KeySearch | undefined): Line {
  if (result === undefined) return [];
  const at = result.revision === undefined ? "" : `, at revision ${integer(result.revision)}`;
  return [span(`${result.member} asked alone${at}`, DIM)];
}

function box({ glyphs }: View, search: SearchBox, width: number): Line {
  const summary = summaryOf(search);
  const room = width - lineWidth(summary) - 9;
  // A query that is longer than the box loses its beginning: the caret stands at its end.
  const query = cutTextStart(search.query, Math.max(12, room));
  const left = [
    span("  / ", KEY),
    span(query, BOLD),
    span(search.typing ? glyphs.caret : "", ACCENT),
    blank(2),
  ];
  return spread(left, [...summary, blank(2)], width);
}

/** How far the search has come, in one piece of text. */
function summaryOf({ typing, query, result }: SearchBox): Line {
  if (typing) return [span(query === "" ? "a part of a key, then enter" : "enter searches", DIM)];
  if (result === undefined) return [span("asking", DIM)];
  const { matched, scanned, total, took, state, failure } = result;
  const found = `${integer(matched)} of ${integer(scanned)} keys`;
  switch (state) {
    case "running":
      return [
        span(
          `${found}${total === undefined ? "" : `, ${integer(total)} to look at`}, ${duration(took)}`,
          DIM,
        ),
      ];
    case "done":
      return [span(`${found}, ${latency(took)}`, DIM)];
    case "stopped":
      return [span(`! ${found}, stopped${failure ? `: ${failure.text}` : ""}`, strong("warn"))];
    case "failed":
      return [span(failure?.text ?? "the search failed", strong("bad"))];
  }
}

interface HitLine {
  readonly query: string;
  readonly width: number;
  readonly selected: boolean;
}

/** A key with the match in it. A long key loses its beginning: its end tells more. */
function hitLine({ glyphs }: View, key: string, { query, width, selected }: HitLine): Line {
  const room = width - 4;
  const shown = textWidth(key) > room ? `…${cutTextStart(key, room - 1)}` : key;
  const at = query === "" ? -1 : shown.indexOf(query);
  const match: Style = { bold: true, underline: true };
  const spans =
    at < 0
      ? [span(shown)]
      : [span(shown.slice(0, at)), span(query, match), span(shown.slice(at + query.length))];
  return [selected ? span(glyphs.selected, KEY) : blank(1), blank(1), ...fit(spans, room)];
}

function more(below: number, rest: number): Line {
  const words = [
    ...(below > 0 ? [`${integer(below)} more here`] : []),
    ...(rest > 0 ? [`${integer(rest)} more match, a longer query finds them`] : []),
  ];
  return [blank(2), span(words.join("; "), DIM)];
}
