import { secondsBetween } from "../model/time.ts";
import { textWidth } from "../model/cells.ts";
import { duration } from "../view/format.ts";
import { findingsSummary } from "./findings-summary.ts";
import type { Binding } from "./keymap.ts";
import { workingKeys } from "./keymap.ts";
import { fit, lineWidth, spread } from "./lines.ts";
import type { Line } from "./screen.ts";
import { BOLD, DIM, KEY, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";

/**
 * The last rows: what is to be told in passing; the keys that work now, the last of them that of the findings, with how
 * many there are. Where there is one row, the toast has it.
 */
export function footer(view: View, { width, height }: Size): Body {
  const toast = toastLine(view, width);
  const right = findingsSummary(view, width);
  const keys = spread(keysLine(view, width - lineWidth(right) - 1), right, width);
  if (height > 1) return { lines: [toast ?? [], keys] };
  return { lines: [toast ?? keys] };
}

/** A toast that has no room loses the end of its words, never the key that drops it. */
function toastLine({ glyphs, monitor, now }: View, width: number): Line | undefined {
  const { toast } = monitor;
  if (toast === undefined) return undefined;
  const room = width - textWidth(DROP) - 3;
  const age = duration(secondsBetween(toast.at, now));
  const [whole = "", ...shorter] = toast.whilePaused
    ? [
        `while paused, ${age} ago: ${toast.text}   p shows it`,
        `${age} ago: ${toast.text}   p shows it`,
        `${age} ago: ${toast.text}`,
      ]
    : [toast.text];
  const words = [whole, ...shorter].find((text) => textWidth(text) <= room) ?? shorter.at(-1) ?? whole;
  const shown = [span(` ${glyphs[toast.tone]} ${words}`, strong(toast.tone))];
  return [...fit(shown, Math.min(lineWidth(shown), room + 3)), span(DROP, KEY)];
}

const DROP = "   esc";

function keysLine({ monitor }: View, width: number): Line {
  let shown = workingKeys(monitor);
  let line = drawKeys(shown, monitor.paused !== undefined);
  while (lineWidth(line) > width && shown.some((b) => b.goes > 0)) {
    const last = Math.max(...shown.map((b) => b.goes));
    shown = shown.filter((b) => b.goes !== last);
    line = drawKeys(shown, monitor.paused !== undefined);
  }
  return line;
}

function drawKeys(keys: readonly Binding[], paused: boolean): Line {
  return keys.flatMap(({ keys: key, short, action }, i) => [
    span(`${i === 0 ? " " : "   "}${key}`, KEY),
    span(` ${short ?? ""}`, action === "pause" && paused ? BOLD : DIM),
  ]);
}
