import { cleanText } from "../model/clean-text.ts";
import { Problem } from "../model/problem.ts";
import type { HelpTopic } from "./command.ts";

/** A word from the argument list as a message may show it. */
export function quoted(word: string | undefined): string {
  return `"${cleanText(word ?? "", 60)}"`;
}

/** Wrong usage, and where the right one is to be read. */
export function wrong(what: string, command: HelpTopic | undefined): Problem {
  const help = command === undefined ? "kubectl ha --help" : `kubectl ha ${command} --help`;
  return new Problem(what.endsWith("?") ? `${what} See '${help}'` : `${what}; see '${help}'`, 2);
}
