import type { Freshness } from "../model/assessment.ts";
import { failurePhrase } from "../view/failure-words.ts";
import { duration } from "../view/format.ts";
import { apiServerLines, apiServerRows } from "./api-server-rows.ts";
import type { Column } from "./columns.ts";
import { chooseColumns, tableHead } from "./columns.ts";
import type { Glyphs } from "./glyphs.ts";
import type { LeaseColumn } from "./lease-rows.ts";
import { leaseColumns, leaseLine } from "./lease-rows.ts";
import { leaseSign } from "./lease-sign.ts";
import { renewTimeWords, selectedLease, transitionsWords } from "./lease-words.ts";
import { oldChip, paneHead } from "./pane-head.ts";
import type { Line } from "./screen.ts";
import type { Sign } from "./signs.ts";
import { selectedIndex } from "./select.ts";
import { sign } from "./signs.ts";
import { DIM, PLAIN, blank, span } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";
import { hiddenRows, howToSee, visibleRows } from "./visible-rows.ts";

/** Left of the columns: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;
/** So many leases stand before the API servers get room. */
const FIRST = 6;

/** LEASES: who leads, how fresh that is, and below it the API servers. */
export function leasesPane(view: View, { width, height }: Size): Body {
  const { rows } = view.assessment.leases;
  const columns = columnsFor(view, width);
  const keys = rows.map(({ key }) => key);
  const selected = selectedIndex(view.monitor.selected, "leases", keys);
  const room = Math.max(height - 2 - apiServerLines(view), Math.min(rows.length, FIRST, height - 2));
  const seen = visibleRows(rows.length, selected, room);
  const lines = rows
    .slice(seen.first, seen.first + seen.count)
    .map((row, i) => leaseLine(view, columns, row, seen.first + i === selected));
  const loud = rows.some((row) => ["warn", "bad"].includes(leaseSign(row)));
  const rest =
    seen.hidden > 0 ? [hiddenRows(seen, { what: "leases", how: howToSee(view, "leases"), loud })] : [];
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
