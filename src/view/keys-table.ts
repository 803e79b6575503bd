import type { FoundKey, KeyNumbers } from "../model/key.ts";
import { numbersOf } from "../model/key.ts";
import { keyText } from "../model/key-text.ts";
import type { KeySigns } from "./key-signs.ts";
import { markCell } from "./key-signs.ts";
import type { Column, TableStyle } from "./table.ts";
import { NONE, tablePrinter } from "./table.ts";

/** Writes rows of keys as they are found: a sign for each member, and the key itself last, because it may be long. */
export function keyPrinter(
  members: readonly string[],
  signs: KeySigns,
  style: TableStyle,
): (keys: readonly FoundKey[]) => string {
  return tablePrinter(keyColumns(members, signs), style);
}

function keyColumns(members: readonly string[], signs: KeySigns): readonly Column<FoundKey>[] {
  return [
    ...members.map((name, index) => ({
      head: name,
      cell: (key: FoundKey) => markCell(key, key.marks[index], signs),
    })),
    number("VERSION", ({ version }) => version.toString()),
    number("CREATE REVISION", ({ createRevision }) => createRevision.toString()),
    number("MOD REVISION", ({ modRevision }) => modRevision.toString()),
    number("LEASE", ({ lease }) => lease ?? NONE),
    { head: "KEY", longest: Infinity, cell: ({ key }) => keyText(key) },
  ];
}

function number(head: string, text: (numbers: KeyNumbers) => string): Column<FoundKey> {
  return {
    head,
    wide: true,
    cell: (key) => {
      const numbers = numbersOf(key);
      return numbers === undefined ? NONE : text(numbers);
    },
  };
}
