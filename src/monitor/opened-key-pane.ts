import { asciiText } from "../model/key-text.ts";
import type { OpenedKey } from "../model/key-value.ts";
import { integer } from "../view/format.ts";
import { openedKeyLines } from "../view/opened-key.ts";
import { fit } from "./lines.ts";
import type { SearchBox } from "./monitor.ts";
import { paneHead } from "./pane-head.ts";
import type { Line } from "./screen.ts";
import { BOLD, DIM, blank, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";

/** A key that was opened: its numbers and its value on each member, in the place of the hits. */
export function openedKeyPane(
  view: View,
  { key, top }: NonNullable<SearchBox["opened"]>,
  { width, height }: Size,
): Body {
  const right = key === "asking" ? [] : [[span(atRevision(key), DIM)]];
  const head = paneHead(view.glyphs, width, { title: "KEY", focused: hasFocus(view, "keys"), right });
  if (key === "asking") return { lines: [head, [blank(2), span("asking each member", DIM)]] };
  const whole = openedKeyLines(key, width);
  const lines = view.glyphs.isAscii ? whole.map(asciiText) : whole;
  const room = height - 1;
  const shown = lines.slice(top, top + (lines.length - top > room ? room - 1 : room));
  const rest = lines.length - top - shown.length;
  return {
    lines: [
      head,
      ...shown.map((line, index) => fit(lineSpans(line, top + index === 0), width)),
      ...(rest > 0 ? [[blank(2), span(`${integer(rest)} more lines, j shows them`, DIM)]] : []),
    ],
  };
}

function atRevision({ revision }: OpenedKey): string {
  return `each member asked alone, at revision ${integer(revision)}`;
}

/** The key itself is the title; lines in which members differ begin with `!`. */
function lineSpans(line: string, isTitle: boolean): Line {
  if (isTitle) return [blank(2), span(line, BOLD)];
  if (line.startsWith("!")) return [span("!", strong("bad")), span(line.slice(1))];
  return [span(line)];
}
