import { cutBefore, cutText, textWidth } from "../model/cells.ts";
import { tallDuration } from "./digits.ts";
import type { Banner, Fact } from "./dress.ts";
import { renewTimeWords, transitionsWords } from "./lease-words.ts";
import { fit, lineWidth, spread } from "./lines.ts";
import type { Line, Style } from "./screen.ts";
import { DIM, blank, filled, span, strong } from "./spans.ts";
import { takeoverBar } from "./takeover-bar.ts";
import type { Size, View } from "./view.ts";

/** How the parts of a dress look: in a block all of it is the block's, else the colour is in the words. */
interface Look {
  readonly ground: Style;
  readonly loud: Style;
  readonly bold: Style;
  readonly plain: Style;
  readonly soft: Style;
}

/** Left of the words. */
const MARGIN = 2;

/** Draws a dress in `height` rows: when rows are few, air goes first, then the words below the count from the last on. */
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

/** `alone`: no words below the count tell of the others. */
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

/** The longest form that fits; the shortest is cut. */
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
