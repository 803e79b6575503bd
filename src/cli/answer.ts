import type { TableStyle } from "../output/table.ts";
import type { OutputFormat } from "./args/command.ts";
import type { Io } from "./io.ts";
import { toJson, toYaml } from "../output/encode.ts";
import { mayColour } from "./io.ts";

/** An answer in all its forms; each is made only when it is asked for. */
export interface Answer {
  readonly table: (style: TableStyle) => string;
  readonly document: () => unknown;
}

/** How a command was asked to write. `watch`: this answer is one of several. */
export interface AnswerForm {
  readonly output: OutputFormat;
  readonly headers: boolean;
  readonly watch?: boolean;
}

/** The text of an answer, as `-o` has it. */
export async function encodeAnswer(
  { table, document }: Answer,
  { output, headers, watch = false }: AnswerForm,
  io: Io,
): Promise<string> {
  switch (output) {
    case "table":
    case "wide":
      return table({ wide: output === "wide", headers, colour: mayColour(io, io.stdout) });
    case "json":
    case "yaml":
      return encodeDocument(document(), { output, watch });
  }
}

/** A document as `-o json` or `-o yaml` has it. `watch`: it is one of several. */
export async function encodeDocument(
  document: unknown,
  { output, watch }: { readonly output: "json" | "yaml"; readonly watch: boolean },
): Promise<string> {
  return output === "json" ? toJson(document, watch) : toYaml(document, watch);
}
