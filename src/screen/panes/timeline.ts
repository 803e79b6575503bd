import type { TimelineEvent } from "../../core/state.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Line, Span } from "../screen.ts";
import type { Body, Size, View, PaneView } from "../view.ts";
import type { PaneSpec } from "../pane.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import { duration, integer, timeToTenth } from "../../output/format.ts";
import { textWidth } from "../../text/width.ts";
import { widest } from "../text/columns.ts";
import { lineWidth, ACCENT, BOLD, DIM, KEY, PLAIN, blank, span, strong } from "../text/lines.ts";
import { shortName } from "./lease-words.ts";
import { paneHead } from "./pane-head.ts";
import { selectedIndex, visibleRows } from "./visible-rows.ts";

/** From this width on an event says how long ago it was. */
const WITH_AGE = 90;
/** An event stands out for so many seconds. */
const FRESH = 30;

/** TIMELINE: the events, newest first. */
export const TIMELINE: PaneSpec<"timeline"> = {
  id: "timeline",
  title: "TIMELINE",
  render,
  rows: ({ events }) => eventKeys(events),
  followsFirst: true,
};

function render(view: PaneView, { width, height }: Size): Body {
  const { events, focused } = view;
  const keys = eventKeys(events);
  const selected = selectedIndex(view.selected, keys);
  const { first, count } = visibleRows(events.length, selected, height);
  const right = [headWords(events.length, first)];
  const head = paneHead(view, width, { right });
  if (events.length === 0) return { lines: [head, [span("  no events yet", DIM)]] };
  const shown = events.slice(first, first + count);
  // A longer subject moves its own sentence only.
  const subject = Math.min(
    width < WITH_AGE ? 14 : 24,
    widest(
      shown.map((e) => shortName(e.subject)),
      9,
    ),
  );
  const lines = shown.map((event, i) =>
    eventLine(view, event, { width, subject, selected: focused && first + i === selected }),
  );
  return { lines: [head, ...lines], list: { line: 1, keys: keys.slice(first, first + count) } };
}

/** How many events there are, and, while the pane is scrolled, how many newer ones are out of sight. */
function headWords(all: number, newer: number): Line {
  const count = span(`${integer(all)} event${all === 1 ? "" : "s"}`, DIM);
  return newer === 0
    ? [count]
    : [span(`${integer(newer)} newer above`, strong("warn")), span(", ", DIM), count];
}

interface EventLine {
  readonly width: number;
  readonly subject: number;
  readonly selected: boolean;
}

function eventLine(
  { glyphs, assessment }: View,
  event: TimelineEvent,
  { width, subject, selected }: EventLine,
): Line {
  const ago = secondsBetween(event.at, assessment.now);
  const age = width < WITH_AGE ? [] : [span(duration(ago).padStart(12), DIM), blank(2)];
  const name = shortName(event.subject);
  const pad = Math.max(0, subject - textWidth(name));
  const before: Line = [
    selected ? span(glyphs.selected, KEY) : blank(1),
    span(` ${timeToTenth(event.at)}  `),
    ...age,
    signOf(glyphs, event.tone),
    span(` ${name}`),
    blank(pad + 2),
  ];
  const text = sentence(event, width - lineWidth(before));
  return [...before, span(text, ago < FRESH ? BOLD : PLAIN)];
}

/** A sentence that has no room ends where a clause of it does: the first says the most. */
function sentence({ text, short }: TimelineEvent, room: number): string {
  if (textWidth(text) <= room) return text;
  if (short !== undefined) return short;
  const clauses = [...text.matchAll(/[:,] /g)].map(({ index }) => text.slice(0, index));
  const longest = clauses.findLast((clause) => textWidth(clause) < room);
  return longest === undefined ? text : `${longest}…`;
}

function signOf(glyphs: Glyphs, tone: TimelineEvent["tone"]): Span {
  if (tone === "note") return span(glyphs.note, ACCENT);
  return tone === "up" ? span(glyphs.tookOver, strong("ok")) : sign(glyphs, tone);
}

/**
 * What stays the same of each event, newest first: its time and tone, and its place among those that share both, from
 * the oldest on. Its words may change: one that has become one of several names them all.
 */
export function eventKeys(events: readonly TimelineEvent[]): readonly string[] {
  const seen = new Map<string, number>();
  const keys = events.toReversed().map(({ at, tone }) => {
    const same = `${at.mono} ${tone}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return `${same} ${count}`;
  });
  return keys.reverse();
}
