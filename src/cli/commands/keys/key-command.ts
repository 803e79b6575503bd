import type { Failure } from "../../../core/facts/failure.ts";
import { UserError } from "../../../core/facts/failure.ts";
import type { KeyPattern } from "../../../core/keys/search.ts";
import { BadExpression } from "../../../core/keys/search.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import type { KeyMember } from "../../../sources/keys/key-member.ts";
import type { IsEnough, KeyMembers } from "../../../sources/keys/key-members.ts";
import type { Select } from "../../../sources/keys/select-keys.ts";
import { selector } from "../../../sources/keys/select-keys.ts";
import type { KeySigns } from "../../../output/keys.ts";
import { keySigns } from "../../../output/keys.ts";
import type { KeysCommand, KeysDiffCommand } from "../../args/command.ts";
import { matchesMember } from "../../../core/etcd/resolve.ts";
import type { Io } from "../../io.ts";
import type { Session } from "../../session.ts";
import { print } from "../../io.ts";
import { cleanText } from "../../../text/clean.ts";
import { unlistedWords } from "../../../core/etcd/endpoints.ts";
import { asciiText } from "../../../text/escape.ts";
import { asciiJson } from "../../../output/encode.ts";
import { capabilities } from "../../../terminal/capabilities.ts";
import { notConfigured } from "../etcd/look.ts";
import { problem } from "../etcd/silent-members.ts";
import { quoted, usageError } from "../../args/usage-error.ts";

/** Seconds to wait for one answer. */
export const KEY_DEADLINE: Seconds = 1.5;

/** What is said beside names that are not the keys themselves. */
export const ESCAPED =
  "note: non-printable bytes in keys are escaped as for bash `printf %b`; -o json adds the raw bytes (keyBase64)\n";

/** Opens a connection to each member. Throws UserError where there is no way to etcd. Dispose it. */
export async function openKeyMembers(
  { requestTimeout }: { readonly requestTimeout: Seconds | undefined },
  session: Session,
): Promise<KeyMembers> {
  const etcd = await session.etcd();
  if (!etcd.found) throw notConfigured(etcd.tried);
  return session.keyMembers(requestTimeout ?? KEY_DEADLINE);
}

/**
 * Those of all members that were named, and which addresses are nobody's is said. `isEnough`: who need not wait for all,
 * see KeyMembers.find; else each of them has said who it is. Throws UserError for a name that is none.
 */
export async function findMembers(
  all: KeyMembers,
  names: readonly string[],
  io: Io,
  isEnough?: IsEnough,
): Promise<readonly KeyMember[]> {
  const found = isEnough
    ? await all.find(io.interrupted, (some) => isEnough(named(some, names)))
    : await all.settled(io.interrupted);
  for (const one of all.unlisted()) await print(io.stderr, `note: not asked: ${unlistedWords(one)}\n`);
  return chosenMembers(found, names);
}

/** The members that were named, see matchesMember; all of them if none was. Throws UserError for one there is not. */
function chosenMembers(all: readonly KeyMember[], names: readonly string[]): readonly KeyMember[] {
  const stranger = names.find((name) => !all.some((member) => matchesMember(member, name)));
  if (stranger !== undefined) {
    const known = all
      .map(({ name }) => cleanText(name))
      .toSorted()
      .join(", ");
    throw new UserError(`--members "${cleanText(stranger, 60)}" not found; members: ${known}`, 2);
  }
  return named(all, names);
}

function named(all: readonly KeyMember[], names: readonly string[]): readonly KeyMember[] {
  return all.filter((member) => names.length === 0 || names.some((name) => matchesMember(member, name)));
}

/** What a command about keys fails with where members cannot be asked: why, and what to try. */
export function notAsked(
  said: string,
  members: readonly { readonly failure: Failure | undefined }[],
): UserError {
  return problem(
    said,
    members.flatMap(({ failure }) => failure ?? []),
  );
}

/** How keys are looked for. Throws UserError for a regular expression that is none. */
export async function selectorOf(pattern: KeyPattern): Promise<Select> {
  try {
    return await selector(pattern);
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error;
    throw usageError(
      `invalid regular expression ${quoted(pattern.text)} (RE2 syntax): ${error.message}`,
      "keys",
    );
  }
}

/**
 * Writes the answer. Tables use the characters that the locale allows, in a terminal and in a pipe; names and documents
 * are for programs, which know UTF-8, so only `--ascii` changes them.
 */
export function writerTo(
  io: Io,
  { output, ascii }: Pick<KeysCommand | KeysDiffCommand, "output" | "ascii">,
): (text: string) => Promise<void> {
  const isForPrograms = output === "name" || output === "json";
  const isUtf8 = isForPrograms ? !ascii : capabilities(io.env, io.platform, ascii).utf8;
  if (isUtf8) return (text) => print(io.stdout, text);
  return (text) => print(io.stdout, output === "json" ? asciiJson(text) : asciiText(text));
}

/** The signs that the locale allows, in a terminal and in a pipe. */
export function signsFor(io: Io, ascii: boolean): KeySigns {
  return keySigns(!capabilities(io.env, io.platform, ascii).utf8);
}
