import type { Words } from "../../args/catalog.ts";
import { CATALOG, commandNames } from "../../args/catalog.ts";
import type { CommandName } from "../../args/command.ts";
import type { Completes, Flag } from "../../args/flags.ts";
import { FLAGS } from "../../args/flags.ts";

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

/** What stands before the cursor in a line that is being typed, and what is being typed there. */
export interface Cursor {
  /** the words before it that are no flags, nor values of flags */
  readonly words: readonly string[];
  /** the flags before it with their values; that of a switch is `true` */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** a word, the name of a flag, the value of this flag, or nothing that there is */
  readonly at: "word" | "flag" | Flag | undefined;
  /** the part that is typed; of `--flag=value` the value alone */
  readonly typed: string;
}

/** Reads the words of a line as they are typed, the last of them under the cursor. Nothing that it holds is an error. */
export function readCursor(line: readonly string[]): Cursor {
  const last = line.at(-1) ?? "";
  const reader = new LineReader();
  for (const word of line.slice(0, -1)) reader.read(word);
  const { words, flags, waiting } = reader;
  if (waiting !== undefined) return { words, flags, at: waiting, typed: last };
  if (reader.wordsOnly || !last.startsWith("-")) return { words, flags, at: "word", typed: last };
  const [, name, value] = /^(--[^=]+|-\w)=(.*)$/s.exec(last) ?? [];
  if (name === undefined || value === undefined) return { words, flags, at: "flag", typed: last };
  const flag = name.startsWith("--") ? flagNamed(name.slice(2)) : flagOfLetter(name.slice(1));
  return { words, flags, at: flag?.value === undefined ? undefined : flag, typed: value };
}

/** Takes one word after the other, as commander does for the whole line; what it does not know it leaves out. */
class LineReader {
  readonly words: string[] = [];
  readonly flags = new Map<string, string[]>();
  /** the flag whose value comes next */
  waiting: Flag | undefined;
  /** `--` was typed: no flags follow */
  wordsOnly = false;

  read(word: string): void {
    if (this.waiting !== undefined) {
      this.#give(this.waiting, word);
      this.waiting = undefined;
    } else if (this.wordsOnly || !/^-./.test(word)) this.words.push(word);
    else if (word === "--") this.wordsOnly = true;
    else if (word.startsWith("--")) this.#readLong(word);
    else this.#readLetters(word.slice(1));
  }

  #readLong(word: string): void {
    const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = flagNamed(name);
    if (flag === undefined) return;
    if (flag.value !== undefined && value === undefined) this.waiting = flag;
    else this.#give(flag, value ?? "true");
  }

  /** `-w`, `-wo json`, `-ojson`, `-o=json` */
  #readLetters(letters: string): void {
    const flag = flagOfLetter(letters.charAt(0));
    if (flag === undefined) return;
    const rest = letters.slice(1);
    if (flag.value === undefined) {
      this.#give(flag, "true");
      if (rest !== "") this.#readLetters(rest);
    } else if (rest === "") this.waiting = flag;
    else this.#give(flag, rest.replace(/^=/, ""));
  }

  #give(flag: Flag, value: string): void {
    this.flags.set(flag.name, [...(this.flags.get(flag.name) ?? []), value]);
  }
}

function flagNamed(name: string): Flag | undefined {
  return FLAGS.find((flag) => flag.name === name);
}

function flagOfLetter(letter: string): Flag | undefined {
  return FLAGS.find((flag: Flag) => flag.short === letter);
}
