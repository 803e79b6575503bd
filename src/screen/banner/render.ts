import type { Seconds } from "../../core/facts/time.ts";
import type { Glyphs } from "../text/glyphs.ts";
import type { Window, Banner, Fact } from "./banner.ts";
import type { Line, Style } from "../screen.ts";
import type { Size, View } from "../view.ts";
import { integer } from "../../output/format.ts";
import { span, fit, lineWidth, spread, DIM, blank, filled, strong } from "../text/lines.ts";
import { cutBefore, cutText, textWidth } from "../../text/width.ts";
import { renewTimeWords, transitionsWords } from "../panes/lease-words.ts";

type Tall = readonly [string, string, string];

const BLOCKS: Record<string, Tall> = {
  0: ["█▀▀█", "█  █", "█▄▄█"],
  1: ["▀█  ", " █  ", "▄█▄ "],
  2: ["▀▀▀█", "█▀▀▀", "█▄▄▄"],
  3: ["▀▀▀█", " ▀▀█", "▄▄▄█"],
  4: ["█  █", "▀▀▀█", "   █"],
  5: ["█▀▀▀", "▀▀▀█", "▄▄▄█"],
  6: ["█▀▀▀", "█▀▀█", "█▄▄█"],
  7: ["▀▀▀█", "   █", "   █"],
  8: ["█▀▀█", "█▀▀█", "█▄▄█"],
  9: ["█▀▀█", "▀▀▀█", "▄▄▄█"],
  ".": [" ", " ", "▄"],
  ":": ["▄", " ", "▀"],
  ",": [" ", " ", "▄"],
};

const SEGMENTS: Record<string, Tall> = {
  0: [" _ ", "| |", "|_|"],
  1: ["   ", "  |", "  |"],
  2: [" _ ", " _|", "|_ "],
  3: [" _ ", " _|", " _|"],
  4: ["   ", "|_|", "  |"],
  5: [" _ ", "|_ ", " _|"],
  6: [" _ ", "|_ ", "|_|"],
  7: [" _ ", "  |", "  |"],
  8: [" _ ", "|_|", "|_|"],
  9: [" _ ", "|_|", " _|"],
  ".": [" ", " ", "."],
  ":": [" ", ".", "."],
  ",": [" ", " ", ","],
};

/** A duration three rows tall, its unit at its foot: `9.2 s`, then `3:40 min`, then `4:12 h`. The rows are equally wide. */
export function tallDuration(seconds: Seconds, glyphs: Glyphs): Tall {
  const [digits, unit] = parts(Math.max(0, Math.round(seconds * 10) / 10));
  const font = glyphs.digits === "blocks" ? BLOCKS : SEGMENTS;
  const row = (n: 0 | 1 | 2): string => Array.from(digits, (digit) => font[digit]?.[n] ?? "").join(" ");
  const above = " ".repeat(unit.length + 2);
  return [row(0) + above, row(1) + above, `${row(2)}  ${unit}`];
}

function parts(seconds: Seconds): [digits: string, unit: string] {
  if (seconds < 100) return [seconds.toFixed(1), "s"];
  if (seconds < 3600) return [pair(seconds), "min"];
  return [pair(seconds / 60), "h"];
}

function pair(n: number): string {
  return `${integer(Math.floor(n / 60))}:${String(Math.floor(n % 60)).padStart(2, "0")}`;
}

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

/** How the parts of a banner look: in a block all of it is the block's, else the colour is in the words. */
interface Look {
  readonly ground: Style;
  readonly loud: Style;
  readonly bold: Style;
  readonly plain: Style;
  readonly soft: Style;
}

/** Left of the words. */
const MARGIN = 2;

/** Draws a banner in `height` rows: when rows are few, blank rows go first, then the words below the count from the last on. */
export function renderBanner(view: View, banner: Banner, { width, height }: Size): readonly Line[] {
  const look = lookOf(banner);
  const inner = width - 2 * MARGIN;
  const bar = banner.window
    ? takeoverBar(view.glyphs, { count: banner.count, window: banner.window }, inner, {
        bar: barStyle(banner, look),
        rest: look.soft,
      })
    : [];
  const parts = { timer: timerLines(view, banner, look, inner), own: ownWords(banner, look, inner), bar };
  const spare = Math.max(0, height - 1 - parts.timer.length - parts.own.length - bar.length);
  const below = banner.below
    .flatMap((f) => rows(f, look, inner, spare - banner.below.length))
    .slice(0, spare);
  const title = titleLine(view, banner, look, { width, alone: below.length === 0 });
  const lines = assemble({ ...parts, below }, spare - below.length);
  return [
    title,
    ...lines.map((line) => fit([blank(MARGIN, look.ground), ...line], width, look.ground)),
  ].slice(0, height);
}

interface Parts {
  readonly timer: readonly Line[];
  readonly below: readonly Line[];
  readonly own: readonly Line[];
  readonly bar: readonly Line[];
}

/** The count, the words below it, the lease's own words and the bar, with `air` blank rows: first under the title. */
function assemble({ timer, below, own, bar }: Parts, air: number): readonly Line[] {
  const blanks = (n: number): readonly Line[] => Array.from({ length: Math.max(0, n) }, () => []);
  const more = blanks(Math.min(1, air - 1));
  const underCount = bar.length === 0 ? more : [];
  const overBar = bar.length === 0 ? [] : more;
  return [
    ...blanks(Math.min(1, air)),
    ...timer,
    ...underCount,
    ...below,
    ...own,
    ...overBar,
    ...bar,
    ...blanks(air - 2),
  ];
}

function lookOf({ look }: Banner): Look {
  if ("fill" in look) {
    const [bold, plain, soft] = [filled(look.fill, "bold"), filled(look.fill), filled(look.fill, "soft")];
    return { ground: plain, loud: bold, bold, plain, soft };
  }
  return { ground: {}, loud: strong(look.tone), bold: { bold: true }, plain: {}, soft: DIM };
}

function barStyle({ look }: Banner, { plain }: Look): Style {
  return "fill" in look ? plain : { tone: look.tone };
}

/** `alone`: no words below the count name the others. */
function titleLine(
  { glyphs }: View,
  banner: Banner,
  look: Look,
  { width, alone }: { readonly width: number; readonly alone: boolean },
): Line {
  const forms =
    alone && banner.others
      ? banner.subject.flatMap((s) => withOthers(s, banner.others ?? 0))
      : banner.subject;
  const spare = width - textWidth(banner.title) - ("fill" in banner.look ? 5 : 7);
  const subject = `  ${forms.find((words) => textWidth(words) <= spare) ?? forms.at(-1) ?? ""}`;
  const room = width - textWidth(subject) - 6;
  const title = banner.who === undefined ? banner.title : cutBefore(banner.who, ` ${banner.title}`, room);
  const words = [span(`${glyphs[banner.sign]} ${title}`, look.loud), span(subject, look.plain)];
  if ("fill" in banner.look) return fit([blank(1, look.ground), ...words], width, look.ground);
  const rule = { tone: banner.look.tone };
  return spread(
    [span(glyphs.rule, rule), span(" "), ...words, span(" ")],
    [],
    width,
    span(glyphs.rule, rule),
  );
}

function withOthers(subject: string, others: number): readonly string[] {
  return [`${subject} and ${others} more`, `${subject} +${others}`];
}

/** The count, and the facts beside it. */
function timerLines({ glyphs }: View, banner: Banner, look: Look, width: number): readonly Line[] {
  return tallDuration(banner.count, glyphs).map((digits, i): Line => {
    const beside = banner.facts[i];
    const room = width - textWidth(digits) - 3;
    return [span(digits, look.loud), blank(3, look.ground), ...(beside ? words(beside, look, room) : [])];
  });
}

/** A fact in one row; in two where it is long, wraps, and there is a row to spare. */
function rows(fact: Fact, look: Look, width: number, spare: number): readonly Line[] {
  const [whole = ""] = fact.words;
  const end = whole.lastIndexOf(" ", cutText(whole, width).length);
  if (!fact.wraps || spare < 1 || textWidth(whole) <= width || end <= 0) return [words(fact, look, width)];
  const halves = [whole.slice(0, end), whole.slice(end + 1)];
  return halves.map((half) => words({ ...fact, words: [half] }, look, width));
}

/** The full words if they fit, else the short ones, with an ellipsis if they must be cut. */
function words({ words: forms, weight }: Fact, look: Look, width: number): Line {
  const fitting = forms.find((text) => textWidth(text) <= width) ?? forms.at(-1) ?? "";
  return fit([span(fitting, look[weight])], width, look.ground);
}

/** The lease's own words: one row where there is room for it, else two. */
function ownWords({ lease }: Banner, look: Look, width: number): readonly Line[] {
  if (lease === undefined) return [];
  const recolour = (line: Line): Line =>
    line.map((s) => ({ ...s, style: s.style.dim ? look.soft : look.plain }));
  const [renewed, transitions] = [recolour(renewTimeWords(lease)), recolour(transitionsWords(lease))];
  const joined = [...renewed, blank(2, look.ground), ...transitions];
  return lineWidth(joined) <= width ? [joined] : [renewed, transitions];
}
