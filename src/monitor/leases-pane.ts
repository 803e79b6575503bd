import type { Freshness, LeaseRow } from "../model/assessment.ts";
import type { Seconds } from "../model/time.ts";
import { failurePhrase } from "../view/failure-words.ts";
import { duration, integer } from "../view/format.ts";
import { apiServerLines, apiServerRows } from "./api-server-rows.ts";
import { cutBefore } from "./cells.ts";
import type { Column } from "./columns.ts";
import { chooseColumns, tableHead, tableRow, widest } from "./columns.ts";
import type { Glyphs } from "./glyphs.ts";
import { leaseName, renewTimeWords, selectedLease, transitionsWords } from "./lease-words.ts";
import { oldChip, paneHead } from "./pane-head.ts";
import type { Line, Style, Tone } from "./screen.ts";
import type { Sign } from "./signs.ts";
import { sign, signStyle } from "./signs.ts";
import { BOLD, DIM, KEY, PLAIN, blank, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";
import { hiddenRows, visibleRows } from "./visible-rows.ts";

type LeaseColumn = "name" | "holder" | "renewed" | "bar" | "ends" | "transitions";

/** Cells of the bar that shows how much of a lease is left. */
const BAR = 7;
/** Left of the columns: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;
/** Below this width, a name that can be read is worth more than a countdown. */
const NAMES_FIRST = 50;
/** So many leases stand before the API servers get room. */
const FIRST = 6;

/** LEASES: who leads, how fresh that is, and below it the API servers. */
export function leasesPane(view: View, { width, height }: Size): Body {
  const { rows } = view.assessment.leases;
  const columns = columnsFor(rows, width);
  const selected = Math.max(
    0,
    rows.findIndex((r) => r.key === view.monitor.selectedLease),
  );
  const room = Math.max(height - 2 - apiServerLines(view), Math.min(rows.length, FIRST, height - 2));
  const seen = visibleRows(rows.length, selected, room);
  const lines = rows
    .slice(seen.first, seen.first + seen.count)
    .map((row, i) => leaseLine(view, columns, row, seen.first + i === selected));
  const loud = rows.some((row) => signOf(row) !== "ok");
  const rest = seen.hidden > 0 ? [hiddenRows(seen, "leases", loud)] : [];
  const note = rows.length === 0 ? [nothingYet(view)] : [];
  const above = [head(view, width), [blank(MARGIN), ...tableHead(columns)], ...note, ...lines, ...rest];
  const left = height - above.length;
  return {
    lines: left > 0 ? [...above, ...apiServerRows(view, columns, left)] : above,
    list: { line: 2, first: seen.first, count: seen.count },
  };
}

/** Two cells are left at the right, unless a name would have to be cut for them. */
function columnsFor(rows: readonly LeaseRow[], width: number): readonly Column<LeaseColumn>[] {
  const wanted = leaseColumns(rows, width);
  const name = wanted[0]?.width ?? 0;
  const columns = chooseColumns(wanted, width - MARGIN - 2);
  return (columns[0]?.width ?? 0) >= name ? columns : chooseColumns(wanted, width - MARGIN);
}

function head(view: View, width: number): Line {
  const { leases, gitVersion } = view.assessment;
  const lease = selectedLease(view);
  const version = gitVersion === undefined ? [] : [span(`Kubernetes ${gitVersion.replace(/^v/, "")}`, DIM)];
  // Where there is no stage beside it, the head keeps what the selected lease says of itself.
  const own = lease && [...renewTimeWords(lease), blank(2), ...transitionsWords(lease)];
  return paneHead(view.glyphs, width, {
    title: "LEASES",
    focused: hasFocus(view, "leases"),
    beside: beside(leases.freshness),
    right: view.stageBeside || own === undefined ? version : own,
  });
}

function beside(freshness: Freshness): Line {
  if (freshness.state !== "stale") return [];
  const why = span(failurePhrase(freshness.failure), { tone: "warn" });
  return freshness.age === undefined ? [why] : [...oldChip(duration(freshness.age)), blank(1), why];
}

/** What stands in the place of leases that are not there. */
function nothingYet({ glyphs, assessment, monitor }: View): Line {
  const { freshness } = assessment.leases;
  const from = monitor.server === undefined ? "" : ` ${monitor.server}`;
  if (freshness.state === "asking") {
    return note(glyphs, "quiet", `asking${from} for the leases in kube-system`);
  }
  if (freshness.state === "stale") return note(glyphs, "unknown", freshness.failure.text);
  return note(glyphs, "quiet", "no lease of a leader in kube-system");
}

function note(glyphs: Glyphs, what: Sign, text: string): Line {
  return [blank(2), sign(glyphs, what), span(` ${text}`, what === "quiet" ? DIM : PLAIN)];
}

function leaseColumns(rows: readonly LeaseRow[], width: number): readonly Column<LeaseColumn>[] {
  const name = widest(rows.map(leaseName), 24);
  const holder = widest(
    rows.map((row) => holderWords(row).join("")),
    9,
  );
  return [
    { id: "name", head: "COMPONENT", width: name, flexible: true },
    { id: "holder", head: "HOLDER", width: holder },
    { id: "renewed", head: "RENEWED", width: 7, right: true },
    { id: "bar", head: "", width: BAR, goes: 2 },
    { id: "ends", head: "ENDS IN", width: 7, right: true, goes: width < NAMES_FIRST ? 1 : 0 },
    { id: "transitions", head: "TRANSITIONS", width: 11, right: true, goes: 3 },
  ];
}

function signOf({ hold }: LeaseRow): Sign {
  switch (hold.state) {
    case "held":
      return "ok";
    case "late":
      return "warn";
    case "expired":
    case "vacant":
      return "bad";
    case "unknown":
      return "unknown";
  }
}

/** Who holds it, and the word behind that must not be cut. */
function holderWords({ hold, lastHolder }: LeaseRow): [who: string, how: string] {
  switch (hold.state) {
    case "held":
      return [hold.holder.host, ""];
    case "late":
      return [hold.holder.host, " late"];
    case "expired":
      return [hold.holder.host, " gone"];
    case "vacant":
      return ["nobody", ""];
    case "unknown":
      return [hold.holder?.host ?? lastHolder?.host ?? "nobody", ""];
  }
}

function leaseLine(
  { glyphs, monitor }: View,
  columns: readonly Column<LeaseColumn>[],
  row: LeaseRow,
  selected: boolean,
): Line {
  const what = signOf(row);
  const old = what === "unknown";
  const words = old ? DIM : what === "ok" ? PLAIN : signStyle(what);
  const name = old ? DIM : selected && monitor.focus === "leases" ? BOLD : PLAIN;
  const plain = old ? DIM : PLAIN;
  const transitions = row.record.leaseTransitions;
  const holderWidth = columns.find((c) => c.id === "holder")?.width ?? 0;
  return [
    selected ? span(glyphs.selected, KEY) : blank(1),
    blank(1),
    sign(glyphs, what),
    blank(1),
    ...tableRow(columns, {
      name: [span(leaseName(row), name)],
      holder: [span(cutBefore(...holderWords(row), holderWidth), what === "ok" ? BOLD : words)],
      renewed: [span(duration(row.renewedAgo), plain)],
      bar: old
        ? []
        : bar(glyphs, leftOf(row), row.duration, what === "ok" ? "ok" : what === "warn" ? "warn" : "bad"),
      ends: [endsIn(row, words)],
      transitions: [span(transitions === undefined ? "unset" : integer(transitions), plain)],
    }),
  ];
}

/** Seconds until the lease runs out; 0 when it did. */
function leftOf({ hold }: LeaseRow): Seconds {
  return hold.state === "held" || hold.state === "late" ? hold.expiresIn : 0;
}

function endsIn({ hold }: LeaseRow, words: Style): Line[number] {
  switch (hold.state) {
    case "held":
    case "late":
      return span(duration(hold.expiresIn), words);
    case "expired":
      return span("ended", words);
    case "vacant":
      return span("vacant", words);
    case "unknown":
      return span("?", strong("warn"));
  }
}

/** How much is left of a lease, in half cells. */
function bar(glyphs: Glyphs, left: Seconds, of: Seconds, tone: Tone): Line {
  const cells = of > 0 ? Math.max(0, Math.min(1, left / of)) * BAR : 0;
  const full = Math.floor(cells);
  const half = cells - full >= 0.5 ? glyphs.barHalf : "";
  const rest = BAR - full - half.length;
  return [span(glyphs.barOn.repeat(full) + half, { tone }), span(glyphs.barOff.repeat(rest), DIM)];
}
