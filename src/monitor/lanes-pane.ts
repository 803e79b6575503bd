import { MEMBERS_LANE } from "../model/lanes.ts";
import type { Lane } from "../model/state.ts";
import type { Seconds } from "../model/time.ts";
import { timeToTenth } from "../view/format.ts";
import type { Glyphs } from "./glyphs.ts";
import { drawLane } from "./draw-lane.ts";
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
export function lanesPane(view: View, { width }: Size): Body {
  const { glyphs, assessment } = view;
  const cells = Math.max(0, width - LABEL - RIGHT);
  const lanes = shownLanes(view).map((lane): Line => [
    blank(2),
    ...fit([span(lane.subject)], LABEL - 3),
    blank(1),
    ...drawLane(glyphs, lane, { now: assessment.now, span: SPAN, cells }),
  ]);
  return { lines: [head(glyphs, cells), ...(lanes.length > 0 ? lanes : [nothingYet(view)])] };
}

/** The lanes there are room for: where rows are few, how many members are up is left to the tile. */
export function shownLanes({ assessment, tall }: View): readonly Lane[] {
  return tall ? assessment.lanes : assessment.lanes.filter((lane) => lane.subject !== MEMBERS_LANE);
}

function nothingYet({ glyphs, monitor }: View): Line {
  const since = timeToTenth(monitor.state.startedAt);
  return [blank(2), sign(glyphs, "quiet"), span(` watching since ${since}; what was before is unknown`, DIM)];
}

/** The rule, with the time in it. */
function head({ rule }: Glyphs, cells: number): Line {
  const minutes = Array.from({ length: SPAN / 60 }, (_, i) => SPAN / 60 - i);
  const ruler = minutes.reduce((line, minute, i) => {
    const at = Math.round((1 - (minute * 60) / SPAN) * cells);
    return line.padEnd(at, rule) + (i === 0 ? ` ${minute} min ago ` : ` ${minute} min `);
  }, "");
  const left = [span(`${rule} `, DIM), span("WHO LED", BOLD), blank(1), span(rule.repeat(LABEL - 10), DIM)];
  return [
    ...left,
    span(ruler.padEnd(Math.max(0, cells - 5), rule).slice(0, Math.max(0, cells - 5)), DIM),
    span(" now ", BOLD),
    span(rule, DIM),
  ];
}
