import type { UserError } from "../../core/facts/failure.ts";
import type { CommandName } from "./command.ts";
import type { Flag, FlagName } from "./flags.ts";
import { FLAGS } from "./flags.ts";
import { Command as Commander, CommanderError, Option } from "commander";
import { cleanText } from "../../text/clean.ts";
import { isCommandName } from "./catalog.ts";
import { nearest, quoted, usageError } from "./usage-error.ts";

/** What was typed: the words that are no flags, and the flags with their values. */
export interface ParsedArgs {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** Reads all flags of all commands, so that they may stand anywhere; which command takes them is checked afterwards. Throws UserError. */
export function readArgv(argv: readonly string[]): ParsedArgs {
  const end = argv.indexOf("--");
  const mayBeFlags = end === -1 ? argv : argv.slice(0, end);
  refuseEtcdctlsCluster(mayBeFlags);
  refuseEtcdctlsFormat(mayBeFlags);
  const flags = new Map<string, string[]>();
  const parser = new Commander("kubectl ha").helpOption(false).exitOverride();
  parser.configureOutput({ writeErr: () => undefined });
  for (const flag of FLAGS) {
    parser.addOption(new Option(spelling(flag)));
    parser.on(`option:${flag.name}`, (value: string | null) => {
      flags.set(flag.name, [...(flags.get(flag.name) ?? []), value ?? "true"]);
    });
  }
  try {
    const { operands, unknown } = parser.parseOptions(inCommandersSpelling(argv));
    const [stranger] = unknown;
    if (stranger !== undefined) throw unknownFlag(stranger, operands);
    return { words: operands, flags };
  } catch (error) {
    if (error instanceof CommanderError) throw missingValue(error, argv);
    throw error;
  }
}

/** Spellings that kubectl takes and commander does not: `--watch=true`, `--watch=false`, `-o=json`. */
function inCommandersSpelling(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.flatMap((word, i) => {
    const [, dashes, name, value] = /^(--?)([a-z-]+)=(.*)$/s.exec(word) ?? [];
    if (value === undefined || (end !== -1 && i > end)) return [word];
    const flag = FLAGS.find((f: Flag) => (dashes === "-" ? f.short === name : f.name === name));
    if (flag === undefined) return [word];
    if ("value" in flag) return [`--${flag.name}=${value}`];
    if (value === "true") return [`--${flag.name}`];
    return value === "false" ? [] : [word];
  });
}

function spelling(flag: Flag): string {
  const long = flag.value === undefined ? `--${flag.name}` : `--${flag.name} <${flag.value}>`;
  return flag.short === undefined ? long : `-${flag.short}, ${long}`;
}

/** etcdctl's `--cluster` is a switch; kubectl's takes a name, and no command about etcd alone has it. */
function refuseEtcdctlsCluster(argv: readonly string[]): void {
  const topic = argv.find((word) => !word.startsWith("-"));
  if (topic !== "etcd" && topic !== "keys") return;
  if (argv.some((word) => /^--cluster(?:=|$)/.test(word)))
    throw usageError("unknown flag --cluster: all members are asked by default", topic);
}

/** etcdctl's `-w` takes a format, ours takes nothing: a format right behind it is no member's name. */
function refuseEtcdctlsFormat(argv: readonly string[]): void {
  const format = argv
    .map((word, at) => (word === "-w" ? argv[at + 1] : /^-w=?(.+)$/.exec(word)?.[1]))
    .find((value) => /^(?:simple|table|json|fields|protobuf|wide|yaml)$/.test(value ?? ""));
  if (format === undefined) return;
  const command = commandIn(argv);
  if (command === undefined) return;
  const of = (flag: FlagName): Flag | undefined =>
    FLAGS.find((f: Flag) => f.name === flag && f.on.includes(command));
  const formats = of("output")?.choices?.[command];
  if (formats === undefined) return;
  const why = of("watch") === undefined ? "unknown flag -w" : "-w means --watch";
  const instead = formats.includes(format)
    ? `use -o ${format}`
    : `-o accepts ${formats.join(", ")}, not ${quoted(format)}`;
  throw usageError(`${why}: ${instead}`, command);
}

/** What is called otherwise by etcdctl, unless it is called the same behind `etcd-`. */
const ETCDCTLS: ReadonlyMap<string, string> = new Map([
  ["write-out", "output"],
  ["command-timeout", "request-timeout"],
]);

function unknownFlag(stranger: string, words: readonly string[]): UserError {
  const [name = "", value] = stranger.split("=");
  const command = commandIn(words);
  const known = FLAGS.filter((f: Flag) => command === undefined || f.on.includes(command));
  if (value !== undefined && FLAGS.some((f) => name === `--${f.name}`))
    return usageError(`invalid value ${quoted(value)} for ${name}: must be true or false`, command);
  const bare = name.replace(/^--?/, "");
  const names: readonly string[] = known.map((f) => f.name);
  const ours = ETCDCTLS.get(bare) ?? `etcd-${bare}`;
  const meant = names.includes(ours) ? ours : nearest(bare, names);
  const hint = meant === undefined ? "" : `, did you mean --${meant}?`;
  return usageError(`unknown flag ${quoted(name)}${hint}`, command);
}

/** The only thing that commander itself may find wrong: a flag at the end that lacks its value. */
function missingValue(error: CommanderError, argv: readonly string[]): UserError {
  const flag = FLAGS.find((f: Flag) => error.message.includes(`'${spelling(f)}'`));
  if (flag === undefined || !("value" in flag)) return usageError(cleanText(error.message), undefined);
  return usageError(`flag needs an argument: --${flag.name} ${flag.value}`, commandIn(argv));
}

function commandIn(argv: readonly string[]): CommandName | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  return words.flatMap((word, at) => [`${word} ${words[at + 1]}`, word]).find(isCommandName);
}
