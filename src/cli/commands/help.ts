import type { CommandName, HelpCommand } from "../args/command.ts";
import type { Flag } from "../args/flags.ts";
import { FLAGS } from "../args/flags.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";
import { CATALOG, commandNames } from "../args/catalog.ts";
import { underName } from "../plugin-name.ts";

const HEADS: Readonly<Record<Flag["group"], string>> = {
  own: "Flags:",
  cluster: "Cluster and user (same as kubectl's):",
  etcd: "Access to etcd (same as etcdctl's, with a prefix):",
};

/** Help for the program: its commands, and two examples. */
export function overviewText(): string {
  const names = commandNames();
  const width = widest(names);
  return lines([
    "Live view of an HA Kubernetes control plane: who leads, whether etcd has quorum, what just failed over.",
    "",
    "Usage:",
    "  kubectl ha COMMAND [flags]",
    "",
    "Commands:",
    ...names.map((name) => `  ${name.padEnd(width)}   ${CATALOG[name].summary}`),
    "",
    "Examples:",
    ...examples(["status", "leaders"].flatMap((name) => CATALOG[name as CommandName].examples.slice(0, 1))),
    "",
    "Use 'kubectl ha COMMAND --help' for the flags and more examples of a command.",
  ]);
}

/** Help for one command: description, usage, examples and flags. */
export function commandText(name: CommandName): string {
  const entry = CATALOG[name];
  const words = entry.words === undefined ? "" : ` ${entry.words.usage}`;
  const usage = `kubectl ha ${name}${words} [flags]`;
  return lines([
    ...entry.about,
    "",
    "Usage:",
    `  ${usage}`,
    "",
    "Examples:",
    ...examples(entry.examples),
    ...(["own", "etcd", "cluster"] as const).flatMap((group) => flagLines(name, group)),
  ]);
}

/** Help for a group of commands. */
export function groupText(group: "etcd"): string {
  const names = commandNames().filter((name) => name.startsWith(`${group} `));
  const width = widest(names);
  return lines([
    "Inspect etcd by its members alone, without an API server.",
    "",
    "Usage:",
    `  kubectl ha ${group} COMMAND [flags]`,
    "",
    "Commands:",
    ...names.map((name) => `  ${name.padEnd(width)}   ${CATALOG[name].summary}`),
    "",
    "Examples:",
    ...examples(names.flatMap((name) => CATALOG[name].examples)),
    "",
    `Use 'kubectl ha ${group} COMMAND --help' for the flags of a command.`,
  ]);
}

function examples(entries: readonly { does: string; line: string }[]): string[] {
  return entries.flatMap(({ does, line }, i) => [...(i > 0 ? [""] : []), `  # ${does}`, `  ${line}`]);
}

function flagLines(name: CommandName, group: Flag["group"]): string[] {
  const flags = FLAGS.filter((flag: Flag) => flag.group === group && flag.on.includes(name));
  const escaped = flags.map(spell);
  const width = widest(escaped);
  const rows = flags.map((flag, i) => `  ${(escaped[i] ?? "").padEnd(width)}   ${meaning(flag, name)}`);
  return rows.length === 0 ? [] : ["", HEADS[group], ...rows];
}

function spell(flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  return `${short}--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`;
}

function meaning(flag: Flag, name: CommandName): string {
  const choices = flag.choices?.[name];
  return choices === undefined ? flag.help : `${flag.help}. One of: (${choices.join(", ")})`;
}

function widest(words: readonly string[]): number {
  return Math.max(0, ...words.map((word) => word.length));
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

/** Writes help. */
export async function help(command: HelpCommand, io: Io): Promise<number> {
  await print(io.stdout, underName(text(command.topic), io.plugin));
  return 0;
}

function text(topic: HelpCommand["topic"]): string {
  if (topic === undefined) return overviewText();
  return topic === "etcd" ? groupText(topic) : commandText(topic);
}
