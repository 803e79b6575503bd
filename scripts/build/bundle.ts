import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";
import { blessedPlugin } from "./blessed-plugin.ts";
import { commanderPlugin } from "./commander-plugin.ts";
import { PART_NAMES, partSource, partsPlugin, PROGRAM } from "./parts.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A function of what a part may use (load-part.ts). */
const WRAPPER = { banner: { js: "(function (require, module, exports) {" }, footer: { js: "})" } };

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // Within the binary there is no import at run time.
  supported: { "dynamic-import": false },
} as const satisfies BuildOptions;

/**
 * Bundles the program and its parts into `folder`, a file each, and the stub that starts them. Gives the files that
 * went in, relative to the project.
 */
export async function bundle(folder: string, version: string): Promise<string[]> {
  const define = {
    "import.meta.main": "true",
    KUBECTL_HA_COMMIT: JSON.stringify(await commit()),
    KUBECTL_HA_VERSION: JSON.stringify(version),
  };
  const results = await Promise.all([
    build({ ...COMMON, entryPoints: ["scripts/build/sea-main.ts"], outfile: join(folder, "main.cjs") }),
    ...PART_NAMES.map((name) => {
      const outfile = join(folder, `${name}.cjs`);
      return name === PROGRAM
        ? build({
            ...COMMON,
            ...WRAPPER,
            entryPoints: ["src/main.ts"],
            outfile,
            define,
            plugins: [partsPlugin, commanderPlugin],
          })
        : build({
            ...COMMON,
            ...WRAPPER,
            stdin: { contents: partSource(name), resolveDir: ROOT },
            outfile,
            minifyIdentifiers: true,
            plugins: [blessedPlugin],
          });
    }),
  ]);
  return results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/** The commit that is built, or "unknown" where there is none to be known. */
async function commit(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", ROOT, "rev-parse", "HEAD"]);
    return stdout.trim();
  } catch {
    // Built from an archive, or without git.
    return "unknown";
  }
}
