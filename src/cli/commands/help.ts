import type { HelpCommand } from "../command.ts";
import { commandText, overviewText } from "../help-text.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";

/** Writes the help that was asked for. */
export async function help(command: HelpCommand, io: Io): Promise<number> {
  await print(io.stdout, command.topic === undefined ? overviewText() : commandText(command.topic));
  return 0;
}
