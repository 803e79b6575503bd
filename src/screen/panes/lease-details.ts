import type { LeaseRow } from "../../core/assessment.ts";
import type { Forecast } from "../../core/leases/lease.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Line, Span } from "../screen.ts";
import type { Size, View, PaneView } from "../view.ts";
import { parseHolder } from "../../core/facts/holder.ts";
import { duration, timePart, window } from "../../output/format.ts";
import { cutTextStart, textWidth } from "../../text/width.ts";
import { keptWords, leaseName, selectedLease, transitionsLabel, transitionsWords } from "./lease-words.ts";
import { fit, lineWidth, BOLD, DIM, blank, span } from "../text/lines.ts";
import { paneHead } from "./pane-head.ts";
import { renewGaps } from "./renew-gaps.ts";

/** Wide enough for the longest name of a field, `leaseDurationSeconds`. */
const LABEL = 20;
const MARGIN = 2;
/** Wide enough for a time with six digits: the notes stand below each other. */
const VALUE = 15;

/** A field: its value, and a note in full and short. */
interface Field {
  readonly label: string;
  readonly value: Line;
  readonly notes?: readonly string[];
}

/** The headline pane in calm times: the detail of the selected lease, under the API's own names. */
export function leaseDetails(view: PaneView, { width, height }: Size): readonly Line[] {
  const row = selectedLease(view);
  if (row === undefined) return [paneHead(view, width, { title: "Leases" })];
  const room = width - MARGIN - LABEL - 2;
  const lines = fields(view, row, room).map((f) => fieldLine(f, room));
  // Where there is a row to spare, a long identity is shown to its end.
  if (height > lines.length + 1) lines.splice(1, 0, ...identityRest(row, room));
  const kept = keptWords(row);
  const right = kept === undefined ? [] : [[span(kept, DIM)], [span(row.record.kind, DIM)]];
  return [paneHead(view, width, { title: leaseName(row), right }), ...lines];
}

function fields(view: View, row: LeaseRow, room: number): readonly Field[] {
  const { record, clockAhead, forecast } = row;
  return [
    { label: "holderIdentity", value: identity(row) },
    { label: "renewTime", value: [time(record.renewTime)], notes: renewedNotes(row) },
    { label: "acquireTime", value: [time(record.acquireTime)], notes: heldNotes(row, view) },
    {
      label: "leaseDurationSeconds",
      value: [field(record.leaseDurationSeconds?.toString())],
      notes: clockNotes(clockAhead),
    },
    { label: transitionsLabel(record), value: transitionsWords(row).slice(1) },
    { label: `if ${holderHost(row)} fails`, value: takeoverIn(forecast, room) },
    { label: "renew gaps", value: renewGaps(view.glyphs, row, room) },
  ];
}

/** A cut number would lie: in short it stands without most of the words. */
function takeoverIn(forecast: Forecast, room: number): Line {
  const words = `takeover in ${window(forecast)}`;
  return [span(textWidth(words) <= room ? words : `in ${window(forecast)}`)];
}

function fieldLine({ label, value, notes = [] }: Field, room: number): Line {
  const padded = [...value, blank(VALUE - lineWidth(value))];
  const gap = room > 28 ? 2 : 1;
  const left = room - lineWidth(padded) - gap;
  const note = notes.find((text) => textWidth(text) <= left);
  const shown = note === undefined ? value : [...padded, blank(gap), span(note, DIM)];
  return [blank(MARGIN), ...fit([span(label, DIM)], LABEL), blank(1), ...fit(shown, room)];
}

function time(text: string | undefined): Span {
  return field(text && timePart(text));
}

function field(text: string | undefined): Span {
  return text === undefined || text === "" ? span("unset", DIM) : span(text);
}

/** The identity as received, with the host standing out. */
function identity({ record }: LeaseRow): Line {
  if (record.holderIdentity === "") return [span("unset", DIM)];
  const { host } = parseHolder(record.holderIdentity);
  return [span(host, BOLD), span(record.holderIdentity.slice(host.length), DIM)];
}

/** What of a long identity has no room beside its label. */
function identityRest(row: LeaseRow, room: number): readonly Line[] {
  const text = row.record.holderIdentity;
  const rest = cutTextStart(text, Math.max(0, textWidth(text) - room + 1));
  return rest === "" || textWidth(text) <= room
    ? []
    : [[blank(MARGIN + LABEL + 1), ...fit([span(rest, DIM)], room)]];
}

function holderHost({ record, lastHolder }: LeaseRow): string {
  return record.holderIdentity === "" ? (lastHolder?.host ?? "it") : parseHolder(record.holderIdentity).host;
}

/** A time that is absent or in the future has no age. */
function renewedNotes({ basis, renewedAgo }: LeaseRow): readonly string[] {
  return basis === "unknown" ? [] : [`${duration(renewedAgo)} ago`];
}

/** How long this holder has led, by the lease's acquireTime and our clock. */
function heldNotes({ record }: LeaseRow, { assessment }: View): readonly string[] {
  const since = Date.parse(record.acquireTime ?? "");
  const seconds = (assessment.now.wall - since) / 1000;
  // A little ahead is a clock, the year 9999 is none.
  if (Number.isNaN(since) || seconds < -2) return [];
  const age = duration(seconds);
  return [`${age} ago`, age];
}

/** The holder's clock beside ours, where they differ enough to be seen. */
function clockNotes(ahead: Seconds | undefined): readonly string[] {
  if (ahead === undefined || Math.abs(ahead) < 0.05) return [];
  const by = `${duration(Math.abs(ahead))} ${ahead < 0 ? "behind" : "ahead"}`;
  return [`clock ${by}`, by];
}
