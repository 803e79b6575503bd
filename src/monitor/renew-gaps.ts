import type { LeaseRow } from "../model/assessment.ts";
import { duration } from "../view/format.ts";
import type { Glyphs } from "./glyphs.ts";
import { lineWidth } from "./lines.ts";
import type { Line, Span } from "./screen.ts";
import { DIM, PLAIN, span, strong } from "./spans.ts";

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
