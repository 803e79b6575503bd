import type { Readable, Writable } from "node:stream";
import type { Instant } from "../core/facts/time.ts";
import type { TerminalOptions } from "../terminal/terminal.ts";
import { UserError, reasonOf } from "../core/facts/failure.ts";
import { refusesColour } from "../terminal/capabilities.ts";

/** Where a command writes to. `isTTY` and `columns` as Node's own streams have them; absent: no terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Where a command reads from. */
export type Input = Readable & { readonly isTTY?: boolean };

/**
 * All that a command may touch of the process it runs in. Answers go to `stdout`, everything else to `stderr`.
 * `interrupted` is aborted by SIGINT, SIGTERM, SIGHUP: whatever runs then ends. `env` is never written.
 */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** as Node has it: `linux`, `darwin`, `win32` */
  readonly platform: string;
  /** `x64`, `arm64` */
  readonly arch: string;
  /** the version of Node, `v24.21.0` */
  readonly node: string;
  /** the command after `kubectl`: `ha`, or what a link to the program is named */
  readonly plugin: string;
  readonly clock: () => Instant;
  readonly interrupted: AbortSignal;
  /** the terminal as a whole, with what gives it back however the process ends; undefined: this is no terminal */
  readonly wholeScreen: WholeScreen | undefined;
}

/** What a full screen is opened on. */
export type WholeScreen = Pick<TerminalOptions, "input" | "output" | "host">;

/** Nobody reads any more what is written, as with `| head`. */
export class ReaderGone extends Error {}

/** Writes all of `text`. Throws ReaderGone, or UserError when it cannot be written for another reason. */
export function print(output: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => {
      if (!error) resolve();
      else if ("code" in error && error.code === "EPIPE") reject(new ReaderGone());
      else reject(new UserError(`cannot write the output: ${reasonOf(error)}`, 1, { cause: error }));
    });
  });
}

/**
 * Whether colour may be used on `output`, as k8s.io/cli-runtime does it: a terminal, TERM not `dumb`, and on Windows its
 * newer terminal (WT_SESSION). Of NO_COLOR it is the rule of no-color.org that holds, as in `top`.
 */
export function mayColour({ env, platform }: Pick<Io, "env" | "platform">, output: Output): boolean {
  const isAble = env["TERM"] !== "dumb" && (platform !== "win32" || (env["WT_SESSION"] ?? "") !== "");
  return output.isTTY === true && isAble && !refusesColour(env);
}
