import type { HelpCommand } from "../command.ts";
import { commandText, groupText, overviewText } from "../help-text.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";
import { underName } from "../plugin-name.ts";

/** Writes the help that was asked for. */
export async function help(command: HelpCommand, io: Io): Promise<number> {
  await print(io.stdout, underName(text(command.topic), io.plugin));
  return 0;
}

function text(topic: HelpCommand["topic"]): string {
  if (topic === undefined) return overviewText();
  return topic === "etcd" ? groupText(topic) : commandText(topic);
}
