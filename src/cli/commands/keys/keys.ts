import type { KeySummary } from "../../../core/keys/key.ts";
import { unanswered } from "../../../core/keys/key.ts";
import type { ThrottleReason } from "../../../core/keys/search.ts";
import type { KeyMessage } from "../../../sources/keys/find-keys.ts";
import { AllDenied, findKeys } from "../../../sources/keys/find-keys.ts";
import type { KeyMember } from "../../../sources/keys/key-member.ts";
import { isAnswering, mayLead, NoMember } from "../../../sources/keys/key-member.ts";
import type { KeysCommand } from "../../args/command.ts";
import type { Io } from "../../io.ts";
import { EXIT } from "../../exit-codes.ts";
import type { Session } from "../../session.ts";
import { print } from "../../io.ts";
import type { Open, Writer } from "./writers.ts";
import { writerFor } from "./writers.ts";
import { setFlagsFromString } from "node:v8";
import { cleanText } from "../../../text/clean.ts";
import { openKey } from "../../../sources/keys/open-key.ts";
import { toJson } from "../../../output/encode.ts";
import { keyListDocument } from "../../../output/keys.ts";
import { keySummaryLine } from "../../../output/keys-words.ts";
import { findMembers, KEY_DEADLINE, notAsked, openKeyMembers, selectorOf, writerTo } from "./key-command.ts";

/** Which keys match, and which members have them. 1: nothing matches, 3: a member could not be asked. */
export async function keys(command: KeysCommand, session: Session, io: Io): Promise<number> {
  dropPagesSoon();
  try {
    return await search(command, session, io);
  } catch (error) {
    if (!(error instanceof NoMember || error instanceof AllDenied)) throw error;
    const summary = error instanceof AllDenied ? error.summary : unanswered(error.members);
    if (command.output === "json")
      await writerTo(io, command)(toJson(keyListDocument([], summary, session.clock()), false));
    throw notAsked(error.failure.text, summary.members);
  }
}

async function search(command: KeysCommand, session: Session, io: Io): Promise<number> {
  const select = await selectorOf(command.pattern);
  using all = await openKeyMembers(command, session);
  const { pattern, limit, output } = command;
  const timeout = command.requestTimeout ?? KEY_DEADLINE;
  const marks = output !== "name" && output !== "count";
  // A mark is wanted of every member, a name of any.
  const members = await findMembers(all, command.members, io, marks ? undefined : hasFollower);
  const settled = marks ? undefined : () => findMembers(all, command.members, io);
  const about = { members, timeout, clock: session.clock };
  const news = findKeys({ ...about, pattern, select, limit, marks, settled }, io.interrupted);
  const open: Open | undefined = command.value
    ? (key, revision) =>
        openKey(key, { ...about, revision, showSecrets: command.showSecrets }, io.interrupted)
    : undefined;
  const summary = await tell(members, writerFor(command, members, open, io), news, io);
  if (summary === undefined) return EXIT.ok;
  if (summary.denied > 0 || summary.members.some(({ failure }) => failure !== undefined)) {
    // The other forms have said why.
    if (!marks) await print(io.stderr, `${keySummaryLine(summary, pattern)}\n`);
    return EXIT.noAnswer;
  }
  return summary.matched === 0 ? EXIT.no : EXIT.ok;
}

/** Whether one is known that can be searched as fast as it can. */
function hasFollower(members: readonly KeyMember[]): boolean {
  return members.some((member) => isAnswering(member) && !mayLead(member));
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
  news: AsyncIterable<KeyMessage>,
  io: Io,
): Promise<KeySummary | undefined> {
  for await (const one of news) {
    switch (one.kind) {
      case "scanning":
        if (one.throttled !== undefined)
          await print(io.stderr, throttleNote(one.member, one.throttled, members.length === 1));
        break;
      case "begun-again":
        await print(
          io.stderr,
          "note: etcd compacted the revision; restarting the search, earlier results are void\n",
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

function throttleNote(member: string, throttled: ThrottleReason, isAlone: boolean): string {
  const leads = `the leader (no ${isAlone ? "other member is" : "follower can be"} asked)`;
  const why = throttled === "leads" ? leads : "possibly the leader (its status cannot be read)";
  return `note: scanning ${cleanText(member)}, ${why}: throttled, in small pages\n`;
}
