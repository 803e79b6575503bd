/**
 * What would not show, or would not show what it is: the backslash that escapes begin with, control and other invisible
 * characters, line breaks, and any blank but the plain one.
 */
const ESCAPED =
  /\\|(?! )[\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}]/gu;

/** Blanks that nobody would see, or could count. */
const BLANKS = /^ | $|(?<= ) /g;

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u001b": "\\e",
};

/**
 * A key as one line of text that a terminal prints as it stands, whole. A key is bytes: bytes that are not plain text
 * are escaped as bash's `printf %b` and `$'…'` read them (`\e`, `\n`, `\\`, `\x20`, `\u200b`, `\U000e0001`; a byte
 * outside UTF-8 `\xff`), so that two keys never look alike. Never compare or send it.
 */
export function keyText(key: Uint8Array): string {
  const whole = decoded(key);
  const text = whole === undefined ? byCharacter(key) : escaped(whole);
  return text.replaceAll(BLANKS, String.raw`\x20`);
}

/** Whether a key's text is not the key itself: what is spelled has a backslash, and nothing else has one. */
export function isEscaped(text: string): boolean {
  return text.includes("\\");
}

/** A key's bytes in base64 where its text is not exactly what they are, so that a program can still name it. */
export function keyBase64(key: Uint8Array): string | undefined {
  if (!isEscaped(keyText(key))) return undefined;
  return btoa(Array.from(key, (byte) => String.fromCharCode(byte)).join(""));
}

/** A text in ASCII alone; what is more is spelled as above, but for the sign that something was cut, which is `~`. */
export function asciiText(text: string): string {
  return text.replaceAll("…", "~").replaceAll(/[\u0080-\u{10ffff}]/gu, escape);
}

/** Without the byte order mark of its own a decoder would take that of a key away. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    // No UTF-8, which any bytes may be.
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replaceAll(ESCAPED, escape);
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => code.toString(16).padStart(digits, "0");
  if (code < 0x80) return NAMED[character] ?? `\\x${hex(2)}`;
  return code > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
}

/** What is UTF-8 among the bytes as text, each other one by its number. */
function byCharacter(key: Uint8Array): string {
  let text = "";
  for (let at = 0; at < key.length;) {
    const first = key[at] ?? 0;
    const size = sizeOf(first);
    const character = size === 0 ? undefined : decoded(key.subarray(at, at + size));
    text += character === undefined ? `\\x${first.toString(16)}` : escaped(character);
    at += character === undefined ? 1 : size;
  }
  return text;
}

/** The bytes of a character that begins so; 0: none does. */
function sizeOf(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
