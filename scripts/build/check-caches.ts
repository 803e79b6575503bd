// Whether V8 takes the caches that code-cache.ts wrote, in a process of its own: `node check-caches.ts FOLDER PART...`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

const [folder = ".", ...parts] = process.argv.slice(2);
for (const name of parts) {
  const [source, cachedData] = ["cjs", "cache"].map((end) => readFileSync(join(folder, `${name}.${end}`)));
  const script = new Script(source?.toString("latin1") ?? "", { filename: `${name}.cjs`, cachedData });
  if (script.cachedDataRejected !== false) throw new Error(`V8 refuses what it has made of ${name}`);
}
