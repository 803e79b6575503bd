import { setFlagsFromString } from "node:v8";
import type { FoundKey, KeySummary } from "../../model/key.ts";
import { unanswered } from "../../model/key.ts";
import { cleanText } from "../../model/clean-text.ts";
import { isSpelled, keyText } from "../../model/key-text.ts";
import type { WhyGently } from "../../model/key-search.ts";
import type { OpenedKey } from "../../model/key-value.ts";
import type { KeyNews } from "../../observe/find-keys.ts";
import { findKeys } from "../../observe/find-keys.ts";
import type { KeyMember } from "../../observe/key-members.ts";
import { NoMember } from "../../observe/key-members.ts";
import { openKey } from "../../observe/open-key.ts";
import { toJson } from "../../view/encode.ts";
import { keyListDocument } from "../../view/keys-document.ts";
import { keyPrinter } from "../../view/keys-table.ts";
import { keySummaryLine } from "../../view/keys-words.ts";
import { openedKeyLines } from "../../view/opened-key.ts";
import type { KeysCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import {
  chosenMembers,
  KEY_DEADLINE,
  notAsked,
  NOT_ASKED,
  openKeyMembers,
  selectorOf,
  signsFor,
  SPELLED,
  writerTo,
} from "../key-command.ts";

/** Which keys match, and which members have them. 1: nothing matches, 3: a member could not be asked. */
export async function keys(command: KeysCommand, io: Io): Promise<number> {
  dropPagesSoon();
  try {
    return await search(command, io);
  } catch (error) {
    if (!(error instanceof NoMember)) throw error;
    const { members } = error;
    if (command.output === "json") {
      const nothing = keyListDocument([], unanswered(members), io.clock());
      await writerTo(io, command)(toJson(nothing, false));
    }
    throw notAsked(error.failure.text, members);
  }
}

async function search(command: KeysCommand, io: Io): Promise<number> {
  const select = await selectorOf(command.pattern);
  using all = await openKeyMembers(command, io);
  const { pattern, limit, output } = command;
  const timeout = command.requestTimeout ?? KEY_DEADLINE;
  const marks = output !== "name" && output !== "count";
  // A mark is wanted of every member, a name of any.
  const found = await all.find(io.interrupted, marks ? "all" : "first");
  const members = chosenMembers(found, command.members);
  const about = { members, timeout, clock: io.clock };
  const news = findKeys({ ...about, pattern, select, limit, marks }, io.interrupted);
  const open: Open | undefined = command.value
    ? (key, revision) =>
        openKey(key, { ...about, revision, showSecrets: command.showSecrets }, io.interrupted)
    : undefined;
  const summary = await tell(members, writerFor(command, members, open, io), news, io);
  if (summary === undefined) return 0;
  if (summary.denied > 0 || summary.members.some(({ failure }) => failure !== undefined)) {
    // The other forms have said why.
    if (!marks) await print(io.stderr, `${keySummaryLine(summary, pattern)}\n`);
    return NOT_ASKED;
  }
  return summary.matched === 0 ? 1 : 0;
}

/**
 * V8 collects garbage when the heap has grown by 40 %, not by its own choice: pages that were looked at would stay in
 * memory for long, and a million keys are not to take more of it than they must. (docs/performance.md)
 */
function dropPagesSoon(): void {
  setFlagsFromString("--heap-growing-percent=40");
}

/** Writes what comes as it comes; what it came to is written last. Undefined: the user broke off. */
async function tell(
  members: readonly KeyMember[],
  writer: Writer,
  news: AsyncIterable<KeyNews>,
  io: Io,
): Promise<KeySummary | undefined> {
  for await (const one of news) {
    switch (one.kind) {
      case "scanning":
        if (one.gently !== undefined)
          await print(io.stderr, gentlyText(one.member, one.gently, members.length === 1));
        break;
      case "begun-again":
        await print(
          io.stderr,
          "note: etcd compacted the revision that was scanned; begun again, what was said before does not count\n",
        );
        writer.beginAgain();
        break;
      case "found":
        await writer.add(one.keys, one.revision);
        break;
      case "ended":
        await writer.end(one.summary);
        return one.summary;
    }
  }
  return undefined;
}

function gentlyText(member: string, gently: WhyGently, isAlone: boolean): string {
  const leads = `the leader, because no ${isAlone ? "other is" : "follower can be"} asked`;
  const why = gently === "leads" ? leads : "which may lead (its status may not be read)";
  return `note: scanning ${cleanText(member)}, ${why}: gently, in small pages\n`;
}

/** Where the answer goes, in one of its forms. */
interface Writer {
  readonly add: (keys: readonly FoundKey[], revision: bigint) => Promise<void>;
  /** what was added before does not count: it is not written twice, nor counted */
  readonly beginAgain: () => void;
  readonly end: (summary: KeySummary) => Promise<void>;
}

/** Writes a part of the answer. */
type Write = (text: string) => Promise<void>;

/** Reads a key with its value. */
type Open = (key: FoundKey, revision: bigint) => Promise<OpenedKey>;

function writerFor(
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

/** So many columns what is no terminal has. */
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

/** Names, one a line; for scripts, so one is not written again when a search begins anew. */
function nameWriter(write: Write, io: Io): Writer {
  const before = new Set<string>();
  const found = new Set<string>();
  let hasSpelled = false;
  return {
    add: (keys) => {
      const names = keys.map(({ key }) => keyText(key)).filter((name) => !before.has(name));
      for (const name of names) found.add(name);
      hasSpelled ||= names.some(isSpelled);
      return write(names.map((name) => `${name}\n`).join(""));
    },
    beginAgain: () => {
      for (const name of found) before.add(name);
    },
    end: () => (hasSpelled ? print(io.stderr, SPELLED) : Promise.resolve()),
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
