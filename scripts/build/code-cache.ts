// Writes what V8 makes of each part of the program: `node FLAGS code-cache.ts FOLDER PART...`, by the very Node that will
// be in the binary. The same parts give the same bytes, which takes some care; FLAGS is STEADY in steady.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { partId, partLoader } from "./load-part.ts";
import { PROGRAM } from "./parts.ts";
import type { Program } from "./parts.ts";
import { rehearse } from "./rehearsal.ts";
import { steadily, stopTimers } from "./steady.ts";

const [folder = ".", ...parts] = process.argv.slice(2);
const { scripts, require } = partLoader(
  (name) => ({ source: readFileSync(join(folder, `${name}.cjs`), "latin1"), cache: Buffer.of() }),
  createRequire(import.meta.url),
);
const written = new Set<string>();
const write = (): void => {
  steadily(false);
  for (const [name, script] of scripts) {
    if (written.has(name)) continue;
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
    written.add(name);
  }
  steadily(true);
};

steadily(true);
stopTimers();
const exit = process.exit.bind(process);
const rehearsal = await rehearse(folder);
const program = require(partId(PROGRAM)) as Program;
for (const line of rehearsal.lines) {
  process.exit = ((code: number) => {
    if (code !== 0) throw new Error(`${line.join(" ")}: exit code ${code}`);
  }) as typeof process.exit;
  process.argv.splice(2, Infinity, ...line);
  await program.start();
}
rehearsal.end();
write();
// Of what was not needed for that, what runs when it is loaded is worth keeping; so the getters of its modules are called.
for (const name of parts) {
  void Object.values(require(partId(name)) as object);
  write();
}
exit(0);
