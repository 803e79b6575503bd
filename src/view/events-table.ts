import type { TimelineEvent } from "../model/state.ts";
import type { Cell, Column, Tone } from "./table.ts";
import { tablePrinter } from "./table.ts";

const TONES: Readonly<Record<TimelineEvent["tone"], Tone | undefined>> = {
  ok: "good",
  up: "good",
  warn: "look",
  bad: "bad",
  note: undefined,
};

const COLUMNS: readonly Column<TimelineEvent>[] = [
  { head: "TIME", cell: (event) => new Date(event.at.wall).toISOString() },
  { head: "SUBJECT", atLeast: "kube-controller-manager".length, cell: (event) => event.subject },
  { head: "EVENT", cell: text },
];

/** Writes what happened, a line each, as it happens: without heads, since it follows something else. */
export function eventPrinter(colour: boolean): (events: readonly TimelineEvent[]) => string {
  return tablePrinter(COLUMNS, { wide: false, headers: false, colour });
}

function text(event: TimelineEvent): Cell {
  const tone = TONES[event.tone];
  return tone === undefined ? event.text : { text: event.text, tone };
}
