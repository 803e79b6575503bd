import type { Style } from "../monitor/screen.ts";
import type { Depth } from "./capabilities.ts";

/** The eight ANSI colours, which a theme adapts to its own background. */
const TONES = { ok: "32", warn: "33", bad: "31", accent: "36" };

/**
 * Blocks bring their own background. With 256 colours both sides of the contrast are fixed; with 16, amber is the
 * inverse of amber text, because a light theme's yellow is dark.
 */
const FILLS: Record<Depth, Record<"bad" | "warn", { plain: string; soft: string }>> = {
  "256": {
    bad: { plain: "48;5;160;38;5;231", soft: "48;5;160;38;5;224" },
    warn: { plain: "48;5;179;38;5;16", soft: "48;5;179;38;5;16" },
  },
  "16": { bad: { plain: "41;97", soft: "41;97" }, warn: { plain: "7;33", soft: "7;33" } },
  none: { bad: { plain: "7", soft: "7" }, warn: { plain: "7", soft: "7" } },
};

/** blessed knows no dim: its blink, which is never meant, leaves the program as dim (see `dimForBlink`). */
const BLINK_FOR_DIM = "5";

/** The escape code of a style, in blessed's dialect; "" for the terminal's own text. */
export function sgr(style: Style, depth: Depth): string {
  const codes = [
    ...(style.bold ? ["1"] : []),
    ...(style.underline ? ["4"] : []),
    ...(style.dim ? [BLINK_FOR_DIM] : []),
    ...colours(style, depth),
  ];
  return codes.length === 0 ? "" : `\u001b[${codes.join(";")}m`;
}

function colours({ fill, soft, tone }: Style, depth: Depth): readonly string[] {
  if (fill) return [FILLS[depth][fill][soft ? "soft" : "plain"]];
  return tone && depth !== "none" ? [TONES[tone]] : [];
}

/**
 * Rewrites blessed's blink (5) to dim (2) in colour codes only: blessed writes bold, underline and blink first and in
 * this order, and a looser pattern would also rewrite cursor moves.
 */
export function dimForBlink(output: string): string {
  return output.replace(/\u001b\[((?:1;)?(?:4;)?)5(?=(?:;[\d;]*)?m)/g, "\u001b[$12");
}
