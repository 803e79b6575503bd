// npm run package: dist/release, all that a release publishes, for every platform. Needs linux/x64.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import about from "../package.json" with { type: "json" };
import { TARGETS } from "./build/targets.ts";
import { makeRelease } from "./package/release.ts";

if (process.platform !== "linux" || process.arch !== "x64") {
  process.stderr.write(
    `error: a release is made on linux/x64, this is ${process.platform}/${process.arch}: only there run the Nodes that write for the other platforms\n`,
  );
  process.exit(1);
}
const output = join(import.meta.dirname, "../dist/release");
mkdirSync(join(output, ".."), { recursive: true });
const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
await makeRelease({ version: `v${about.version}`, targets: TARGETS, output, progress });
