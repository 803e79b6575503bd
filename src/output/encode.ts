/** What a terminal might obey although JSON and YAML let it pass: DEL, 8-bit controls, line and bidi controls. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A document as JSON: on many lines for people, or on one line for a stream. Ends in a line break. */
export function toJson(document: unknown, oneLine: boolean): string {
  return `${escaped(JSON.stringify(document, null, oneLine ? 0 : 4))}\n`;
}

/** JSON without a character beyond ASCII: in a quoted text, where alone they stand, `\\u` says the same. */
export function asciiJson(json: string): string {
  return json.replace(/[^\0-\u007f]/g, escapedCharacter);
}

/** A document as YAML, begun by `---` where it is one of a stream. The package is loaded only when it is needed. */
export async function toYaml(document: unknown, inStream: boolean): Promise<string> {
  const { Document, visit } = await import("yaml");
  // Readers of YAML 1.1 are many, and take a time without quotes for something else than text.
  const yaml = new Document(document, { aliasDuplicateObjects: false, version: "1.1" });
  visit(yaml, {
    Scalar: (_, node) => {
      // Only a quoted text can carry an escape.
      if (typeof node.value === "string" && node.value.search(UNSAFE) !== -1) node.type = "QUOTE_DOUBLE";
    },
  });
  return `${inStream ? "---\n" : ""}${escaped(yaml.toString({ lineWidth: 0 }))}`;
}

/** Both formats know `\u` in a quoted text, and such a character stands nowhere else. */
function escaped(text: string): string {
  return text.replace(UNSAFE, escapedCharacter);
}

function escapedCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
