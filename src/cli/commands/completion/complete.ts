import type { Call } from "../../../transport/deadline.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import type { CompleteCommand } from "../../args/command.ts";
import type { Cursor, Candidate, NameKind, Wanted } from "./wanted.ts";
import { readCursor, wantedAt } from "./wanted.ts";
import type { Io } from "../../io.ts";
import { print } from "../../io.ts";
import { candidateLines, inList } from "./names.ts";
import { clusterFlags } from "../../args/flag-values.ts";

/**
 * A person waits a second for what TAB brings; the rest of it is kubectl's, the shell's, and this program's start. Who has
 * typed --request-timeout has said how long to wait.
 */
const LONGEST: Seconds = 0.6;

/** Of which several stand in one value, with commas. */
const LISTS: ReadonlySet<NameKind> = new Set(["etcd-endpoints", "members"]);

/** Bits of the last line, as in the programs that are made with cobra (`ShellCompDirective`). */
const NO_SPACE = 2;
const NO_FILES = 4;

/**
 * Answers a shell, or kubectl, as the programs that are made with cobra do: `value<TAB>what it is` a line, then `:` and
 * how to go on. What cannot be had, or not in time, is not there: nobody wants to read of errors while typing.
 */
export async function complete({ line }: CompleteCommand, io: Io): Promise<number> {
  const cursor = readCursor(line);
  const wanted = wantedAt(cursor);
  const candidates = await candidatesFor(wanted, cursor, io);
  await print(
    io.stdout,
    [...candidateLines(candidates, cursor.typed), `:${howToGoOn(wanted)}`, ""].join("\n"),
  );
  return 0;
}

async function candidatesFor(wanted: Wanted, cursor: Cursor, io: Io): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case "these":
      return wanted.candidates;
    case "names": {
      const names = await namesInTime(wanted.of, cursor, io);
      if (LISTS.has(wanted.of)) return inList(names, cursor.typed);
      return names.filter(({ value }) => !cursor.words.includes(value));
    }
    case "files":
    case "nothing":
      return [];
  }
}

/** No names if they cannot be had. Requests that are open then are dropped. */
async function namesInTime(of: NameKind, cursor: Cursor, io: Io): Promise<readonly Candidate[]> {
  const { promise: late, resolve } = Promise.withResolvers<readonly Candidate[]>();
  const ending = new AbortController();
  const timeout = longest(cursor);
  const timer = setTimeout(() => {
    resolve([]);
  }, timeout * 1000);
  try {
    return await Promise.race([ask(of, cursor, io, { signal: ending.signal, timeout }), late]);
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

function longest(cursor: Cursor): Seconds {
  try {
    return clusterFlags(cursor, "leaders").requestTimeout ?? LONGEST;
  } catch {
    // It is no time, or not yet.
    return LONGEST;
  }
}

async function ask(of: NameKind, cursor: Cursor, io: Io, call: Call): Promise<readonly Candidate[]> {
  try {
    const { askNames } = await import("./ask.ts");
    return await askNames(of, cursor, io, call);
  } catch {
    // Whatever it was: the command that is being typed will tell.
    return [];
  }
}

function howToGoOn(wanted: Wanted): number {
  if (wanted.kind === "files") return 0;
  return wanted.kind === "names" && LISTS.has(wanted.of) ? NO_FILES + NO_SPACE : NO_FILES;
}
