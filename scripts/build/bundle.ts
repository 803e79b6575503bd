import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";
import type { BuildOptions, Metafile } from "esbuild";
import { blessedPlugin } from "./blessed-plugin.ts";
import { commitOf } from "./commit.ts";
import { commanderPlugin } from "./commander-plugin.ts";
import { PACKAGE_PARTS, partSource, partsPlugin, PROGRAM } from "./parts.ts";

const ROOT = join(import.meta.dirname, "../..");

/** How the text of each part is. */
const TEXT = {
  platform: "node",
  target: "node24",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // Within the binary there is no import at run time.
  supported: { "dynamic-import": false },
} as const satisfies BuildOptions;

/** A part is a function of what it may use (load-part.ts). */
const [BANNER, FOOTER] = ["(function (require, module, exports) {", "})"];

const COMMON = {
  ...TEXT,
  absWorkingDir: ROOT,
  bundle: true,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/** What is in a binary: the names of its parts, and the files of which something is in them, relative to the project. */
export interface Bundle {
  readonly parts: readonly string[];
  readonly inputs: readonly string[];
}

/** Bundles the program into parts in `folder`, a file each, and the stub that starts it. */
export async function bundle(folder: string, version: string): Promise<Bundle> {
  await mkdir(folder, { recursive: true });
  const stub = { entryPoints: ["scripts/build/sea-main.ts"], outfile: join(folder, "main.cjs") };
  const [program, { metafile }, ...packages] = await Promise.all([
    bundleProgram(folder, version),
    build({ ...COMMON, ...stub }),
    ...PACKAGE_PARTS.map((name) => bundlePackages(folder, name)),
  ]);
  return {
    parts: [...PACKAGE_PARTS, ...program.parts],
    inputs: [...program.inputs, ...filesIn(metafile), ...packages.flatMap(filesIn)],
  };
}

/** The program: what every command needs is one part, and what some commands need are others. */
async function bundleProgram(folder: string, version: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    format: "esm",
    splitting: true,
    write: false,
    entryPoints: { [PROGRAM]: "src/main.ts" },
    // Nothing is written there, and so nothing of what is made depends on where it is made.
    outdir: "dist",
    define: {
      "import.meta.main": "false",
      KUBECTL_HA_COMMIT: JSON.stringify(await commitOf(ROOT)),
      KUBECTL_HA_VERSION: JSON.stringify(version),
    },
    plugins: [partsPlugin, commanderPlugin],
  });
  const parts = outputFiles.map(async ({ path, text }) => {
    const name = basename(path, ".js");
    const { code } = await transform(text, { ...TEXT, banner: BANNER, footer: FOOTER });
    await writeFile(join(folder, `${name}.cjs`), code);
    return name;
  });
  return { parts: await Promise.all(parts), inputs: filesIn(metafile) };
}

async function bundlePackages(folder: string, name: (typeof PACKAGE_PARTS)[number]): Promise<Metafile> {
  const { metafile } = await build({
    ...COMMON,
    banner: { js: BANNER },
    footer: { js: FOOTER },
    stdin: { contents: partSource(name), resolveDir: ROOT },
    outfile: join(folder, `${name}.cjs`),
    minifyIdentifiers: true,
    plugins: [blessedPlugin],
  });
  return metafile;
}

/** The files of which something got into what was made. */
function filesIn({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
