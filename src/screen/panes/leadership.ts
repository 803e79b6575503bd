import type { LeadershipHistory, Interval } from "../../core/state.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Line, Span } from "../screen.ts";
import type { Body, Size, View } from "../view.ts";
import type { SidePane } from "../pane.ts";
import { duration, timeToTenth } from "../../output/format.ts";
import { cutBefore, textWidth } from "../../text/width.ts";
import { fit, BOLD, DIM, PLAIN, blank, filled, span, strong } from "../text/lines.ts";
import { ETCD_HISTORY, MEMBERS_HISTORY } from "../../core/history.ts";

/** The time that a lane shows, and the cells it has for it. */
interface HistoryScale {
  readonly now: Instant;
  readonly span: Seconds;
  readonly cells: number;
}

/** A part of a lane with its place: cells from `start` to before `end`. */
interface Placed {
  readonly part: Interval;
  readonly start: number;
  readonly end: number;
  readonly lasts: Seconds;
  readonly isNow: boolean;
  /** a blank stands between it and what came before */
  readonly spaced: boolean;
}

/** Draws a lane: each part a name and a line, a gap a block with its length in it or before it. */
export function historyLine(glyphs: Glyphs, history: LeadershipHistory, scale: HistoryScale): Line {
  const placed = place(history, scale);
  const [first] = placed;
  const before = first ? [blank(first.start)] : [];
  const parts = placed.flatMap((p, i) => drawPart(glyphs, p, placed[i + 1]));
  return fit(
    [...before, ...parts].filter((s) => s.text !== ""),
    scale.cells,
  );
}

/** From the newest part back: a gap has at least one cell, and who leads now the cells of its name. */
function place(
  { intervals }: LeadershipHistory,
  { now, span: shown, cells }: HistoryScale,
): readonly Placed[] {
  const at = (instant: Instant): number => Math.round((1 - secondsBetween(instant, now) / shown) * cells);
  const placed: Placed[] = [];
  let end = cells;
  for (let i = intervals.length - 1; i >= 0 && end > 0; i--) {
    const part = intervals[i];
    if (part === undefined) break;
    const isNow = i === intervals.length - 1;
    const until = intervals[i + 1]?.from ?? now;
    const spaced = part.kind !== "gap" && i > 0;
    const start = Math.max(0, Math.min(at(part.from), end - leastCells(part, isNow, spaced)));
    const lasts = secondsBetween(part.from, until);
    if (start < end)
      placed.unshift({ part, start, end, isNow, spaced: spaced && start > 0 && end - start > 1, lasts });
    end = start;
  }
  return placed;
}

function leastCells(part: Interval, isNow: boolean, spaced: boolean): number {
  if (part.kind === "gap") return 1;
  return isNow ? textWidth(part.kind === "unknown" ? "?" : part.who) + (spaced ? 1 : 0) : 0;
}

function drawPart(glyphs: Glyphs, placed: Placed, next: Placed | undefined): Line {
  const { part, start, end, lasts } = placed;
  if (part.kind === "gap") return gap(glyphs, end - start, lasts);
  // A gap too short for its length has it written before it.
  const ahead = next?.part.kind === "gap" ? lengthBefore(next, end - start) : undefined;
  const air = placed.spaced ? 1 : 0;
  const cells = end - start - air - (ahead ? textWidth(ahead.text) : 0);
  return [blank(air), ...stretch(glyphs, placed, Math.max(0, cells)), ...(ahead ? [ahead] : [])];
}

function lengthBefore({ start, end, lasts }: Placed, room: number): Span | undefined {
  const text = ` ${duration(lasts)} `;
  return fitsInside(lasts, end - start) || room < textWidth(text) + 8 ? undefined : span(text, strong("bad"));
}

/** A blank of the block stands before the length: it does not touch the line of who led before. */
function fitsInside(lasts: Seconds, cells: number): boolean {
  return duration(lasts).length < cells;
}

function gap(glyphs: Glyphs, cells: number, lasts: Seconds): Line {
  const text = duration(lasts);
  const style = filled("bad", "bold");
  if (!fitsInside(lasts, cells)) return [span(glyphs.gap.repeat(cells), style)];
  const left = Math.ceil((cells - text.length) / 2);
  return [span(`${" ".repeat(left)}${text}${" ".repeat(cells - text.length - left)}`, style)];
}

/** A name that has no room is left out; that of who leads now, and any in so many cells, only loses its end. */
const WORTH_CUTTING = 12;

function nameIn(who: string, cells: number, isNow: boolean): string {
  if (textWidth(who) <= cells) return textWidth(who) < cells ? `${who} ` : who;
  return isNow || cells >= WORTH_CUTTING ? cutBefore(who, "", cells) : "";
}

/** Who led, and a line as long as it lasted. */
function stretch(glyphs: Glyphs, { part, isNow }: Placed, cells: number): Line {
  const unobserved = part.kind === "unknown";
  const who = unobserved ? "?" : part.who;
  const name = nameIn(who, cells, isNow);
  const line = (unobserved ? glyphs.unobserved : glyphs.led).repeat(Math.max(0, cells - textWidth(name)));
  if (unobserved || part.kind === "less") return [span(name, strong("warn")), span(line, { tone: "warn" })];
  return [span(name, isNow ? BOLD : PLAIN), span(line, isNow ? { tone: "ok" } : DIM)];
}

const TITLE = "LEADERSHIP";
/** How far back the lanes go. */
const SPAN: Seconds = 180;
/** Rows for histories before there is any: three leases and etcd. */
const USUAL = 4;
/** Cells of the lanes' names, and of the margin at the right. */
const LABEL = 27;
const RIGHT = 1;

/** LEADERSHIP: a lane for each lease, for etcd's leader, for how many members are up; a gap is a red block with its length. */
export const LEADERSHIP: SidePane<"leadership", never> = {
  id: "leadership",
  wants: (view) => 1 + (possibleHistories(view).length || USUAL),
  render,
};

function render(view: View, { width, height }: Size): Body {
  const { glyphs, assessment } = view;
  const cells = Math.max(0, width - LABEL - RIGHT);
  const all = possibleHistories(view);
  const shown = someHistories(all, height - 1);
  const histories = shown.map((history): Line => [
    blank(2),
    ...fit([span(history.subject)], LABEL - 3),
    blank(1),
    ...historyLine(glyphs, history, { now: assessment.now, span: SPAN, cells }),
  ]);
  const count = shown.length < all.length ? `${shown.length} of ${all.length} ` : "";
  return { lines: [head(glyphs, cells, count), ...(histories.length > 0 ? histories : [nothingYet(view)])] };
}

/** All histories that can be shown: where rows are few, not that of the members that are up, as the summary bar has their number. */
function possibleHistories({ assessment, tall }: View): readonly LeadershipHistory[] {
  return tall
    ? assessment.history
    : assessment.history.filter((history) => history.subject !== MEMBERS_HISTORY);
}

/** The first leases, and etcd. */
function someHistories(histories: readonly LeadershipHistory[], count: number): readonly LeadershipHistory[] {
  if (histories.length <= count) return histories;
  const etcd = histories.filter(
    (history) => history.subject === ETCD_HISTORY || history.subject === MEMBERS_HISTORY,
  );
  const leases = histories.filter((history) => !etcd.includes(history));
  return [...leases.slice(0, Math.max(0, count - etcd.length)), ...etcd];
}

function nothingYet({ glyphs, monitor }: View): Line {
  const since = timeToTenth(monitor.state.startedAt);
  return [blank(2), sign(glyphs, "quiet"), span(` watching since ${since}, earlier leaders unknown`, DIM)];
}

/** The rule, with the time in it; `count` says how many lanes of all are seen. */
function head({ rule }: Glyphs, cells: number, count: string): Line {
  const minutes = Array.from({ length: SPAN / 60 }, (_, i) => SPAN / 60 - i);
  const ruler = minutes.reduce((line, minute, i) => {
    const at = Math.round((1 - (minute * 60) / SPAN) * cells);
    return line.padEnd(at, rule) + (i === 0 ? ` ${minute} min ago ` : ` ${minute} min `);
  }, "");
  const left = [
    span(`${rule} `, DIM),
    span(TITLE, BOLD),
    span(` ${count}${rule.repeat(Math.max(0, LABEL - TITLE.length - 3 - count.length))}`, DIM),
  ];
  return [
    ...left,
    span(ruler.padEnd(Math.max(0, cells - 5), rule).slice(0, Math.max(0, cells - 5)), DIM),
    span(" now ", BOLD),
    span(rule, DIM),
  ];
}
