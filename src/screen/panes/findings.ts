import type { Assessment } from "../../core/assessment.ts";
import type { Finding } from "../../core/rules/finding.ts";
import type { Line } from "../screen.ts";
import type { Body, Size, View, PaneView } from "../view.ts";
import type { PaneSpec } from "../pane.ts";
import type { Window } from "./visible-rows.ts";
import { selectedIndex } from "./visible-rows.ts";
import { cutBefore, textWidth } from "../../text/width.ts";
import { widest } from "../text/columns.ts";
import { FINDING_SIGNS } from "./finding-words.ts";
import { fit, lineWidth, spread, BOLD, DIM, KEY, blank, span, wrap } from "../text/lines.ts";
import { paneHead } from "./pane-head.ts";
import { sign } from "../text/glyphs.ts";

/** Left of the subject: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;
/** Narrower than this, the words stand below their subject. */
const SIDE_BY_SIDE = 70;
/** From this width on a finding shows its id, by which docs/findings.md describes it. */
const WITH_ID = 100;
const WIDEST_SUBJECT = 28;

/** Rows in which the evidence and the advice of some findings have room. */
const WANTED = 14;

/** In the last row it stands at the right, before the number of findings. */
export const FINDINGS_KEY = "f";

/** FINDINGS: conditions to know or to act on, the worst first: the evidence, below it the advice. */
export const FINDINGS: PaneSpec<"findings"> = {
  id: "findings",
  title: "FINDINGS",
  wants: () => WANTED,
  render,
  rows: ({ assessment }) => assessment.findings.map(findingKey),
  opening: { binding: { keys: FINDINGS_KEY, short: undefined, long: "findings and advice", goes: 9 } },
};

/** What stays the same of a finding while its figures change. */
function findingKey({ id, subject }: Finding): string {
  return `${id} ${subject}`;
}

function render(view: PaneView, { width, height }: Size): Body {
  const { findings } = view.assessment;
  const { focused } = view;
  const selected = selectedIndex(view.selected, FINDINGS.rows(view));
  const form = formOf(findings, width);
  const blocks = findings.map((finding, i) =>
    findingLines(view, finding, { ...form, most: height - 1, selected: focused && i === selected }),
  );
  const seen = window(
    blocks.map((block) => block.length),
    selected,
    height - 1,
  );
  const right =
    seen.hidden > 0
      ? [[span(`${seen.hidden} more, worst first`, DIM)], [span(`${seen.hidden} more`, DIM)]]
      : [];
  const head = paneHead(view, width, { beside: countWords(findings), right });
  if (findings.length === 0) return { lines: [head, nothing(view)] };
  const { first, count, heights } = seen;
  return {
    lines: [head, ...blocks.slice(first, first + count).flat()],
    list: { line: 1, keys: findings.slice(first, first + count).map(findingKey), heights },
  };
}

/** Whether a source of findings has not answered yet. */
export function isAsking({ leases, etcd }: Assessment): boolean {
  if (leases.freshness.state === "asking" || etcd.state === "asking") return true;
  return etcd.state === "members" && etcd.freshness.state === "asking";
}

function countWords({ length }: readonly Finding[]): Line {
  return length === 0 ? [] : [span(`${length}`, BOLD)];
}

function nothing({ glyphs, assessment }: View): Line {
  return isAsking(assessment)
    ? [blank(2), sign(glyphs, "quiet"), span(" waiting for the first answers", DIM)]
    : [blank(2), sign(glyphs, "ok"), span(" no findings")];
}

/** Where the parts of a finding stand: equal for all of them. */
interface Form {
  readonly width: number;
  /** cells before the words; the subject is left of them, or above */
  readonly indent: number;
  readonly beside: boolean;
}

function formOf(findings: readonly Finding[], width: number): Form {
  if (width < SIDE_BY_SIDE) return { width, indent: MARGIN, beside: false };
  const subject = widest(
    findings.map((f) => f.subject),
    0,
  );
  return { width, indent: MARGIN + Math.min(subject, WIDEST_SUBJECT) + 2, beside: true };
}

interface Shown extends Form {
  readonly selected: boolean;
  /** so many lines can be seen at once */
  readonly most: number;
}

function findingLines(
  view: View,
  finding: Finding,
  { width, indent, beside, selected, most }: Shown,
): readonly Line[] {
  const { glyphs } = view;
  const mark = selected ? span(glyphs.selected, KEY) : blank(1);
  const id: Line = width >= WITH_ID ? [blank(2), span(finding.id, DIM), blank(1)] : [];
  const room = width - indent - lineWidth(id) - 1;
  const subject = cutBefore(finding.subject, "", beside ? indent - MARGIN - 2 : width - MARGIN - 1);
  const title: Line = [
    mark,
    blank(1),
    sign(glyphs, FINDING_SIGNS[finding.severity]),
    blank(1),
    span(subject, BOLD),
  ];
  const advice = wrap(finding.advice, room - 2).map((text, i): Line => [
    blank(indent),
    i === 0 ? span("→ ", DIM) : blank(2),
    span(text),
  ]);
  // One that is higher than the pane loses words of its evidence, not of its advice.
  const rest = Math.max(1, most - advice.length - (beside ? 0 : 1));
  const evidence = cutLines(wrap(finding.evidence, room), rest, room);
  const [first = "", ...more] = beside ? evidence : ["", ...evidence];
  const top: Line = beside ? [...fit(title, indent), span(first)] : title;
  return [spread(top, id, width), ...more.map((text): Line => [blank(indent), span(text)]), ...advice];
}

function cutLines(lines: readonly string[], most: number, width: number): readonly string[] {
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? "";
  return [
    ...lines.slice(0, most - 1),
    textWidth(last) < width ? `${last}…` : cutBefore(last.slice(0, -1), "…", width),
  ];
}

/** Which findings are seen: whole ones, the selected one among them; the last may be cut off at the lower edge. */
function window(
  heights: readonly number[],
  selected: number,
  room: number,
): Window & { readonly heights: readonly number[] } {
  let first = selected;
  let used = heights[selected] ?? 0;
  // As few as need be leave at the top: first all above it, then what has room below.
  while (first > 0 && used + (heights[first - 1] ?? 0) <= room) used += heights[--first] ?? 0;
  let count = selected - first + 1;
  while (used < room && first + count < heights.length) used += heights[first + count++] ?? 0;
  const shown = Math.min(count, heights.length);
  const hidden = heights.length - shown + (used > room && shown > 1 ? 1 : 0);
  return { first, count: shown, heights: heights.slice(first, first + shown), hidden };
}
