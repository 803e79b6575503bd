// Reads texts (a JSON list) from stdin as PowerShell, by the grammar that VS Code has of it; prints, as JSON, whether each
// has an error, and which commands and types it names. A process of its own, because jest's modules cannot import it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import grammars from "@vscode/tree-sitter-wasm";

const grammar = import.meta.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm");
await grammars.Parser.init();
const parser = new grammars.Parser();
parser.setLanguage(await grammars.Language.load(fileURLToPath(grammar)));
// The test that starts this writes nothing else.
const texts = JSON.parse(readFileSync(0, "utf8")) as readonly string[];
const read = texts.map((text) => {
  const root = parser.parse(text)?.rootNode;
  const names = root?.descendantsOfType(["command_name", "type_name"]).map((node) => node?.text);
  return { hasError: root?.hasError, names };
});
console.log(JSON.stringify(read));
