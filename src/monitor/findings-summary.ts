import type { Assessment } from "../model/assessment.ts";
import { textWidth } from "../model/cells.ts";
import { FINDING_SIGNS, findingWords } from "./finding-words.ts";
import { FINDINGS, opensFindings } from "./keymap.ts";
import { fit, lineWidth } from "./lines.ts";
import type { Line, Span } from "./screen.ts";
import { sign, signStyle } from "./signs.ts";
import { DIM, KEY, span } from "./spans.ts";
import type { View } from "./view.ts";

/** Cells at the right end of the last row, always as many: what it says never pushes the keys, nor itself to and fro. */
const WITH_WORDS = { wide: { from: 120, cells: 47 }, narrow: { from: 80, cells: 30 } };
const COUNT_ONLY = { from: 60, cells: 16 };
const LEAST = 12;

/** The key that shows the findings, and how many there are, the worst in words where there is room. */
export function findingsSummary(view: View, width: number): Line {
  const key = span(opensFindings(view.monitor) ? FINDINGS.keys : " ", KEY);
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

/** Whether something that findings come from has not answered yet. */
export function isAsking({ leases, etcd }: Assessment): boolean {
  if (leases.freshness.state === "asking" || etcd.state === "asking") return true;
  return etcd.state === "members" && etcd.freshness.state === "asking";
}
