import type { EtcdClientFlags } from "../../transport/etcd-grpc/config.ts";
import type { ClientFlags } from "../../transport/kube-http/select.ts";
import type { KeyPattern } from "../../core/keys/search.ts";
import type { Seconds } from "../../core/facts/time.ts";

/** What the program was asked to do: all that the argument list says, and nothing else. Made only by `parseArgv`. */
export type Command =
  | TopCommand
  | StatusCommand
  | LeadersCommand
  | EtcdStatusCommand
  | EtcdHealthCommand
  | EtcdHashCommand
  | KeysCommand
  | KeysDiffCommand
  | VersionCommand
  | CompletionCommand
  | HelpCommand
  | CompleteCommand;

/** The names that may be typed after `kubectl ha`; shells type the one that is left out. */
export type CommandName = Exclude<Command, CompleteCommand>["kind"];

/** What every command has. `verbose`: an error shows what caused it, too. */
interface Common {
  readonly verbose: boolean;
}

/**
 * `kubectl ha top`: the full screen. `ascii`: nothing but ASCII is painted. `interval`: seconds between repaints in
 * which only time went by.
 */
export interface TopCommand extends Common {
  readonly kind: "top";
  readonly cluster: ClientFlags;
  readonly namespace: string;
  readonly etcd: EtcdClientFlags;
  readonly ascii: boolean;
  readonly interval: Seconds;
}

/** `kubectl ha status`: one look at everything. */
export interface StatusCommand extends Common {
  readonly kind: "status";
  readonly cluster: ClientFlags;
  readonly namespace: string;
  readonly etcd: EtcdClientFlags;
  readonly output: OutputFormat;
  readonly watch: boolean;
  readonly headers: boolean;
}

/** `kubectl ha leaders`: one row a lease. `names`: those only, if there are any; `node`: only what it holds. */
export interface LeadersCommand extends Common {
  readonly kind: "leaders";
  readonly cluster: ClientFlags;
  readonly namespace: string;
  readonly names: readonly string[];
  readonly node: string | undefined;
  readonly output: OutputFormat;
  readonly watch: boolean;
  readonly headers: boolean;
}

/** The commands about etcd alone: no API server is asked. `requestTimeout`: seconds; undefined: not given. */
export interface EtcdCommand extends Common {
  readonly etcd: EtcdClientFlags;
  readonly requestTimeout: Seconds | undefined;
  readonly output: OutputFormat;
  readonly headers: boolean;
}

/**
 * `kubectl ha etcd status`, and `kubectl ha etcd members`: what each member says of itself, or of all. `names`: of these
 * members only, if there are any.
 */
export interface EtcdStatusCommand extends EtcdCommand {
  readonly kind: "etcd status" | "etcd members";
  readonly names: readonly string[];
  readonly watch: boolean;
}

/** `kubectl ha etcd health`. */
export interface EtcdHealthCommand extends EtcdCommand {
  readonly kind: "etcd health";
  readonly watch: boolean;
}

/** `kubectl ha etcd hash`. */
export interface EtcdHashCommand extends EtcdCommand {
  readonly kind: "etcd hash";
}

/** What the commands about keys have in common. `members`: who is asked, all of them if none is named. */
interface KeysCommon extends Common {
  readonly etcd: EtcdClientFlags;
  readonly requestTimeout: Seconds | undefined;
  readonly members: readonly string[];
  readonly limit: number;
  readonly headers: boolean;
  readonly ascii: boolean;
}

/** `kubectl ha keys PATTERN`. `value`: each key is opened; `showSecrets`: values that may hold secrets are read, too. */
export interface KeysCommand extends KeysCommon {
  readonly kind: "keys";
  readonly pattern: KeyPattern;
  readonly output: "table" | "wide" | "name" | "json" | "count";
  readonly value: boolean;
  readonly showSecrets: boolean;
}

/** `kubectl ha keys diff`. `value`: values are compared, too. */
export interface KeysDiffCommand extends KeysCommon {
  readonly kind: "keys diff";
  readonly value: boolean;
  readonly output: "table" | "name" | "json";
}

/** `kubectl ha version`. `clientOnly`: no server is asked. */
export interface VersionCommand extends Common {
  readonly kind: "version";
  readonly cluster: ClientFlags;
  readonly etcd: EtcdClientFlags;
  readonly clientOnly: boolean;
  readonly output: Exclude<OutputFormat, "wide">;
}

/** The shells that a completion script can be written for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of SHELLS. */
export type Shell = (typeof SHELLS)[number];

/** `kubectl ha completion`: a shell's script is written, or kubectl's helper put into a folder. */
export interface CompletionCommand extends Common {
  readonly kind: "completion";
  readonly what: { readonly script: Shell } | { readonly installInto: string };
}

/** What a shell asks on TAB: what may stand as the last word of `line`, which may be empty. */
export interface CompleteCommand extends Common {
  readonly kind: "__complete";
  readonly line: readonly string[];
}

/** What help can be asked for: a command, or the word before several. */
export type HelpTopic = CommandName | "etcd";

/** Help for one command, or for all of them (`topic` undefined). */
export interface HelpCommand extends Common {
  readonly kind: "help";
  readonly topic: HelpTopic | undefined;
}

/** How an answer is written. */
export type OutputFormat = "table" | "wide" | "json" | "yaml";
