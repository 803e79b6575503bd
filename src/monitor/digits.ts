import type { Seconds } from "../model/time.ts";
import { integer } from "../view/format.ts";
import type { Glyphs } from "./glyphs.ts";

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
