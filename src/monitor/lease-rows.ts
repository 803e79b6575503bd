import type { Assessment, LeaseRow } from "../model/assessment.ts";
import type { Seconds } from "../model/time.ts";
import { integer, shortDuration } from "../view/format.ts";
import { cutBefore } from "../model/cells.ts";
import type { Column } from "./columns.ts";
import { tableRow, widest } from "./columns.ts";
import type { Glyphs } from "./glyphs.ts";
import { leaseSign } from "./lease-sign.ts";
import { leaseName } from "./lease-words.ts";
import type { Line, Tone } from "./screen.ts";
import { sign, signStyle } from "./signs.ts";
import { BOLD, DIM, KEY, PLAIN, blank, span, strong } from "./spans.ts";
import type { View } from "./view.ts";

/** The columns of LEASES; the API servers below share their places. */
export type LeaseColumn = "name" | "holder" | "renewed" | "bar" | "ends" | "transitions";

/** Cells of the bar that shows how much of a lease is left. */
const BAR = 7;
/** Below this width, a name that can be read is worth more than a countdown. */
const NAMES_FIRST = 50;

/** The columns of LEASES, as wide as what is in them. */
export function leaseColumns(
  { leases, apiServers }: Assessment,
  width: number,
): readonly Column<LeaseColumn>[] {
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

/** Who holds it, and the word behind that must not be cut. */
function holderWords({ status, lastHolder, gone }: LeaseRow): [who: string, how: string] {
  switch (status.state) {
    case "held":
      return [status.holder.host, gone ? " gone" : ""];
    case "late":
      return [status.holder.host, gone ? " gone" : " late"];
    case "expired":
      return [status.holder.host, " gone"];
    case "vacant":
      return ["nobody", ""];
    case "unknown":
      return [status.holder?.host ?? lastHolder?.host ?? "nobody", ""];
  }
}

/** A lease's row. */
export function leaseLine(
  { glyphs, monitor }: View,
  columns: readonly Column<LeaseColumn>[],
  row: LeaseRow,
  selected: boolean,
): Line {
  const what = leaseSign(row);
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
