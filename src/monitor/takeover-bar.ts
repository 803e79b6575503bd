import type { Seconds } from "../model/time.ts";
import type { Window } from "./dress.ts";
import type { Glyphs } from "./glyphs.ts";
import type { Line, Style } from "./screen.ts";
import { span } from "./spans.ts";

/**
 * The bar under the count: what has gone by, and where in time a takeover is to be expected; below it the seconds.
 * Its scale is fixed by the window, until the count runs past it.
 */
export function takeoverBar(
  glyphs: Glyphs,
  { count, window }: { readonly count: Seconds; readonly window: Window },
  width: number,
  styles: { readonly bar: Style; readonly rest: Style },
): readonly [Line, Line] {
  const end = Math.max(Math.ceil(window.to * 1.2), Math.ceil(count * 1.1));
  const at = (seconds: Seconds): number => Math.round((seconds / end) * width);
  const [gone, from, to] = [at(count), at(window.from), at(window.to)];
  const untilWindow = Math.max(0, from - gone);
  const inWindow = Math.max(0, to - Math.max(gone, from));
  const after = width - gone - untilWindow - inWindow;
  return [
    [
      span(glyphs.full.repeat(gone), styles.bar),
      span(glyphs.wait.repeat(untilWindow), styles.rest),
      span(glyphs.window.repeat(inWindow), styles.bar),
      span(glyphs.wait.repeat(after), styles.rest),
    ],
    [span(scale(window, at), styles.rest)],
  ];
}

function scale({ from, to, fromIs }: Window, at: (seconds: Seconds) => number): string {
  const named = `${Math.floor(from)} ${fromIs ?? ""}`;
  const start = at(from) + named.length + 1 > at(to) ? String(Math.floor(from)) : named;
  const marks: [number, string][] = [[at(to), to < 10 ? to.toFixed(1) : String(Math.ceil(to))]];
  if (fromIs !== undefined) marks.unshift([at(from), start]);
  return marks.reduce((line, [x, text]) => (line.length < x ? line.padEnd(x) + text : line), "0 s");
}
