import type { Line, Span } from "../screen.ts";
import type { View, Body, Size } from "../view.ts";
import type { ScreenView } from "../monitor.ts";
import type { Binding } from "../input/bindings.ts";
import { opensPanes, workingKeys } from "../input/keymap.ts";
import { FINDINGS_KEY, isAsking } from "./findings.ts";
import { textWidth } from "../../text/width.ts";
import { FINDING_SIGNS, findingWords } from "./finding-words.ts";
import { fit, lineWidth, DIM, KEY, span, spread, BOLD, strong } from "../text/lines.ts";
import { sign, signStyle } from "../text/glyphs.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import { duration } from "../../output/format.ts";

/** Cells at the right end of the last row, always as many: what it says never pushes the keys, nor itself to and fro. */
const WITH_WORDS = { wide: { from: 120, cells: 47 }, narrow: { from: 80, cells: 30 } };
const COUNT_ONLY = { from: 60, cells: 16 };
const LEAST = 12;

/** The key that shows the findings, and how many there are, the worst in words where there is room. */
function findingsSummary(view: ScreenView, width: number): Line {
  const key = span(opensPanes(view.monitor) ? FINDINGS_KEY : " ", KEY);
  const { wide, narrow } = WITH_WORDS;
  if (width >= narrow.from) return worst(view, key, width >= wide.from ? wide.cells : narrow.cells);
  const cells = width >= COUNT_ONLY.from ? COUNT_ONLY.cells : LEAST;
  return fit([key, span(" "), ...count(view, cells)], cells);
}

/** The key, the sign and the words of the worst finding, that it is one of several. */
function worst(view: View, key: Span, cells: number): Line {
  const { findings } = view.assessment;
  const [first] = findings;
  if (first === undefined) return fit([key, span(" "), ...none(view)], cells);
  const more = span(findings.length > 1 ? `  1 of ${findings.length}` : "", DIM);
  const room = cells - textWidth(key.text) - textWidth(more.text) - 3;
  const [long, short] = findingWords(first);
  const what = FINDING_SIGNS[first.severity];
  const words = span(textWidth(long) <= room ? long : short, signStyle(what));
  return fit([key, span(" "), sign(view.glyphs, what), span(" "), ...cutTo([words], room), more], cells);
}

function cutTo(line: Line, width: number): Line {
  return lineWidth(line) > width ? fit(line, width) : line;
}

/** The sign of the worst, and how many there are. */
function count(view: View, cells: number): Line {
  const { findings } = view.assessment;
  const [first] = findings;
  if (first === undefined) return none(view, cells < COUNT_ONLY.cells ? "no finding" : "no findings");
  const what = FINDING_SIGNS[first.severity];
  const words = `${findings.length} finding${findings.length === 1 ? "" : "s"}`;
  const shown = textWidth(words) + 4 <= cells ? words : `${findings.length} found`;
  return [sign(view.glyphs, what), span(` ${shown}`, signStyle(what))];
}

/** No finding yet is not "no finding". */
function none({ glyphs, assessment }: View, words = "no findings"): Line {
  return isAsking(assessment) ? [sign(glyphs, "quiet"), span(" asking", DIM)] : [span(words, DIM)];
}

/**
 * The last rows: the toast; the keys that work now, the last of them that of the findings, with their number. Where
 * there is one row, the toast takes it.
 */
export function footer(view: ScreenView, { width, height }: Size): Body {
  const toast = toastLine(view, width);
  const right = findingsSummary(view, width);
  const keys = spread(keysLine(view, width - lineWidth(right) - 1), right, width);
  if (height > 1) return { lines: [toast ?? [], keys] };
  return { lines: [toast ?? keys] };
}

/** A toast that has no room loses the end of its words, never the key that drops it. */
function toastLine({ glyphs, monitor, now }: ScreenView, width: number): Line | undefined {
  const { toast } = monitor;
  if (toast === undefined) return undefined;
  const room = width - textWidth(DROP) - 3;
  const age = duration(secondsBetween(toast.at, now));
  const short = toast.whilePaused ? `${age} ago: ${toast.text}` : toast.text;
  const full = toast.whilePaused ? `while paused, ${short}   p: resume` : short;
  const words = textWidth(full) <= room ? full : short;
  const shown = [span(` ${glyphs[toast.tone]} ${words}`, strong(toast.tone))];
  return [...fit(shown, Math.min(lineWidth(shown), room + 3)), span(DROP, KEY)];
}

const DROP = "   esc";

function keysLine({ monitor }: ScreenView, width: number): Line {
  let shown = workingKeys(monitor);
  let line = drawKeys(shown);
  while (lineWidth(line) > width && shown.some((b) => b.goes > 0)) {
    const last = Math.max(...shown.map((b) => b.goes));
    shown = shown.filter((b) => b.goes !== last);
    line = drawKeys(shown);
  }
  return line;
}

function drawKeys(keys: readonly Binding[]): Line {
  return keys.flatMap(({ keys: key, short, bold }, i) => [
    span(`${i === 0 ? " " : "   "}${key}`, KEY),
    span(` ${short ?? ""}`, bold ? BOLD : DIM),
  ]);
}
