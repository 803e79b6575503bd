import { cleanText } from "../../src/text/clean.ts";
import { asciiText, keyBase64, keyText } from "../../src/text/escape.ts";
import { fc } from "../seeded.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, Uint8Array, string]>([
  ["a usual key", bytes("/registry/pods/default/web-1"), "/registry/pods/default/web-1"],
  ["letters of any script", bytes("/ü/漢/a b"), "/ü/漢/a b"],
  ["an escape code", bytes("dup1\u001b[0m"), String.raw`dup1\e[0m`],
  ["zero width", bytes("dup1\u200b"), String.raw`dup1\u200b`],
  ["a mark of byte order", bytes("\ufeffa"), String.raw`\ufeffa`],
  ["a filler that is a letter", bytes("a\u3164"), String.raw`a\u3164`],
  ["a tag, far up", bytes("a\u{e0041}"), String.raw`a\U000e0041`],
  ["lines", bytes("a\r\n\tb\u2028"), String.raw`a\r\n\tb\u2028`],
  ["other controls, 7-bit and 8-bit", bytes("\0\u007f\u009b"), String.raw`\x00\x7f\u009b`],
  ["blanks that nobody sees", bytes("  a  b \u00a0 "), String.raw`\x20\x20a \x20b \u00a0\x20`],
  ["what looks spelled", bytes(String.raw`a\n`), String.raw`a\\n`],
  [
    "bytes outside UTF-8",
    Uint8Array.of(0x7a, 0xff, 0xc3, 0xbc, 0xe2, 0x80, 0x41),
    String.raw`z\xffü\xe2\x80A`,
  ],
  ["a character that is a replacement", bytes("\ufffd"), "\ufffd"],
])("%s", (_, key, text) => {
  expect(keyText(key)).toBe(text);
});

test("any key: what is shown reads back as its bytes, is one clean line, and base64 is there where it differs", () => {
  const key = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .string({
        maxLength: 12,
        unit: fc.constantFrom("a", " ", "\\", "x", "e", "2", "\u001b", "\u200b", "\u0080", "ü", "\u{e0001}"),
      })
      .map(bytes),
  );
  fc.assert(
    fc.property(key, (one) => {
      const text = keyText(one);
      expect(readBack(text)).toEqual(Buffer.from(one));
      expect(readBack(asciiText(text))).toEqual(Buffer.from(one));
      expect(asciiText(text)).toMatch(/^[ -~]*$/);
      expect(cleanText(text, Infinity)).toBe(text);
      const base64 = keyBase64(one);
      expect(base64 === undefined ? Buffer.from(text) : Buffer.from(base64, "base64")).toEqual(
        Buffer.from(one),
      );
    }),
  );
});

test("nothing is cut", () => {
  const [one, other] = ["a", "b"].map((last) => keyText(bytes("x".repeat(5003) + last)));
  expect(one).not.toBe(other);
});

/** As `printf %b` reads it. */
function readBack(text: string): Buffer {
  const named: Record<string, string> = { e: "\u001b", n: "\n", r: "\r", t: "\t", "\\": "\\" };
  const parts = text.match(/\\x[\da-f]{2}|\\u[\da-f]{4}|\\U[\da-f]{8}|\\.|[^\\]+/gu) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (!part.startsWith("\\")) return Buffer.from(part);
      const code = parseInt(part.slice(2), 16);
      if (part[1] === "x") return Buffer.from([code]);
      return Buffer.from(part.length > 2 ? String.fromCodePoint(code) : (named[part[1] ?? ""] ?? "?"));
    }),
  );
}
