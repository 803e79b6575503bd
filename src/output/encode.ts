/** What a terminal might obey although JSON and YAML let it pass: DEL, 8-bit controls, line and bidi controls. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Newer than TypeScript's lib has it: the text of a JSON number, written as it is (tc39/proposal-json-parse-with-source). */
const { rawJSON } = JSON as JSON & { readonly rawJSON: (text: string) => unknown };

/** A document as JSON: on many lines for people, or on one line for a stream. Ends in a line break. */
export function toJson(document: unknown, oneLine: boolean): string {
  return `${escaped(JSON.stringify(document, writeBigint, oneLine ? 0 : 4))}\n`;
}

/** A bigint as all its digits, as etcdctl writes 64-bit numbers: a number above 2^53 is no other one. */
function writeBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? rawJSON(value.toString()) : value;
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
