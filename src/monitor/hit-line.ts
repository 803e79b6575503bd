import { cutTextStart, textWidth } from "../model/cells.ts";
import { modRevisionsDiffer } from "../model/key.ts";
import type { Mark } from "../model/key.ts";
import type { KeyHit } from "../model/key-search.ts";
import { asciiText, keyText } from "../model/key-text.ts";
import { failureWord } from "../view/failure-words.ts";
import type { Glyphs } from "./glyphs.ts";
import { fit, lineWidth } from "./lines.ts";
import type { Line, Span, Style } from "./screen.ts";
import { DIM, KEY, blank, span, strong } from "./spans.ts";
import type { View } from "./view.ts";

/** What a hit is shown with. `members`: their names, in the order of its marks. */
export interface HitLine {
  readonly query: string;
  readonly members: readonly string[];
  readonly width: number;
  readonly selected: boolean;
}

/** Cells that a key keeps beside a note. */
const LEAST_KEY = 24;

/** The cells of the column of one member's marks. */
export function marksWidth(name: string): number {
  return textWidth(name) + 3;
}

/** A key with the match in it, a mark of each member, and what is wrong. A long key loses its beginning: its end tells more. */
export function hitLine(
  { glyphs }: Pick<View, "glyphs">,
  hit: KeyHit,
  { query, members, width, selected }: HitLine,
): Line {
  const marks = members.flatMap((name, index): Line => {
    const sign = markSign(glyphs, hit, hit.marks?.[index]);
    return [sign, blank(marksWidth(name) - textWidth(sign.text))];
  });
  const all = Math.max(0, width - 4 - lineWidth(marks));
  const words = noteOf(hit, members);
  // The marks say it, too; without the key nothing is said.
  const note = all - lineWidth(words) < LEAST_KEY ? [] : words;
  const room = all - lineWidth(note);
  const spell = (text: string): string => (glyphs.isAscii ? asciiText(text) : text);
  const key = fit(keySpans(spell(hit.text), spell(keyText(new TextEncoder().encode(query))), room), room);
  const gap = note.length === 0 ? [] : [blank(room - lineWidth(key))];
  return [selected ? span(glyphs.selected, KEY) : blank(1), blank(1), ...marks, ...key, ...gap, ...note];
}

function keySpans(text: string, asked: string, room: number): Line {
  const shown = textWidth(text) > room ? `…${cutTextStart(text, room - 1)}` : text;
  const at = asked === "" ? -1 : shown.indexOf(asked);
  const match: Style = { bold: true, underline: true };
  if (at < 0) return [span(shown)];
  return [span(shown.slice(0, at)), span(asked, match), span(shown.slice(at + asked.length))];
}

function markSign(glyphs: Glyphs, hit: KeyHit, mark: Mark | undefined): Span {
  if (mark === undefined) return span(glyphs.unknown, DIM);
  switch (mark.state) {
    case "has":
      return modRevisionsDiffer({ key: hit.key, marks: hit.marks ?? [] })
        ? span(glyphs.warn, strong("bad"))
        : span(glyphs.has, strong("ok"));
    case "lacks":
      return span(glyphs.bad, strong("bad"));
    case "unknown":
      return span(glyphs.unknown, strong("warn"));
  }
}

/** The worst that is to be said of a key. */
function noteOf(hit: KeyHit, members: readonly string[]): Line {
  const { marks } = hit;
  if (marks === undefined) return [];
  const missing = members.filter((_, index) => marks[index]?.state === "lacks");
  if (missing.length > 0) return [span(`  missing on ${missing.join(", ")}`, strong("bad"))];
  if (modRevisionsDiffer({ key: hit.key, marks })) return [span("  not the same everywhere", strong("bad"))];
  const index = marks.findIndex((mark) => mark.state === "unknown");
  const mark = marks[index];
  if (mark?.state !== "unknown") return [];
  return [span(`  ${members[index] ?? ""}: ${failureWord(mark.failure)}`, strong("warn"))];
}
