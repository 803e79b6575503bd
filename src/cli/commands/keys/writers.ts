import type { FoundKey, KeySummary } from "../../../core/keys/key.ts";
import type { OpenedKey } from "../../../core/keys/value.ts";
import type { KeyMember } from "../../../sources/keys/key-member.ts";
import type { KeysCommand } from "../../args/command.ts";
import type { Io } from "../../io.ts";
import { mayColour, print } from "../../io.ts";
import { isEscaped, keyText } from "../../../text/escape.ts";
import { toJson } from "../../../output/encode.ts";
import { keyListDocument, keyPrinter } from "../../../output/keys.ts";
import { keySummaryLine } from "../../../output/keys-words.ts";
import { openedKeyLines } from "../../../output/opened-key.ts";
import { signsFor, ESCAPED, writerTo } from "./key-command.ts";

/** Where the answer goes, in one of its forms. */
export interface Writer {
  readonly add: (keys: readonly FoundKey[], revision: bigint) => Promise<void>;
  /** what was added before does not count: it is not written twice, nor counted */
  readonly beginAgain: () => void;
  readonly end: (summary: KeySummary) => Promise<void>;
}

/** Writes a part of the answer. */
type Write = (text: string) => Promise<void>;

/** Reads a key with its value. */
export type Open = (key: FoundKey, revision: bigint) => Promise<OpenedKey>;

/** How the answer is written in the form that was asked for. `open`: with --value. */
export function writerFor(
  command: KeysCommand,
  members: readonly KeyMember[],
  open: Open | undefined,
  io: Io,
): Writer {
  const write = writerTo(io, command);
  switch (command.output) {
    case "json":
      return documentWriter(open, write, io);
    case "count":
      return {
        add: () => Promise.resolve(),
        beginAgain: () => undefined,
        end: ({ matched }) => write(`${matched}\n`),
      };
    case "name":
      return nameWriter(write, io);
    case "table":
    case "wide":
      return open ? openWriter(command, open, write, io) : tableWriter(command, members, write, io);
  }
}

/** The columns of a pipe or file. */
const WIDE = 120;

/** Each key opened, an empty line behind it. */
function openWriter({ pattern }: KeysCommand, open: Open, write: Write, io: Io): Writer {
  return {
    add: async (keys, revision) => {
      for (const key of keys) {
        const lines = openedKeyLines(await open(key, revision), io.stdout.columns ?? WIDE);
        await write(`${lines.join("\n")}\n\n`);
      }
    },
    beginAgain: () => undefined,
    end: (summary) => write(`${keySummaryLine(summary, pattern)}\n`),
  };
}

function tableWriter(command: KeysCommand, members: readonly KeyMember[], write: Write, io: Io): Writer {
  const { output, headers, ascii, pattern } = command;
  const rows = keyPrinter(
    members.map(({ name }) => name),
    signsFor(io, ascii),
    { wide: output === "wide", headers, colour: mayColour(io, io.stdout) },
  );
  return {
    add: (keys) => write(rows(keys)),
    beginAgain: () => undefined,
    end: (summary) => write(`${summary.matched > 0 ? "\n" : ""}${keySummaryLine(summary, pattern)}\n`),
  };
}

/** Names, one a line; for scripts, so a name is not repeated when a search starts over. */
function nameWriter(write: Write, io: Io): Writer {
  const before = new Set<string>();
  const found = new Set<string>();
  let hasSpelled = false;
  return {
    add: (keys) => {
      const names = keys.map(({ key }) => keyText(key)).filter((name) => !before.has(name));
      for (const name of names) found.add(name);
      hasSpelled ||= names.some(isEscaped);
      return write(names.map((name) => `${name}\n`).join(""));
    },
    beginAgain: () => {
      for (const name of found) before.add(name);
    },
    end: () => (hasSpelled ? print(io.stderr, ESCAPED) : Promise.resolve()),
  };
}

/** One document, when all is known. */
function documentWriter(open: Open | undefined, write: Write, io: Io): Writer {
  const keys: (FoundKey & { opened?: OpenedKey })[] = [];
  return {
    add: async (more, revision) => {
      for (const key of more) keys.push(open ? { ...key, opened: await open(key, revision) } : key);
    },
    beginAgain: () => {
      keys.length = 0;
    },
    end: (summary) => write(toJson(keyListDocument(keys, summary, io.clock()), false)),
  };
}
