/** What a terminal would obey rather than show: CSI, OSC and the other strings, two-byte escapes; 7-bit and 8-bit. */
const ESCAPE =
  /(?:\u001b\[|\u009b)[\u0020-\u003f]*[\u0040-\u007e]?|(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[\u0020-\u002f]*[\u0030-\u007e]?/g;

/** Control characters that are no white space, bidi controls and other invisible ones, halves of surrogate pairs. */
const UNSEEN = /(?![\t-\r\u0085])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Variation_Selector}]/gu;

/** White space of any kind, a line break among it. */
const BLANKS = /[\t-\r\u0085\p{Z}]+/gu;

/** What breaks a line, or is a blank of another kind. */
const OTHER_BLANKS = /[\n\v\f\r\u0085]|(?! )\p{Z}/gu;

/**
 * Makes a line of text from outside fit to be shown where its blanks are a part of what it says: as `cleanText` does, but
 * they stay as they are, a tab is two, and nothing is cut.
 */
export function cleanLine(line: string): string {
  const clean = line.replace(ESCAPE, "").replace(UNSEEN, "").replaceAll("\t", "  ");
  return clean.replace(OTHER_BLANKS, " ").trimEnd();
}

/**
 * Makes text from outside fit to be shown: one line that a terminal prints as it stands. Escape sequences, control
 * characters and bidi controls are gone, any white space is one blank, and what is longer than `maxLength` characters
 * ends in `…`. For showing only: never compare or send cleaned text.
 */
export function cleanText(text: string, maxLength = 300): string {
  const clean = text.replace(ESCAPE, "").replace(UNSEEN, "").replace(BLANKS, " ").trim();
  if (clean.length <= maxLength) return clean;
  const characters = Array.from(clean);
  return characters.length <= maxLength ? clean : `${characters.slice(0, maxLength - 1).join("")}…`;
}
