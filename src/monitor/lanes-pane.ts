import { ETCD_HISTORY, MEMBERS_HISTORY } from "../model/lanes.ts";
import type { LeadershipHistory } from "../model/state.ts";
import type { Seconds } from "../model/time.ts";
import { timeToTenth } from "../view/format.ts";
import type { Glyphs } from "./glyphs.ts";
import { historyLine } from "./draw-lane.ts";
import { fit } from "./lines.ts";
import type { Line } from "./screen.ts";
import { sign } from "./signs.ts";
import { BOLD, DIM, blank, span } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";

/** How far back the lanes go. */
const SPAN: Seconds = 180;
/** Cells of the lanes' names, and of the margin at the right. */
const LABEL = 27;
const RIGHT = 1;

/** WHO LED: a lane for each lease, for etcd's leader, for how many members are up; a gap is a red block with its length. */
export function leadershipPane(view: View, { width, height }: Size): Body {
  const { glyphs, assessment } = view;
  const cells = Math.max(0, width - LABEL - RIGHT);
  const all = possibleHistories(view);
  const shown = someLanes(all, height - 1);
  const histories = shown.map((history): Line => [
    blank(2),
    ...fit([span(history.subject)], LABEL - 3),
    blank(1),
    ...historyLine(glyphs, history, { now: assessment.now, span: SPAN, cells }),
  ]);
  const count = shown.length < all.length ? `${shown.length} of ${all.length} ` : "";
  return { lines: [head(glyphs, cells, count), ...(histories.length > 0 ? histories : [nothingYet(view)])] };
}

/** The lanes that there can be: where rows are few, how many members are up is left to the tile. */
export function possibleHistories({ assessment, tall }: View): readonly LeadershipHistory[] {
  return tall
    ? assessment.history
    : assessment.history.filter((history) => history.subject !== MEMBERS_HISTORY);
}

/** The first leases, and etcd. */
function someLanes(histories: readonly LeadershipHistory[], count: number): readonly LeadershipHistory[] {
  if (histories.length <= count) return histories;
  const etcd = histories.filter(
    (history) => history.subject === ETCD_HISTORY || history.subject === MEMBERS_HISTORY,
  );
  const leases = histories.filter((history) => !etcd.includes(history));
  return [...leases.slice(0, Math.max(0, count - etcd.length)), ...etcd];
}

function nothingYet({ glyphs, monitor }: View): Line {
  const since = timeToTenth(monitor.state.startedAt);
  return [blank(2), sign(glyphs, "quiet"), span(` watching since ${since}; what was before is unknown`, DIM)];
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
    span("WHO LED", BOLD),
    span(` ${count}${rule.repeat(Math.max(0, LABEL - 10 - count.length))}`, DIM),
  ];
  return [
    ...left,
    span(ruler.padEnd(Math.max(0, cells - 5), rule).slice(0, Math.max(0, cells - 5)), DIM),
    span(" now ", BOLD),
    span(rule, DIM),
  ];
}
