// Writes what V8 makes of each part of the program: `node --random-seed=1 code-cache.ts FOLDER`, by the very Node that
// will be in the binary. The seed keeps two runs of it equal; V8 leaves it out when it compares its settings.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PART, partLoader } from "./load-part.ts";
import { PART_NAMES, PROGRAM } from "./parts.ts";

const [folder = "."] = process.argv.slice(2);
const { scripts, require } = partLoader(
  (name) => ({ source: readFileSync(join(folder, `${name}.cjs`), "latin1"), cache: Buffer.of() }),
  createRequire(import.meta.url),
);

process.on("exit", () => {
  for (const [name, script] of scripts)
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
});
// What runs when a part is loaded is worth keeping; so the getters of its modules are called.
for (const name of PART_NAMES.filter((each) => each !== PROGRAM))
  void Object.values(require(PART + name) as object);
process.argv.splice(2, Infinity, "--help");
require(PART + PROGRAM);
