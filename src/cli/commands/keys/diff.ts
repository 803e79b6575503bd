import type { KeyDiffSummary, KeyDifference } from "../../../core/keys/key.ts";
import type { DiffMessage } from "../../../sources/keys/diff-keys.ts";
import { diffKeys } from "../../../sources/keys/diff-keys.ts";
import type { KeyMember } from "../../../sources/keys/key-member.ts";
import { isAnswering, NoMember, whyNot } from "../../../sources/keys/key-member.ts";
import type { KeyMembers } from "../../../sources/keys/key-members.ts";
import type { KeysDiffCommand } from "../../args/command.ts";
import type { Io } from "../../io.ts";
import { EXIT } from "../../exit-codes.ts";
import type { Session } from "../../session.ts";
import { mayColour, print } from "../../io.ts";
import { isEscaped, keyText } from "../../../text/escape.ts";
import { diffDocument, diffPrinter, diffSummaryLine } from "../../../output/keys-diff.ts";
import { toJson } from "../../../output/encode.ts";
import {
  findMembers,
  KEY_DEADLINE,
  notAsked,
  openKeyMembers,
  signsFor,
  ESCAPED,
  writerTo,
} from "./key-command.ts";

/** Which keys are not the same on all members. 1: some are not, 3: a member could not be compared. */
export async function keysDiff(command: KeysDiffCommand, session: Session, io: Io): Promise<number> {
  using all = await openKeyMembers(command, session);
  const members = await chosen(command, all, io);
  if (members.filter(isAnswering).length < 2) return await tooFew(command, members, io);
  const timeout = Math.max(PAGE_TIMEOUT, command.requestTimeout ?? KEY_DEADLINE);
  const { limit, value: values } = command;
  const news = diffKeys({ members, limit, values, timeout, clock: session.clock }, io.interrupted);
  const summary = await tell(command, members, news, io);
  if (summary === undefined) return EXIT.ok;
  if (summary.denied > 0 || summary.members.some(({ failure }) => failure !== undefined)) {
    // The other forms have said why.
    if (command.output === "name") await print(io.stderr, `${diffSummaryLine(summary)}\n`);
    return EXIT.noAnswer;
  }
  return summary.different > 0 ? EXIT.no : EXIT.ok;
}

/** Those that were named; where nobody answers, all, because names are not known then. */
async function chosen({ members }: KeysDiffCommand, all: KeyMembers, io: Io): Promise<readonly KeyMember[]> {
  try {
    return await findMembers(all, members, io);
  } catch (error) {
    if (error instanceof NoMember) return error.members;
    throw error;
  }
}

async function tooFew(command: KeysDiffCommand, members: readonly KeyMember[], io: Io): Promise<never> {
  const { output, value: withValues } = command;
  const nothing = { revision: undefined, compared: 0, different: 0, isLimited: false, denied: 0 };
  const summary = { ...nothing, withValues, members };
  if (output === "json") await writerTo(io, command)(toJson(diffDocument([], summary, io.clock()), false));
  const why = whyNot(members);
  throw notAsked(`fewer than two members can be compared${why === "" ? "" : `: ${why}`}`, members);
}

/** A page of keys may take longer than other answers. */
const PAGE_TIMEOUT = 3;

/** Writes each difference as it is found, and last what it came to. Undefined: the user broke off. */
async function tell(
  command: KeysDiffCommand,
  members: readonly KeyMember[],
  news: AsyncIterable<DiffMessage>,
  io: Io,
): Promise<KeyDiffSummary | undefined> {
  const kept: KeyDifference[] = [];
  const line = lineOf(command, members, io);
  const write = writerTo(io, command);
  let hasSpelled = false;
  for await (const one of news) {
    switch (one.kind) {
      case "begun-again":
        kept.length = 0;
        await print(io.stderr, AGAIN);
        break;
      case "different":
        if (command.output === "json") kept.push(one.key);
        else await write(line(one.key));
        hasSpelled ||= command.output === "name" && isEscaped(keyText(one.key.key));
        break;
      case "ended":
        await write(endOf(command, one.summary, kept, io));
        if (hasSpelled) await print(io.stderr, ESCAPED);
        return one.summary;
    }
  }
  return undefined;
}

const AGAIN = "note: etcd compacted the revision; restarting the comparison, earlier results are void\n";

function lineOf(
  { output, headers, ascii }: KeysDiffCommand,
  members: readonly KeyMember[],
  io: Io,
): (key: KeyDifference) => string {
  if (output !== "table") return ({ key }) => `${keyText(key)}\n`;
  const names = members.map(({ name }) => name);
  const style = { wide: false, headers, colour: mayColour(io, io.stdout) };
  const write = diffPrinter(names, signsFor(io, ascii), style);
  return (key) => write([key]);
}

function endOf(
  { output }: KeysDiffCommand,
  summary: KeyDiffSummary,
  keys: readonly KeyDifference[],
  io: Io,
): string {
  switch (output) {
    case "json":
      return toJson(diffDocument(keys, summary, io.clock()), false);
    case "name":
      return "";
    case "table":
      return `${summary.different > 0 ? "\n" : ""}${diffSummaryLine(summary)}\n`;
  }
}
