// Writes src/terminal/terminfo-data.ts from the terminal descriptions that blessed ships: `node scripts/terminfo.ts`.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = join(dirname(createRequire(import.meta.url).resolve("blessed/package.json")), "usr");

/** One literal of a terminal's compiled description. */
async function entry(name: string): Promise<string> {
  const data = await readFile(join(folder, name), "base64");
  const chunks = (data.match(/.{1,96}/g) ?? []).map((chunk) => `    "${chunk}",`);
  return [`  ${JSON.stringify(name)}: [`, ...chunks, `  ].join(""),`].join("\n");
}

const entries = await Promise.all(["xterm-256color", "linux"].map(entry));
await writeFile(
  join(import.meta.dirname, "..", "src", "terminal", "terminfo-data.ts"),
  `// Written by scripts/terminfo.ts from blessed's own files (MIT).

/** Terminal descriptions as compiled by tic, in base64: the two that every terminal of today understands one of. */
export const TERMINFO = {
${entries.join("\n")}
} as const;
`,
);
