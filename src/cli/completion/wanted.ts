import type { Words } from "../catalog.ts";
import { CATALOG, commandNames } from "../catalog.ts";
import type { CommandName } from "../command.ts";
import type { Completes, Flag } from "../flags.ts";
import { FLAGS } from "../flags.ts";
import type { Cursor } from "./cursor.ts";

/** Something that may stand where the cursor is, and what it is, in a few words (or none). */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Names that are known only to the kubeconfig, or to the cluster. */
export type NameKind = Exclude<Completes, "file"> | "lease" | "member";

/** What may stand where the cursor is: these, names of a kind, names of files, or nothing that can be told. */
export type Wanted =
  | { readonly kind: "these"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "names"; readonly of: NameKind }
  | { readonly kind: "files" }
  | { readonly kind: "nothing" };

const NOTHING: Wanted = { kind: "nothing" };

/** What may stand at the cursor, by the catalog and the table of flags alone. What does not begin as typed is among it. */
export function wantedAt({ words, flags, at, typed }: Cursor): Wanted {
  const command = commandIn(words);
  if (at === undefined) return NOTHING;
  if (at === "flag") return these(flagsFor(command?.name, flags, typed));
  if (at !== "word") return valuesOf(at, command?.name);
  // A command may begin another one: `keys`, `keys diff`.
  const next = nextWords(words);
  if (command === undefined || next.length > 0) return these(next);
  const { words: taken }: { words?: Words } = CATALOG[command.name];
  return taken === undefined ? NOTHING : wordsOf(taken, command.rest);
}

/** The command that is typed, and the words after it. */
function commandIn(
  words: readonly string[],
): { readonly name: CommandName; readonly rest: readonly string[] } | undefined {
  const name = commandNames()
    .toSorted((a, b) => b.length - a.length)
    .find((one) => one.split(" ").every((part, i) => part === words[i]));
  return name === undefined ? undefined : { name, rest: words.slice(name.split(" ").length) };
}

/** The next word of each command that begins with `words`; where several share it, it tells what may follow. */
function nextWords(words: readonly string[]): readonly Candidate[] {
  const follow = new Map<string, CommandName[]>();
  for (const name of commandNames()) {
    const parts = name.split(" ");
    const next = parts[words.length];
    if (next !== undefined && words.every((word, i) => word === parts[i]))
      follow.set(next, [...(follow.get(next) ?? []), name]);
  }
  return [...follow].map(([value, names]) => {
    const [first] = names;
    const isWhole = first?.split(" ").length === words.length + 1;
    const further = names.map((name) => name.split(" ")[words.length + 1]).join(", ");
    return { value, about: isWhole ? CATALOG[first].summary : further };
  });
}

function wordsOf({ completes, many }: Words, rest: readonly string[]): Wanted {
  if (completes === "command") {
    const next = nextWords(rest);
    return commandIn(rest) === undefined || next.length > 0 ? these(next) : NOTHING;
  }
  if (rest.length > 0 && many !== true) return NOTHING;
  if (typeof completes === "string") return { kind: "names", of: completes };
  return these(completes.map((value) => ({ value, about: "" })));
}

function valuesOf({ choices, completes }: Flag, command: CommandName | undefined): Wanted {
  if (choices !== undefined) {
    const all = command === undefined ? Object.values(choices).flat() : (choices[command] ?? []);
    return these([...new Set(all)].map((value) => ({ value, about: "" })));
  }
  if (completes === undefined) return NOTHING;
  return completes === "file" ? { kind: "files" } : { kind: "names", of: completes };
}

/** The flags that may still be given; their letters, too, while nothing but a dash is typed. */
function flagsFor(
  command: CommandName | undefined,
  given: ReadonlyMap<string, unknown>,
  typed: string,
): readonly Candidate[] {
  return FLAGS.filter((flag: Flag) => {
    const fits = command === undefined || flag.on.includes(command);
    return fits && (flag.repeatable === true || !given.has(flag.name));
  }).flatMap((flag: Flag) => {
    const letter = typed === "-" && flag.short !== undefined ? [`-${flag.short}`] : [];
    return [...letter, `--${flag.name}`].map((value) => ({ value, about: flag.help }));
  });
}

function these(candidates: readonly Candidate[]): Wanted {
  return { kind: "these", candidates };
}
