import { keyText } from "../../src/text/escape.ts";
import { glyphs } from "../../src/screen/text/glyphs.ts";
import { hitLine } from "../../src/screen/panes/keys.ts";

const key = new TextEncoder().encode("/ü/dup\u001b[0m");
const hit = { key, text: keyText(key), marks: undefined };

test.each([
  [false, String.raw`/ü/dup\e[0m`, "ü"],
  [true, String.raw`/\u00fc/dup\e[0m`, String.raw`\u00fc`],
])("a hit, in ASCII: %j, is spelled, and so is the match in it", (ascii, text, match) => {
  const line = hitLine({ glyphs: glyphs(ascii) }, hit, {
    ...{ query: "ü", members: [], width: 60, selected: false },
  });
  expect(line.map((span) => span.text).join("")).toContain(` ${text} `);
  expect(line.filter(({ style }) => style.underline === true).map((span) => span.text)).toEqual([match]);
});
