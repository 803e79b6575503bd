import { Command as Commander, CommanderError, Option } from "commander";
import type { EtcdClientFlags } from "../etcd/endpoints.ts";
import type { ClientFlags } from "../kube/select.ts";
import { cleanText } from "../model/clean-text.ts";
import { Problem } from "../model/problem.ts";
import type { Seconds } from "../model/time.ts";
import { commandNames, isCommandName } from "./catalog.ts";
import type { Command, CommandName, EtcdCommand, HelpTopic, OutputFormat } from "./command.ts";
import { parseDuration } from "./duration.ts";
import type { Flag, FlagName } from "./flags.ts";
import { FLAGS } from "./flags.ts";
import { nearest } from "./nearest.ts";

const NAMESPACE = "kube-system";

/** What was typed: the words that are no flags, and the flags with their values. */
interface Typed {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/**
 * The argument list (without the program's own name) as a value. Flags may stand before and after the command.
 * No command: help. Throws a `Problem` with exit code 2 that says in one line what to type instead.
 */
export function parseArgv(argv: readonly string[]): Command {
  const typed = read(argv);
  const [word, ...rest] = joined(typed.words);
  const verbose = typed.flags.has("verbose");
  if (word === undefined) return overview(typed, verbose);
  if (word === "etcd") return { kind: "help", verbose, topic: "etcd" };
  const name = commandOf(word);
  checkFlags(name, typed);
  if (name === "help") return { kind: "help", verbose, topic: topicOf(rest) };
  if (typed.flags.has("help")) return { kind: "help", verbose, topic: name };
  if (rest.length > 0) throw wrong(`${name} takes no words after it, but got ${quoted(rest[0])}`, name);
  return commandFrom(name, typed, verbose);
}

function overview(typed: Typed, verbose: boolean): Command {
  const lone = [...typed.flags.keys()].find((flag) => flag !== "help" && flag !== "verbose");
  if (lone !== undefined && !typed.flags.has("help"))
    throw wrong(`--${lone} needs a command: one of ${commandNames().join(", ")}`, undefined);
  return { kind: "help", verbose, topic: undefined };
}

function commandFrom(name: Exclude<CommandName, "help">, typed: Typed, verbose: boolean): Command {
  const cluster = clusterFlags(typed, name);
  const namespace = text(typed, "namespace") ?? NAMESPACE;
  const output = outputOf(typed, name);
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
      return { kind: name, verbose, cluster, namespace, ...list };
    case "etcd status":
    case "etcd members":
      return { kind: name, verbose, ...etcdCommand(typed, name), watch: list.watch };
    case "etcd health":
    case "etcd hash":
      return { kind: name, verbose, ...etcdCommand(typed, name) };
    case "version": {
      const clientOnly = typed.flags.has("client");
      return { kind: name, verbose, cluster, clientOnly, output: output === "wide" ? "table" : output };
    }
  }
}

/** Reads all flags of all commands, so that they may stand anywhere; which command takes them is checked afterwards. */
function read(argv: readonly string[]): Typed {
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
    if (stranger !== undefined) throw unknownFlag(stranger, operands[0]);
    return { words: operands, flags };
  } catch (error) {
    if (error instanceof CommanderError) throw missingValue(error);
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

function commandOf(word: string): CommandName {
  if (isCommandName(word)) return word;
  const meant = nearest(word, [...commandNames(), "etcd"]);
  const hint = meant === undefined ? "" : `, did you mean ${meant}?`;
  throw wrong(`unknown command ${quoted(word)} for "kubectl ha"${hint}`, undefined);
}

function topicOf(rest: readonly string[]): HelpTopic | undefined {
  const [word] = joined(rest);
  return word === undefined || word === "etcd" ? word : commandOf(word);
}

/** `etcd` and the word after it are one command. Throws Problem where there is none. */
function joined(words: readonly string[]): readonly string[] {
  const [group, word, ...rest] = words;
  if (group !== "etcd" || word === undefined) return words;
  const name = `${group} ${word}`;
  if (isCommandName(name)) return [name, ...rest];
  const names = commandNames().flatMap((one) => (one.startsWith("etcd ") ? one.slice("etcd ".length) : []));
  const meant = nearest(word, names);
  const hint = meant === undefined ? "" : `, did you mean ${meant}?`;
  throw wrong(`unknown command ${quoted(word)} for "kubectl ha etcd"${hint}`, "etcd");
}

function checkFlags(name: CommandName, typed: Typed): void {
  if (name === "help") return;
  for (const flag of FLAGS as readonly Flag[]) {
    if (typed.flags.has(flag.name) && !flag.on.includes(name))
      throw wrong(`kubectl ha ${name} has no flag --${flag.name}, only ${flag.on.join(", ")} has`, name);
  }
}

function unknownFlag(stranger: string, word: string | undefined): Problem {
  const [name = "", value] = stranger.split("=");
  const command = word !== undefined && isCommandName(word) ? word : undefined;
  const known = FLAGS.filter((f: Flag) => command === undefined || f.on.includes(command));
  if (value !== undefined && FLAGS.some((f) => name === `--${f.name}`))
    return wrong(`${name} is a switch: it takes true or false, not ${quoted(value)}`, command);
  const meant = nearest(
    name.replace(/^--?/, ""),
    known.map((f) => f.name),
  );
  const hint = meant === undefined ? "" : `, did you mean --${meant}?`;
  return wrong(`unknown flag ${quoted(name)}${hint}`, command);
}

/** The only thing that commander itself may find wrong: a flag at the end that lacks its value. */
function missingValue(error: CommanderError): Problem {
  const flag = FLAGS.find((f: Flag) => error.message.includes(`'${spelling(f)}'`));
  if (flag === undefined || !("value" in flag)) return wrong(cleanText(error.message), undefined);
  return wrong(`--${flag.name} needs a value: --${flag.name} ${flag.value}`, undefined);
}

/** The last value given, as in kubectl; an empty one is none. */
function text(typed: Typed, name: FlagName): string | undefined {
  const value = typed.flags.get(name)?.at(-1);
  return value === "" ? undefined : value;
}

function outputOf(typed: Typed, command: CommandName): OutputFormat {
  const choices: readonly string[] | undefined = outputs(command);
  const given = text(typed, "output");
  if (given === undefined) return "table";
  const found = (["table", "wide", "json", "yaml"] as const).find((format) => format === given);
  if (found !== undefined && choices?.includes(found) === true) return found;
  throw wrong(`--output cannot be ${quoted(given)}: it takes ${choices?.join(", ") ?? "nothing"}`, command);
}

function outputs(command: CommandName): readonly string[] | undefined {
  const flag: Flag | undefined = FLAGS.find((f) => f.name === "output");
  return flag?.choices?.[command];
}

function clusterFlags(typed: Typed, command: CommandName): ClientFlags {
  return {
    kubeconfig: text(typed, "kubeconfig"),
    context: text(typed, "context"),
    cluster: text(typed, "cluster"),
    user: text(typed, "user"),
    server: text(typed, "server"),
    token: text(typed, "token"),
    as: text(typed, "as"),
    asGroups: typed.flags.get("as-group") ?? [],
    certificateAuthority: text(typed, "certificate-authority"),
    insecureSkipTlsVerify: typed.flags.has("insecure-skip-tls-verify"),
    tlsServerName: text(typed, "tls-server-name"),
    requestTimeout: timeout(typed, command),
  };
}

/** Seconds. Whoever waits longer for one answer does not watch; and timers end at 24 days. */
const LONGEST_TIMEOUT = 3600;

/** kubectl's 0 says "no limit", which here would be a stall: it is the same as not given. */
function timeout(typed: Typed, command: CommandName): number | undefined {
  const given = text(typed, "request-timeout");
  if (given === undefined) return undefined;
  const seconds = parseDuration(given);
  if (seconds === undefined)
    throw wrong(`--request-timeout cannot be ${quoted(given)}: it takes a time such as 2s or 500ms`, command);
  if (seconds > LONGEST_TIMEOUT)
    throw wrong(`--request-timeout cannot be ${quoted(given)}: an hour is the longest`, command);
  return seconds === 0 ? undefined : seconds;
}

const CALM: Seconds = 1;
const INTERVAL = { least: 0.1, most: 60 };

/** How often `top` repaints while all is calm: a time as kubectl takes it, or seconds with a fraction as top(1) does. */
function interval(typed: Typed): Seconds {
  const given = text(typed, "interval");
  if (given === undefined) return CALM;
  const seconds = /^\d+\.\d+$/.test(given) ? Number(given) : parseDuration(given);
  if (seconds === undefined || seconds < INTERVAL.least || seconds > INTERVAL.most)
    throw wrong(`--interval cannot be ${quoted(given)}: it takes 100ms to 60s, such as 0.5 or 2s`, "top");
  return seconds;
}

function etcdCommand(typed: Typed, name: CommandName): Omit<EtcdCommand, "verbose"> {
  return {
    etcd: etcdFlags(typed),
    requestTimeout: timeout(typed, name),
    output: outputOf(typed, name),
    headers: !typed.flags.has("no-headers"),
  };
}

function etcdFlags(typed: Typed): EtcdClientFlags {
  return {
    endpoints: text(typed, "etcd-endpoints"),
    cacert: text(typed, "etcd-cacert"),
    cert: text(typed, "etcd-cert"),
    key: text(typed, "etcd-key"),
    user: text(typed, "etcd-user"),
    password: text(typed, "etcd-password"),
  };
}

function quoted(word: string | undefined): string {
  return `"${cleanText(word ?? "", 60)}"`;
}

function wrong(what: string, command: HelpTopic | undefined): Problem {
  const help = command === undefined ? "kubectl ha --help" : `kubectl ha ${command} --help`;
  return new Problem(what.endsWith("?") ? `${what} See '${help}'` : `${what}; see '${help}'`, 2);
}
