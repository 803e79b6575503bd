import type { Style } from "../monitor/screen.ts";
import type { Depth } from "./capabilities.ts";

/** The eight ANSI colours, which a theme adapts to its own background. */
const TONES = { bad: 1, ok: 2, warn: 3, accent: 6 };

/** A block's colours by their numbers; undefined: the terminal's own. */
interface Block {
  readonly paper?: number;
  readonly ink?: number;
  /** of less loud text */
  readonly soft?: number;
  readonly inverse?: boolean;
}

/**
 * Blocks bring their own background. With 256 colours both sides of the contrast are fixed; with 16, amber is the
 * inverse of amber text, because a light theme's yellow is dark.
 */
const BLOCKS: Record<Depth, Record<"bad" | "warn", Block>> = {
  "256": { bad: { paper: 160, ink: 231, soft: 224 }, warn: { paper: 179, ink: 16 } },
  "16": { bad: { paper: 1, ink: 15 }, warn: { ink: TONES.warn, inverse: true } },
  none: { bad: { inverse: true }, warn: { inverse: true } },
};

/** Bits of blessed's flags. It knows no dim: its blink, which is never meant, leaves as dim (see `dimForBlink`). */
const FLAGS = { bold: 1, underline: 2, dim: 4, inverse: 8 };
/** blessed's number for the terminal's own colour. */
const OWN = 0x1ff;

/** A style as blessed keeps it with each cell: flags, ink and paper, nine bits each. */
export function attribute(style: Style, depth: Depth): number {
  const { paper = OWN, ink = OWN, soft, inverse } = colours(style, depth);
  const flags =
    (style.bold ? FLAGS.bold : 0) |
    (style.underline ? FLAGS.underline : 0) |
    (style.dim ? FLAGS.dim : 0) |
    (inverse ? FLAGS.inverse : 0);
  return (flags << 18) | ((style.soft ? (soft ?? ink) : ink) << 9) | paper;
}

function colours({ fill, tone }: Style, depth: Depth): Block {
  if (fill) return BLOCKS[depth][fill];
  return tone && depth !== "none" ? { ink: TONES[tone] } : {};
}

/**
 * Rewrites blessed's blink (5) to dim (2) in colour codes only: blessed writes bold, underline and blink first and in
 * this order, and a looser pattern would also rewrite cursor moves.
 */
export function dimForBlink(output: string): string {
  return output.replace(/\u001b\[((?:1;)?(?:4;)?)5(?=(?:;[\d;]*)?m)/g, "\u001b[$12");
}
