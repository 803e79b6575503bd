import type { FoundKey, Mark } from "../model/key.ts";
import { modRevisionsDiffer } from "../model/key.ts";
import type { Cell } from "./table.ts";

/** Whether a member has a key, lacks it, or that it is not known; the same signs as on the screen. */
export interface KeySigns {
  readonly has: string;
  readonly lacks: string;
  readonly unknown: string;
  /** it has the key, but not at the revision that the others have it at */
  readonly differs: string;
}

/** The signs for where UTF-8 is shown, or for where it is not. */
export function keySigns(ascii: boolean): KeySigns {
  return ascii
    ? { has: "+", lacks: "X", unknown: "?", differs: "!" }
    : { has: "✓", lacks: "✕", unknown: "?", differs: "!" };
}

/** The sign of one member for a key. */
export function markCell(key: FoundKey, mark: Mark | undefined, signs: KeySigns): Cell {
  switch (mark?.state) {
    case "has":
      return modRevisionsDiffer(key)
        ? { text: signs.differs, tone: "bad" }
        : { text: signs.has, tone: "good" };
    case "lacks":
      return { text: signs.lacks, tone: "bad" };
    case "unknown":
    case undefined:
      return { text: signs.unknown, tone: "look" };
  }
}
