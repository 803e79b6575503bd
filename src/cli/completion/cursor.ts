import type { Flag } from "../flags.ts";
import { FLAGS } from "../flags.ts";

/** What stands before the cursor in a line that is being typed, and what is being typed there. */
export interface Cursor {
  /** the words before it that are no flags, nor values of flags */
  readonly words: readonly string[];
  /** the flags before it with their values; that of a switch is `true` */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** a word, the name of a flag, the value of this flag, or nothing that there is */
  readonly at: "word" | "flag" | Flag | undefined;
  /** as far as it is typed; of `--flag=value` the value alone */
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
