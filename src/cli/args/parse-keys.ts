import type { EtcdClientFlags } from "../../transport/etcd-grpc/config.ts";
import type { KeyPattern } from "../../core/keys/search.ts";
import type { UserError } from "../../core/facts/failure.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { KeysCommand, KeysDiffCommand } from "./command.ts";
import type { FlagName } from "./flags.ts";
import { cleanText } from "../../text/clean.ts";

/** The flags that were typed, and how to say that one is wrong. */
export interface FlagReader {
  readonly has: (flag: FlagName) => boolean;
  readonly text: (flag: FlagName) => string | undefined;
  readonly wrong: (what: string) => UserError;
  readonly etcd: EtcdClientFlags;
  readonly requestTimeout: Seconds | undefined;
}

/** `keys` and what was typed behind it. Throws UserError. */
export function keysCommand(flags: FlagReader, words: readonly string[], verbose: boolean): KeysCommand {
  const [pattern, more] = words;
  if (pattern === undefined) throw flags.wrong("keys requires a pattern: a part of the key");
  if (more !== undefined)
    throw flags.wrong(
      `keys accepts one pattern, but received ${quoted(more)} too: quote a pattern that contains blanks`,
    );
  const output = outputOf(flags, ["table", "wide", "name", "json"] as const);
  if (flags.has("count") && output === "json")
    throw flags.wrong("--count and --output json are mutually exclusive: the document contains the count");
  if (flags.has("count") && flags.has("limit"))
    throw flags.wrong("--count and --limit are mutually exclusive: --count counts all matching keys");
  if (flags.has("value") && (flags.has("count") || output === "name"))
    throw flags.wrong("--value requires --output table, wide or json, without --count");
  return {
    kind: "keys",
    ...common(flags, verbose),
    pattern: patternOf(flags, pattern),
    output: flags.has("count") ? "count" : output,
    value: flags.has("value"),
    showSecrets: flags.has("show-secrets"),
  };
}

/** `keys diff` and its flags. Throws UserError. */
export function keysDiffCommand(flags: FlagReader, verbose: boolean): KeysDiffCommand {
  const output = outputOf(flags, ["table", "name", "json"] as const);
  return { kind: "keys diff", ...common(flags, verbose), output, value: flags.has("value") };
}

function common(flags: FlagReader, verbose: boolean): Omit<KeysDiffCommand, "kind" | "output" | "value"> {
  return {
    verbose,
    etcd: flags.etcd,
    requestTimeout: flags.requestTimeout,
    members: membersOf(flags),
    limit: limitOf(flags),
    headers: !flags.has("no-headers"),
    ascii: flags.has("ascii"),
  };
}

/** A list without a name, as an unset variable gives, does not mean all members. */
function membersOf(flags: FlagReader): readonly string[] {
  const names = (flags.text("members") ?? "").split(",").map((name) => name.trim());
  const named = names.filter((name) => name !== "");
  if (flags.has("members") && named.length === 0)
    throw flags.wrong("--members is empty: give names, endpoints or IDs, or omit it to ask all members");
  return named;
}

const KINDS = ["prefix", "regex", "exact"] as const;

function patternOf(flags: FlagReader, text: string): KeyPattern {
  const [given, other] = KINDS.filter((flag) => flags.has(flag));
  const kind: KeyPattern["kind"] = given ?? "substring";
  if (other !== undefined) throw flags.wrong(`--${kind} and --${other} are mutually exclusive`);
  if (text === "")
    throw flags.wrong("an empty pattern would match every key: use --prefix / for all keys of Kubernetes");
  // Node replaces bytes outside UTF-8 in arguments by this: the key that was meant is lost.
  if (text.includes("\ufffd"))
    throw flags.wrong(
      `${quoted(text)} is not valid UTF-8: give a part of the key that is, or its beginning with --prefix`,
    );
  return { kind, text, ignoreCase: flags.has("ignore-case") };
}

function outputOf<T extends string>(flags: FlagReader, choices: readonly T[]): T | "table" {
  const given = flags.text("output");
  if (given === undefined) return "table";
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw flags.wrong(`invalid value ${quoted(given)} for --output: must be one of ${choices.join(", ")}`);
}

function limitOf(flags: FlagReader): number {
  const given = flags.text("limit");
  if (given === undefined) return Infinity;
  if (!/^[1-9]\d{0,14}$/.test(given))
    throw flags.wrong(`invalid value ${quoted(given)} for --limit: must be a number of at least 1`);
  return Number(given);
}

function quoted(word: string): string {
  return `"${cleanText(word, 60)}"`;
}
