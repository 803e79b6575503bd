import type { CatalogEntry } from "./catalog.ts";
import { CATALOG, commandNames, isCommandName } from "./catalog.ts";
import type { Command, CommandName, HelpTopic } from "./command.ts";
import type { Flag } from "./flags.ts";
import { FLAGS } from "./flags.ts";
import type { FlagReader } from "./parse-keys.ts";
import { keysCommand, keysDiffCommand } from "./parse-keys.ts";
import type { ParsedArgs } from "./read-argv.ts";
import { readArgv } from "./read-argv.ts";
import {
  clusterFlags,
  completionOf,
  etcdCommand,
  etcdFlags,
  interval,
  outputOf,
  text,
} from "./flag-values.ts";
import { nearest, quoted, usageError } from "./usage-error.ts";

const NAMESPACE = "kube-system";

/** What kubectl's helper and the shells' scripts call, as they call the programs that cobra makes. */
const COMPLETE = "__complete";

/**
 * The argument list (without the program's own name) as a value. Flags may stand before and after the command.
 * No command: help. Throws UserError with exit code 2 that says in one line what to type instead.
 */
export function parseArgv(argv: readonly string[]): Command {
  // A line that is still being typed is no command yet: it is not read as one.
  if (argv[0] === COMPLETE) return { kind: COMPLETE, verbose: false, line: argv.slice(1) };
  const typed = readArgv(argv);
  const [word, ...rest] = joined(typed.words);
  const verbose = typed.flags.has("verbose");
  if (word === undefined) return overview(typed, verbose);
  if (word === "etcd") return { kind: "help", verbose, topic: "etcd" };
  const name = commandOf(word);
  checkFlags(name, typed);
  if (name === "help") return { kind: "help", verbose, topic: topicOf(rest) };
  if (typed.flags.has("help")) return { kind: "help", verbose, topic: name };
  if (name === "keys") return keysCommand(reader(typed, name), rest, verbose);
  checkWords(name, rest);
  return commandFrom(name, typed, rest, verbose);
}

function checkWords(name: CommandName, rest: readonly string[]): void {
  const { words }: CatalogEntry = CATALOG[name];
  const most = words === undefined ? 0 : words.many ? Infinity : 1;
  if (rest.length <= most) return;
  const accepts = most === 0 ? "no arguments" : "one argument";
  throw usageError(`${name} accepts ${accepts}, but received ${quoted(rest[most])}`, name);
}

function overview(typed: ParsedArgs, verbose: boolean): Command {
  const lone = [...typed.flags.keys()].find((flag) => flag !== "help" && flag !== "verbose");
  if (lone !== undefined && !typed.flags.has("help"))
    throw usageError(`--${lone} requires a command: one of ${commandNames().join(", ")}`, undefined);
  return { kind: "help", verbose, topic: undefined };
}

function commandFrom(
  name: Exclude<CommandName, "help" | "keys">,
  typed: ParsedArgs,
  rest: readonly string[],
  verbose: boolean,
): Command {
  const cluster = clusterFlags(typed, name);
  const namespace = text(typed, "namespace") ?? NAMESPACE;
  const output = name === "keys diff" ? "table" : outputOf(typed, name);
  const list = { output, watch: typed.flags.has("watch"), headers: !typed.flags.has("no-headers") };
  switch (name) {
    case "top":
      return {
        kind: name,
        verbose,
        cluster,
        namespace,
        etcd: etcdFlags(typed),
        ascii: typed.flags.has("ascii"),
        interval: interval(typed),
      };
    case "status":
      return { kind: name, verbose, cluster, namespace, etcd: etcdFlags(typed), ...list };
    case "leaders":
      return { kind: name, verbose, cluster, namespace, names: rest, node: text(typed, "node"), ...list };
    case "etcd status":
    case "etcd members":
      return { kind: name, verbose, ...etcdCommand(typed, name), names: rest, watch: list.watch };
    case "etcd health":
      return { kind: name, verbose, ...etcdCommand(typed, name), watch: list.watch };
    case "etcd hash":
      return { kind: name, verbose, ...etcdCommand(typed, name) };
    case "completion":
      return { kind: name, verbose, what: completionOf(typed, rest) };
    case "keys diff":
      return keysDiffCommand(reader(typed, name), verbose);
    case "version": {
      const clientOnly = typed.flags.has("client");
      const format = output === "wide" ? "table" : output;
      return { kind: name, verbose, cluster, etcd: etcdFlags(typed), clientOnly, output: format };
    }
  }
}

function commandOf(word: string): CommandName {
  if (isCommandName(word)) return word;
  const meant = nearest(word, [...commandNames(), "etcd"]);
  const hint = meant === undefined ? "" : `, did you mean ${meant}?`;
  throw usageError(`unknown command ${quoted(word)} for "kubectl ha"${hint}`, undefined);
}

function topicOf(rest: readonly string[]): HelpTopic | undefined {
  const [word] = joined(rest);
  return word === undefined || word === "etcd" ? word : commandOf(word);
}

/** What the commands about keys read their flags with. */
function reader(typed: ParsedArgs, name: CommandName): FlagReader {
  return {
    has: (flag) => typed.flags.has(flag),
    text: (flag) => text(typed, flag),
    wrong: (what) => usageError(what, name),
    etcd: etcdFlags(typed),
    requestTimeout: clusterFlags(typed, name).requestTimeout,
  };
}

/** `etcd` and the word after it are one command, as is `keys diff`. Throws UserError where there is none. */
function joined(words: readonly string[]): readonly string[] {
  const [group, word, ...rest] = words;
  if (group === "keys" && word === "diff") return ["keys diff", ...rest];
  if (group !== "etcd" || word === undefined) return words;
  const name = `${group} ${word}`;
  if (isCommandName(name)) return [name, ...rest];
  const names = commandNames().flatMap((one) => (one.startsWith("etcd ") ? one.slice("etcd ".length) : []));
  const meant = nearest(word, names);
  const hint = meant === undefined ? "" : `, did you mean ${meant}?`;
  throw usageError(`unknown command ${quoted(word)} for "kubectl ha etcd"${hint}`, "etcd");
}

function checkFlags(name: CommandName, typed: ParsedArgs): void {
  if (name === "help") return;
  for (const flag of FLAGS as readonly Flag[]) {
    if (typed.flags.has(flag.name) && !flag.on.includes(name))
      throw usageError(
        `unknown flag --${flag.name} for "kubectl ha ${name}", ${insteadOf(flag, name)}`,
        name,
      );
  }
}

/** etcdctl has some of kubectl's flags for things of its own. */
function insteadOf(flag: Flag, name: CommandName): string {
  const ours = FLAGS.find((one: Flag) => one.name === `etcd-${flag.name}` && one.on.includes(name));
  if (ours !== undefined) return `did you mean --${ours.name}?`;
  return `supported by ${flag.on.join(", ")}`;
}
