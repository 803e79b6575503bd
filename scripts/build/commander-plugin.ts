import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const IMPORT = "import childProcess from 'node:child_process';";
const NOTHING = "const childProcess = {};";

/**
 * commander 15 loads `node:child_process` at once, for commands that are programs of their own. There are none here,
 * and it takes 4 ms of every start. Fails the build if the text that it changes is not what it was.
 */
export const commanderPlugin: Plugin = {
  name: "commander",
  setup(build) {
    build.onLoad({ filter: /[\\/]commander[\\/]lib[\\/]command\.js$/ }, async ({ path }) => ({
      loader: "js",
      contents: withoutChildProcess(await readFile(path, "utf8"), path),
    }));
  },
};

/** `lib/command.js` of commander without what starts other programs. */
export function withoutChildProcess(source: string, path: string): string {
  if (!source.includes(IMPORT))
    throw new Error(`${path} does not import child_process as the build knows it`);
  return source.replace(IMPORT, NOTHING);
}
