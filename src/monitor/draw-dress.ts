import { cutBefore, textWidth } from "./cells.ts";
import { tallDuration } from "./digits.ts";
import type { Dress, Fact } from "./dress.ts";
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
export function drawDress(view: View, dress: Dress, { width, height }: Size): readonly Line[] {
  const look = lookOf(dress);
  const inner = width - 2 * MARGIN;
  const bar = dress.window
    ? takeoverBar(view.glyphs, { count: dress.count, window: dress.window }, inner, {
        bar: barStyle(dress, look),
        rest: look.soft,
      })
    : [];
  const below = dress.below.map((f) => words(f, look, inner));
  const own = ownWords(dress, look, inner);
  const parts = {
    title: titleLine(view, dress, look, width),
    counts: counts(view, dress, look, inner),
    below,
    own,
    bar,
  };
  return assemble(parts, height).map((line, i) =>
    i === 0 ? line : fit([blank(MARGIN, look.ground), ...line], width, look.ground),
  );
}

interface Parts {
  readonly title: Line;
  readonly counts: readonly Line[];
  readonly below: readonly Line[];
  readonly own: readonly Line[];
  readonly bar: readonly Line[];
}

/** The title, the count, the lease's own words and the bar stay; the rest has what is left of the rows. */
function assemble({ title, counts, below, own, bar }: Parts, height: number): readonly Line[] {
  const fixed = 1 + counts.length + own.length + bar.length;
  const spare = Math.max(0, height - fixed);
  const kept = below.slice(0, spare);
  const air = spare - kept.length;
  const underTitle: Line[] = air > 0 ? [[]] : [];
  const overBar: Line[] = air > 1 && bar.length > 0 ? [[]] : [];
  const rest: Line[] = Array.from(
    { length: Math.max(0, air - underTitle.length - overBar.length) },
    () => [],
  );
  const upper = [title, ...underTitle, ...counts, ...kept, ...own];
  return [...upper, ...overBar, ...bar, ...rest].slice(0, height);
}

function lookOf({ look }: Dress): Look {
  if ("fill" in look) {
    const [bold, plain, soft] = [filled(look.fill, "bold"), filled(look.fill), filled(look.fill, "soft")];
    return { ground: plain, loud: bold, bold, plain, soft };
  }
  return { ground: {}, loud: strong(look.tone), bold: { bold: true }, plain: {}, soft: DIM };
}

function barStyle({ look }: Dress, { plain }: Look): Style {
  return "fill" in look ? plain : { tone: look.tone };
}

function titleLine({ glyphs }: View, dress: Dress, look: Look, width: number): Line {
  const room = width - textWidth(dress.subject) - 8;
  const title = dress.who === undefined ? dress.title : cutBefore(dress.who, ` ${dress.title}`, room);
  const words = [span(`${glyphs[dress.sign]} ${title}`, look.loud), span(`  ${dress.subject}`, look.plain)];
  if ("fill" in dress.look) return fit([blank(1, look.ground), ...words], width, look.ground);
  const rule = { tone: dress.look.tone };
  return spread(
    [span(glyphs.rule, rule), span(" "), ...words, span(" ")],
    [],
    width,
    span(glyphs.rule, rule),
  );
}

/** The count, and the facts beside it. */
function counts({ glyphs }: View, dress: Dress, look: Look, width: number): readonly Line[] {
  return tallDuration(dress.count, glyphs).map((digits, i): Line => {
    const beside = dress.facts[i];
    const room = width - textWidth(digits) - 3;
    return [span(digits, look.loud), blank(3, look.ground), ...(beside ? words(beside, look, room) : [])];
  });
}

/** The longest form that fits; the shortest is cut. */
function words({ words: forms, weight }: Fact, look: Look, width: number): Line {
  const fitting = forms.find((text) => textWidth(text) <= width) ?? forms.at(-1) ?? "";
  return fit([span(fitting, look[weight])], width, look.ground);
}

/** The lease's own words: one row where there is room for it, else two. */
function ownWords({ lease }: Dress, look: Look, width: number): readonly Line[] {
  if (lease === undefined) return [];
  const recolour = (line: Line): Line =>
    line.map((s) => ({ ...s, style: s.style.dim ? look.soft : look.plain }));
  const [renewed, transitions] = [recolour(renewTimeWords(lease)), recolour(transitionsWords(lease))];
  const joined = [...renewed, blank(2, look.ground), ...transitions];
  return lineWidth(joined) <= width ? [joined] : [renewed, transitions];
}
