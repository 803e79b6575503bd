import { join } from "node:path";
import { build } from "esbuild";
import type { BuildOptions, Metafile } from "esbuild";
import { blessedPlugin } from "./blessed-plugin.ts";
import { commitOf } from "./commit.ts";
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
 * Bundles the program and its parts into `folder`, a file each, and the stub that starts them. Gives the files of
 * which something is in them, relative to the project.
 */
export async function bundle(folder: string, version: string): Promise<string[]> {
  const define = {
    "import.meta.main": "true",
    KUBECTL_HA_COMMIT: JSON.stringify(await commitOf(ROOT)),
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
  return results.flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap(filesIn));
}

/** The files of which something got into an output. */
function filesIn({ inputs }: Metafile["outputs"][string]): string[] {
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}
