import type { Cell } from "./cells.ts";

const WIDTH = 9;
const HEIGHT = 19;

/** The colours of a terminal, as CSS has them: its own two, and the eight of ANSI. */
export interface Theme {
  readonly background: string;
  readonly ink: string;
  readonly ansi: readonly string[];
}

/** A dark terminal. */
export const DARK: Theme = {
  background: "#16181d",
  ink: "#d6d8dc",
  ansi: ["#16181d", "#e05561", "#6cc57d", "#d7a94b", "#4a9fe8", "#c27fd7", "#4fb8c4", "#d6d8dc"],
};

/** A picture of a terminal as SVG: what was painted, cell by cell. */
export function toSvg(cells: readonly (readonly Cell[])[], theme = DARK): string {
  const columns = cells[0]?.length ?? 0;
  const [w, h] = [columns * WIDTH + 2 * WIDTH, cells.length * HEIGHT + HEIGHT];
  const rows = cells.flatMap((row, y) => runs(row).flatMap((run) => paint(run, y, theme)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">`,
    `<rect width="${w}" height="${h}" rx="8" fill="${theme.background}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15" xml:space="preserve">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

interface Run {
  readonly x: number;
  readonly cells: readonly Cell[];
  readonly style: Cell;
}

/** Neighbouring cells of one look are one piece of text. */
function runs(row: readonly Cell[]): readonly Run[] {
  const found: { x: number; cells: Cell[]; style: Cell }[] = [];
  row.forEach((cell, x) => {
    const last = found.at(-1);
    if (last && isSameLook(last.style, cell)) last.cells.push(cell);
    else found.push({ x, cells: [cell], style: cell });
  });
  return found;
}

function isSameLook(a: Cell, b: Cell): boolean {
  return JSON.stringify({ ...a, text: "" }) === JSON.stringify({ ...b, text: "" });
}

function paint({ x, cells, style }: Run, y: number, theme: Theme): readonly string[] {
  const [left, top, width] = [WIDTH + x * WIDTH, HEIGHT / 2 + y * HEIGHT, cells.length * WIDTH];
  const [ink, background] = style.inverse
    ? [colour(style.bg, theme.background, theme), colour(style.fg, theme.ink, theme)]
    : [colour(style.fg, theme.ink, theme), colour(style.bg, theme.background, theme)];
  const shapes = blocks(cells, { left, top, ink, dim: style.dim });
  const texts = cells.map((c) => (c.text in SHAPES ? " " : c.text));
  const back =
    background === theme.background
      ? []
      : [`<rect x="${left}" y="${top}" width="${width}" height="${HEIGHT + 0.5}" fill="${background}"/>`];
  if (texts.join("").trim() === "") return [...back, ...shapes];
  const looks = [
    style.bold ? ' font-weight="bold"' : "",
    style.dim ? ' opacity="0.55"' : "",
    style.underline ? ' text-decoration="underline"' : "",
  ].join("");
  // Each column from its own cell on: not every viewer heeds textLength, and columns would drift.
  const inked = texts.map((text) => (text === " " ? " " : "x")).join("");
  const words = [...inked.matchAll(/x+(?: x+)*/g)].map(({ 0: run, index }) => {
    const at = `x="${left + index * WIDTH}" y="${top + HEIGHT - 5}" textLength="${run.length * WIDTH}"`;
    const text = escape(texts.slice(index, index + run.length).join(""));
    return `<text ${at} lengthAdjust="spacingAndGlyphs" fill="${ink}"${looks}>${text}</text>`;
  });
  return [...back, ...shapes, ...words];
}

/** Blocks and lines as shares of a cell (left, top, width, height, how dense): fonts draw them with gaps. */
const SHAPES: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  "█": [0, 0, 1, 1, 1],
  "▀": [0, 0, 1, 0.5, 1],
  "▄": [0, 0.5, 1, 0.5, 1],
  "▌": [0, 0, 0.5, 1, 1],
  "░": [0, 0, 1, 1, 0.25],
  "▒": [0, 0, 1, 1, 0.5],
  "─": [0, 0.47, 1, 0.06, 1],
  "━": [0, 0.42, 1, 0.16, 1],
  ...Object.fromEntries(
    Array.from("▁▂▃▄▅▆▇", (level, i) => [level, [0, 1 - (i + 1) / 8, 0.9, (i + 1) / 8, 1]]),
  ),
};

interface Ground {
  readonly left: number;
  readonly top: number;
  readonly ink: string;
  readonly dim: boolean;
}

/** Neighbouring cells of one shape that fills the cell's width are one rectangle. */
function blocks(cells: readonly Cell[], { left, top, ink, dim }: Ground): readonly string[] {
  const rects: string[] = [];
  for (let x = 0; x < cells.length; x += 1) {
    const shape = SHAPES[cells[x]?.text ?? ""];
    if (shape === undefined) continue;
    const from = x;
    while (shape[2] === 1 && cells[x + 1]?.text === cells[from]?.text) x += 1;
    const [dx, dy, w, h, dense] = shape;
    const opacity = dense * (dim ? 0.55 : 1);
    const at = `x="${left + (from + dx) * WIDTH}" y="${round(top + dy * HEIGHT)}"`;
    const size = `width="${round((x - from + w) * WIDTH)}" height="${round(h * HEIGHT + (h === 1 ? 0.5 : 0))}"`;
    rects.push(
      `<rect ${at} ${size} fill="${ink}" shape-rendering="crispEdges"${opacity === 1 ? "" : ` opacity="${round(opacity)}"`}/>`,
    );
  }
  return rects;
}

const round = (n: number): number => Math.round(n * 100) / 100;

function colour(index: number | undefined, own: string, { ansi }: Theme): string {
  if (index === undefined) return own;
  if (index < 16) return ansi[index % 8] ?? own;
  if (index >= 232) return hex([8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10]);
  const n = index - 16;
  return hex([Math.floor(n / 36), Math.floor(n / 6) % 6, n % 6].map((v) => (v === 0 ? 0 : 55 + v * 40)));
}

const hex = (rgb: readonly number[]): string =>
  `#${rgb.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
