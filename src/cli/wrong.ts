import { cleanText } from "../model/clean-text.ts";
import { UserError } from "../model/problem.ts";
import type { HelpTopic } from "./command.ts";

/** A word from the argument list as a message may show it. */
export function quoted(word: string | undefined): string {
  return `"${cleanText(word ?? "", 60)}"`;
}

/** Wrong usage, and where the right one is to be read. */
export function usageError(what: string, command: HelpTopic | undefined): UserError {
  const help = command === undefined ? "kubectl ha --help" : `kubectl ha ${command} --help`;
  return new UserError(what.endsWith("?") ? `${what} See '${help}'` : `${what}; see '${help}'`, 2);
}
