import type { Seconds } from "../../core/facts/time.ts";
import type { EtcdClientFlags } from "../../transport/etcd-grpc/config.ts";
import type { ClientFlags } from "../../transport/kube-http/select.ts";
import type { CommandName, CompletionCommand, EtcdCommand, OutputFormat } from "./command.ts";
import { SHELLS } from "./command.ts";
import type { Flag, FlagName } from "./flags.ts";
import { FLAGS } from "./flags.ts";
import type { ParsedArgs } from "./read-argv.ts";
import { quoted, usageError } from "./usage-error.ts";

const UNITS: Readonly<Record<string, Seconds>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/**
 * A time as kubectl takes it: `500ms`, `2s`, `1m30s`, `1h`, or bare seconds. Undefined: it is none.
 * Source: k8s.io/cli-runtime `ParseTimeout`, Go's `time.ParseDuration`.
 */
function parseDuration(text: string): Seconds | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  return text
    .matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
    .reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** The last value given, as in kubectl; an empty one is none. */
export function text(typed: Pick<ParsedArgs, "flags">, name: FlagName): string | undefined {
  const value = typed.flags.get(name)?.at(-1);
  return value === "" ? undefined : value;
}

/** How the answer is to be written. Throws UserError. */
export function outputOf(typed: ParsedArgs, command: CommandName): OutputFormat {
  const choices: readonly string[] | undefined = outputs(command);
  const given = text(typed, "output");
  if (given === undefined) return "table";
  const found = (["table", "wide", "json", "yaml"] as const).find((format) => format === given);
  if (found !== undefined && choices?.includes(found) === true) return found;
  throw usageError(
    `invalid value ${quoted(given)} for --output: must be one of ${choices?.join(", ") ?? "none"}`,
    command,
  );
}

function outputs(command: CommandName): readonly string[] | undefined {
  const flag: Flag | undefined = FLAGS.find((f) => f.name === "output");
  return flag?.choices?.[command];
}

/** kubectl's own flags. Throws UserError. */
export function clusterFlags(typed: Pick<ParsedArgs, "flags">, command: CommandName): ClientFlags {
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

/** Seconds. A longer wait for one answer is no watching; and timers end at 24 days. */
const LONGEST_TIMEOUT = 3600;

/** kubectl's 0 says "no limit", which here would be a stall: it is the same as not given. */
function timeout(typed: Pick<ParsedArgs, "flags">, command: CommandName): number | undefined {
  const given = text(typed, "request-timeout");
  if (given === undefined) return undefined;
  const seconds = parseDuration(given);
  if (seconds === undefined)
    throw usageError(
      `invalid value ${quoted(given)} for --request-timeout: must be a duration such as 2s or 500ms`,
      command,
    );
  if (seconds > LONGEST_TIMEOUT)
    throw usageError(`invalid value ${quoted(given)} for --request-timeout: must be at most 1h`, command);
  return seconds === 0 ? undefined : seconds;
}

const CALM: Seconds = 1;
const INTERVAL = { least: 0.1, most: 60 };

/** How often `top` repaints while all is calm: a time as kubectl takes it, or seconds with a fraction as top(1) does. */
export function interval(typed: ParsedArgs): Seconds {
  const given = text(typed, "interval");
  if (given === undefined) return CALM;
  const seconds = /^\d+\.\d+$/.test(given) ? Number(given) : parseDuration(given);
  if (seconds === undefined || seconds < INTERVAL.least || seconds > INTERVAL.most)
    throw usageError(
      `invalid value ${quoted(given)} for --interval: must be from 100ms to 60s, such as 0.5 or 2s`,
      "top",
    );
  return seconds;
}

/** What every command about etcd alone has. Throws UserError. */
export function etcdCommand(typed: ParsedArgs, name: CommandName): Omit<EtcdCommand, "verbose"> {
  return {
    etcd: etcdFlags(typed),
    requestTimeout: timeout(typed, name),
    output: outputOf(typed, name),
    headers: !typed.flags.has("no-headers"),
  };
}

/** etcdctl's own flags, which have a prefix here. */
export function etcdFlags(typed: Pick<ParsedArgs, "flags">): EtcdClientFlags {
  return {
    endpoints: text(typed, "etcd-endpoints"),
    cacert: text(typed, "etcd-cacert"),
    cert: text(typed, "etcd-cert"),
    key: text(typed, "etcd-key"),
    user: text(typed, "etcd-user"),
    password: text(typed, "etcd-password"),
  };
}

/** What `completion` was asked for. Throws UserError. */
export function completionOf(typed: ParsedArgs, [shell]: readonly string[]): CompletionCommand["what"] {
  const installInto = text(typed, "install");
  const choices = SHELLS.join(", ");
  if (shell === undefined && installInto !== undefined) return { installInto };
  if (shell === undefined)
    throw usageError(`completion requires a shell (${choices}) or --install DIR`, "completion");
  if (installInto !== undefined)
    throw usageError(`--install and a shell are mutually exclusive: remove ${quoted(shell)}`, "completion");
  const script = SHELLS.find((one) => one === shell);
  if (script !== undefined) return { script };
  throw usageError(`unsupported shell ${quoted(shell)}: must be one of ${choices}`, "completion");
}
