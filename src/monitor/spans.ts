import type { Fill, Span, Style, Tone } from "./screen.ts";

/** The default style: the terminal's own text. */
export const PLAIN: Style = {};
/** Labels, ages, rules; and what is old. */
export const DIM: Style = { dim: true };
/** The answer in a row. */
export const BOLD: Style = { bold: true };
/** Keys, and what has the focus. */
export const ACCENT: Style = { tone: "accent" };
/** A key's name. */
export const KEY: Style = { tone: "accent", bold: true };

/** A piece of text in one style. */
export function span(text: string, style: Style = PLAIN): Span {
  return { text, style };
}

/** A coloured word that is to be seen first. */
export function strong(tone: Tone): Style {
  return { tone, bold: true };
}

/** Text in a block of trouble. */
export function filled(fill: Fill, weight: "bold" | "plain" | "soft" = "plain"): Style {
  return { fill, bold: weight === "bold", soft: weight === "soft" };
}

/** Blank cells. */
export function blank(width: number, style: Style = PLAIN): Span {
  return span(" ".repeat(Math.max(0, width)), style);
}
