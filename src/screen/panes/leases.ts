import type { Assessment, LeaseRow, Freshness } from "../../core/assessment.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Column } from "../text/columns.ts";
import { tableRow, widest, chooseColumns, tableHead } from "../text/columns.ts";
import type { Glyphs, Sign } from "../text/glyphs.ts";
import { sign, signStyle } from "../text/glyphs.ts";
import type { Line, Tone } from "../screen.ts";
import type { View, PaneView, Body, Size } from "../view.ts";
import type { PaneSpec } from "../pane.ts";
import { integer, shortDuration, duration } from "../../output/format.ts";
import { cutBefore } from "../../text/width.ts";
import { leaseSign, leaseName, renewTimeWords, selectedLease, transitionsWords } from "./lease-words.ts";
import { BOLD, DIM, KEY, PLAIN, blank, span, strong } from "../text/lines.ts";
import { failurePhrase } from "../../output/failure-words.ts";
import { apiServerLines, apiServerRows } from "./api-servers.ts";
import { oldChip, paneHead } from "./pane-head.ts";
import { hiddenRows, howToSee, selectedIndex, visibleRows } from "./visible-rows.ts";

/** The columns of LEASES; the API servers below share their places. */
type LeaseColumn = "name" | "holder" | "renewed" | "bar" | "ends" | "transitions";

/** Cells of the bar that shows how much of a lease is left. */
const BAR = 7;
/** Below this width, a name that can be read is worth more than a countdown. */
const NAMES_FIRST = 50;

/** The columns of LEASES, as wide as what is in them. */
function leaseColumns({ leases, apiServers }: Assessment, width: number): readonly Column<LeaseColumn>[] {
  const { rows } = leases;
  const name = widest(rows.map(leaseName), 24);
  const ages = [
    ...rows.map(renewedWords),
    ...apiServers.rows.map((row) => shortDuration(row.renewedAgo ?? 0)),
  ];
  const holder = widest(
    rows.map((row) => holderWords(row).join("")),
    9,
  );
  return [
    { id: "name", head: "COMPONENT", width: name, flexible: true },
    { id: "holder", head: "HOLDER", width: holder },
    { id: "renewed", head: "RENEWED", width: widest(ages, 7), right: true },
    { id: "bar", head: "", width: BAR, goes: 2 },
    {
      id: "ends",
      head: "ENDS IN",
      width: widest(rows.map(endsWords), 7),
      right: true,
      goes: width < NAMES_FIRST ? 1 : 0,
    },
    { id: "transitions", head: "TRANSITIONS", width: 11, right: true, goes: 3 },
  ];
}

/** The holder, and a word after it that must not be cut. */
function holderWords({ status, lastHolder, gone }: LeaseRow): [who: string, how: string] {
  switch (status.state) {
    case "held":
      return [status.holder.host, gone ? " gone" : ""];
    case "late":
      return [status.holder.host, gone ? " gone" : " late"];
    case "expired":
      return [status.holder.host, " gone"];
    case "vacant":
      return ["none", ""];
    case "unknown":
      return [status.holder?.host ?? lastHolder?.host ?? "none", ""];
  }
}

/** A lease's row. */
function leaseLine(
  { glyphs, focused }: PaneView,
  columns: readonly Column<LeaseColumn>[],
  row: LeaseRow,
  selected: boolean,
): Line {
  const what = leaseSign(row);
  const old = what === "unknown";
  const words = old ? DIM : what === "ok" ? PLAIN : signStyle(what);
  const name = old ? DIM : selected && focused ? BOLD : PLAIN;
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
      renewed: [span(renewedWords(row), plain)],
      bar: old ? [] : bar(glyphs, leftOf(row), row.duration, what === "ok" || what === "warn" ? what : "bad"),
      ends: [span(endsWords(row), old ? strong("warn") : words)],
      transitions: [span(transitions === undefined ? "unset" : integer(transitions), plain)],
    }),
  ];
}

function renewedWords({ basis, renewedAgo }: LeaseRow): string {
  return basis === "unknown" ? "?" : shortDuration(renewedAgo);
}

/** Seconds until the lease runs out; 0 when it did. */
function leftOf({ status }: LeaseRow): Seconds {
  return status.state === "held" || status.state === "late" ? status.expiresIn : 0;
}

function endsWords({ status }: LeaseRow): string {
  switch (status.state) {
    case "held":
    case "late":
      return shortDuration(status.expiresIn);
    case "expired":
      return "ended";
    case "vacant":
      return "vacant";
    case "unknown":
      return "?";
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

/** Left of the columns: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;
/** So many leases stand before the API servers get room. */
const FIRST = 6;

/** LEASES: the leaders, the age of their renewals, and below them the API servers. */
export const LEASES: PaneSpec<"leases"> = {
  id: "leases",
  title: "LEASES",
  wants: (view) => 2 + view.assessment.leases.rows.length + apiServerLines(view),
  render,
  rows: ({ assessment }) => assessment.leases.rows.map(({ key }) => key),
};

function render(view: PaneView, { width, height }: Size): Body {
  const { rows } = view.assessment.leases;
  const columns = columnsFor(view, width);
  const keys = LEASES.rows(view);
  const selected = selectedIndex(view.selected, keys);
  const room = Math.max(height - 2 - apiServerLines(view), Math.min(rows.length, FIRST, height - 2));
  const seen = visibleRows(rows.length, selected, room);
  const lines = rows
    .slice(seen.first, seen.first + seen.count)
    .map((row, i) => leaseLine(view, columns, row, seen.first + i === selected));
  const loud = rows.some((row) => ["warn", "bad"].includes(leaseSign(row)));
  const rest = seen.hidden > 0 ? [hiddenRows(seen, { what: "leases", how: howToSee(view), loud })] : [];
  const note = rows.length === 0 ? [nothingYet(view)] : [];
  const above = [head(view, width), [blank(MARGIN), ...tableHead(columns)], ...note, ...lines, ...rest];
  const left = height - above.length;
  return {
    lines: left > 0 ? [...above, ...apiServerRows(view, columns, left)] : above,
    list: { line: 2, keys: keys.slice(seen.first, seen.first + seen.count) },
  };
}

/** Two cells are left at the right, unless a name would have to be cut for them. */
function columnsFor({ assessment }: View, width: number): readonly Column<LeaseColumn>[] {
  const wanted = leaseColumns(assessment, width);
  const name = wanted[0]?.width ?? 0;
  const columns = chooseColumns(wanted, width - MARGIN - 2);
  return (columns[0]?.width ?? 0) >= name ? columns : chooseColumns(wanted, width - MARGIN);
}

function head(view: PaneView, width: number): Line {
  const { leases, gitVersion } = view.assessment;
  const lease = selectedLease(view);
  const version = gitVersion === undefined ? [] : [span(`Kubernetes ${gitVersion.replace(/^v/, "")}`, DIM)];
  // Without a headline pane beside it, the head keeps the fields of the selected lease.
  const own = lease && [...renewTimeWords(lease), blank(2), ...transitionsWords(lease)];
  return paneHead(view, width, {
    beside: beside(leases.freshness),
    right: view.headlineBeside || own === undefined ? [version] : [own],
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
  const from = monitor.server === undefined ? "" : ` from ${monitor.server}`;
  if (freshness.state === "asking") {
    return note(glyphs, "quiet", `reading the leases in kube-system${from}`);
  }
  if (freshness.state === "stale") return note(glyphs, "unknown", freshness.failure.text);
  return note(glyphs, "quiet", "no leader leases in kube-system");
}

function note(glyphs: Glyphs, what: Sign, text: string): Line {
  return [blank(2), sign(glyphs, what), span(` ${text}`, what === "quiet" ? DIM : PLAIN)];
}
