import type { LeaseRow } from "../../core/assessment.ts";
import type { Glyphs } from "../text/glyphs.ts";
import type { Line, Span, Chart } from "../screen.ts";
import type { Body, Size, PaneView } from "../view.ts";
import type { SidePane } from "../pane.ts";
import { duration } from "../../output/format.ts";
import { lineWidth, DIM, PLAIN, span, strong, blank } from "../text/lines.ts";
import { leaseName, selectedLease } from "./lease-words.ts";
import { paneHead } from "./pane-head.ts";

/** A full block is two thirds of the lease, never scaled to the data: jitter must not look like an alarm. */
const FULL = 2 / 3;
/** From here on a gap stands out. */
const LONG = 0.6;

/** The gaps between renewals in a row of `room` cells, oldest first: a block for each, and the longest in words. */
export function renewGaps({ levels }: Glyphs, { gaps, duration: lease }: LeaseRow, room: number): Line {
  const longest = Math.max(...gaps);
  if (gaps.length === 0 || lease <= 0) return [span("none seen yet", DIM)];
  const words = [span("  max ", DIM), span(duration(longest), PLAIN)];
  const cells = room - lineWidth(words) >= 8 ? room - lineWidth(words) : room;
  const bars = gaps.slice(-cells).map((gap): Span => {
    const share = gap / (lease * FULL);
    const level = levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] ?? "";
    return span(level, share > LONG ? strong("warn") : { tone: "ok" });
  });
  return cells < room ? [...bars, ...words] : bars;
}

/** Two gaps make a line. */
const FEWEST = 2;
const MARGIN = 2;

/** The gaps between renewals of the selected lease, one after the other, as a chart. */
export const GAPS: SidePane<"gaps", "leases"> = { id: "gaps", of: "leases", render };

function render(view: PaneView, { width, height }: Size): Body {
  const row = selectedLease(view);
  const name = row === undefined ? "" : `: ${leaseName(row)}`;
  const right = row === undefined ? [] : headWords(row).map((text): Line => [span(text, DIM)]);
  const head = paneHead(view, width, { title: `Renew gaps in seconds${name}`, right });
  if (row === undefined || row.gaps.length < FEWEST || row.duration <= 0) {
    return { lines: [head, [blank(MARGIN), span(missing(row), DIM)]] };
  }
  return {
    lines: [head, [blank(MARGIN), ...renewGaps(view.glyphs, row, width - 2 * MARGIN)]],
    chart: gapsChart(row, { width, height: height - 1 }),
  };
}

function headWords({ gaps, duration: lease }: LeaseRow): readonly string[] {
  if (gaps.length < FEWEST || lease <= 0) return [];
  const longest = `longest ${duration(Math.max(...gaps))} of ${lease} s`;
  return [`${longest}, last ${gaps.length} renewals, newest at the right`, longest];
}

function missing(row: LeaseRow | undefined): string {
  if (row === undefined) return "no lease is selected";
  if (row.duration <= 0) return "no leaseDurationSeconds for the scale";
  return `${row.gaps.length} of 2 gaps seen that a chart needs`;
}

/** Of a chart's rows these lie below 0: the axis, its labels, a blank one. */
const BELOW_AXIS = 3;
/** Rows that a value beside the axis takes with its air, and cells that a label below it takes. */
const ROWS_A_VALUE = 2;
const CELLS_A_LABEL = 10;
/** Distances that can be counted in. */
const ROUND = [1, 2, 5, 10, 20, 30, 60];

/**
 * The chart of a lease's renew gaps in so many cells: one point a renewal, named by how many renewals ago it was. A
 * count, because between two of them there may be time that was not observed. The scale is the lease's own duration:
 * jitter must not look like an alarm.
 */
export function gapsChart(
  { gaps, duration: lease }: Pick<LeaseRow, "gaps" | "duration">,
  { width, height }: Size,
): Chart {
  const values = Math.max(1, Math.floor((height - BELOW_AXIS) / ROWS_A_VALUE));
  const labels = Math.max(1, Math.floor(width / CELLS_A_LABEL));
  return {
    points: gaps.map((y, i) => ({ label: `-${gaps.length - i}`, y })),
    maxY: lease,
    stepY: roundUp(lease / values),
    labelEvery: roundUp(gaps.length / labels),
  };
}

function roundUp(distance: number): number {
  return ROUND.find((round) => round >= distance) ?? Math.ceil(distance);
}
