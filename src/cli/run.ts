import type { Failure, FailureCode } from "../core/facts/failure.ts";
import { RequestError, UserError } from "../core/facts/failure.ts";
import type { Command, CompleteCommand, CompletionCommand, HelpCommand } from "./args/command.ts";
import type { Io } from "./io.ts";
import type { Session, SessionFlags } from "./session.ts";
import { print, ReaderGone } from "./io.ts";
import { ETCD_ADVICE } from "../core/etcd/advice.ts";
import { cleanText } from "../text/clean.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT } from "./exit-codes.ts";
import { parseArgv } from "./args/parse.ts";
import { underName } from "./plugin-name.ts";

const OF_API_SERVERS: Readonly<Record<FailureCode, string | undefined>> = {
  refused: "check that the API server runs, or choose another with --context or --server",
  timeout:
    "it may be hung or unreachable; choose another with --context or --server, or raise --request-timeout",
  closed: "try again, or choose another with --context or --server",
  forbidden: "grant get, list and watch on leases, or use another identity with --context, --user or --as",
  unauthorized: "use other credentials with --context, --user or --token",
  tls: "check --certificate-authority and --tls-server-name, or choose another cluster with --context",
  unresolved: "correct the server in the kubeconfig, or choose another with --context or --server",
  unavailable: "try again when etcd has quorum",
  compacted: "try again",
  behind: "try again",
  unsupported: undefined,
  other: undefined,
};

/** A failure of a server that `command` asked as one line: what failed and why, and what to try. */
function withAdvice({ code, text }: Failure, command: Command["kind"]): string {
  const isAboutEtcd = /^(?:etcd|keys)\b/.test(command);
  const advice = (isAboutEtcd ? ETCD_ADVICE : OF_API_SERVERS)[code];
  return advice === undefined ? text : `${text}; ${advice}`;
}

/**
 * One run of the program: argument list (without the program's own name) in, exit code out. The only place that
 * tells its user of an error: one line on stderr, and with -v what caused it. 0 done, 1 failed, 2 wrong usage, 3 a
 * question of yes or no that could not be answered.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let command: Command | undefined;
  try {
    command = parseArgv(argv);
    return await dispatch(command, io);
  } catch (error) {
    return await report(error, command, io);
  }
}

/** The commands that ask a cluster. */
type SessionCommand = Exclude<Command, CompletionCommand | CompleteCommand | HelpCommand>;

/** Each command is loaded when it is asked for: help and version would else wait for TLS and gRPC to load. */
async function dispatch(command: Command, io: Io): Promise<number> {
  switch (command.kind) {
    case "completion":
      return (await import("./commands/completion/completion.ts")).completion(command, io);
    case "__complete":
      return (await import("./commands/completion/complete.ts")).complete(command, io);
    case "help":
      return (await import("./commands/help.ts")).help(command, io);
    case "version":
      if (command.clientOnly) return (await import("./commands/version.ts")).version(command, undefined, io);
      break;
    default:
  }
  const { openSession } = await import("./session.ts");
  using session = openSession(sessionFlags(command), io);
  return await inSession(command, session, io);
}

/** Seconds to wait for a version, which is only a part of the answer. */
const VERSION_TIMEOUT = 2;

function sessionFlags(command: SessionCommand): SessionFlags {
  switch (command.kind) {
    case "top":
    case "status":
    case "leaders":
      return { ...command, requestTimeout: command.cluster.requestTimeout };
    case "version":
      return { ...command, requestTimeout: command.cluster.requestTimeout ?? VERSION_TIMEOUT };
    default:
      return command;
  }
}

async function inSession(command: SessionCommand, session: Session, io: Io): Promise<number> {
  switch (command.kind) {
    case "top":
      return (await import("./commands/top/top.ts")).top(command, session, io);
    case "status":
      return (await import("./commands/status.ts")).status(command, session, io);
    case "leaders":
      return (await import("./commands/leaders.ts")).leaders(command, session, io);
    case "etcd status":
    case "etcd members":
      return (await import("./commands/etcd/status.ts")).etcdStatus(command, session, io);
    case "etcd health":
      return (await import("./commands/etcd/health.ts")).etcdHealth(command, session, io);
    case "etcd hash":
      return (await import("./commands/etcd/hash.ts")).etcdHash(command, session, io);
    case "keys":
      return (await import("./commands/keys/keys.ts")).keys(command, session, io);
    case "keys diff":
      return (await import("./commands/keys/diff.ts")).keysDiff(command, session, io);
    case "version":
      return (await import("./commands/version.ts")).version(command, session, io);
  }
}

async function report(error: unknown, command: Command | undefined, io: Io): Promise<number> {
  // Nobody reads any more, or the user broke off: an end, not an error.
  if (error instanceof ReaderGone || io.interrupted.aborted) return EXIT.ok;
  const details = command?.verbose === true ? causes(error) : "";
  try {
    const words = underName(inWords(error, command), io.plugin);
    await print(io.stderr, `error: ${cleanText(words, 600)}\n${details}`);
  } catch {
    // stderr is gone, too: the exit code is all that is left to tell with.
  }
  return exitCodeOf(error, command);
}

/** As diff(1) has it, 1 is an answer of these: that there is a difference, or nothing. */
const QUESTIONS: ReadonlySet<Command["kind"] | undefined> = new Set(["keys", "keys diff", "etcd hash"]);

function exitCodeOf(error: unknown, command: Command | undefined): ExitCode {
  const code = error instanceof UserError ? error.exitCode : EXIT.failed;
  return code === EXIT.failed && QUESTIONS.has(command?.kind) ? EXIT.noAnswer : code;
}

function inWords(error: unknown, command: Command | undefined): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof RequestError && command !== undefined) return withAdvice(error.failure, command.kind);
  const message = error instanceof Error ? error.message : String(error);
  return `${message}: internal error; run with -v and report it`;
}

/** The stack of an error and of all that caused it. */
function causes(error: unknown): string {
  const text: string[] = [];
  for (let at: unknown = error; at !== undefined && text.length < 10;) {
    const shown = at instanceof Error ? (at.stack ?? at.message) : JSON.stringify(at);
    text.push(
      shown
        .split("\n")
        .map((line) => cleanText(line, 600))
        .join("\n  "),
    );
    at = at instanceof Error ? at.cause : undefined;
  }
  return `${text.join("\ncaused by ")}\n`;
}
