// Bundles the program: dist/kubectl-ha.cjs, and dist/kubectl-ha, which starts it with the project's own Node.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { blessedPlugin } from "./build/blessed-plugin.ts";
import { LAUNCHER } from "./build/launcher.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** The commit that is built, or "unknown" where there is none to be known. */
async function commit(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", root, "rev-parse", "HEAD"]);
    return stdout.trim();
  } catch {
    // Built from an archive, or without git.
    return "unknown";
  }
}

await mkdir(dist, { recursive: true });
// Made beside what is there and moved into its place: a program that runs, or starts just now, finds a whole one.
const making = await mkdtemp(join(dist, "making-"));
const result = await build({
  entryPoints: [join(root, "src", "main.ts")],
  outfile: join(making, "kubectl-ha.cjs"),
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
  define: { "import.meta.main": "true", KUBECTL_HA_COMMIT: JSON.stringify(await commit()) },
  plugins: [blessedPlugin],
});
await writeFile(join(making, "kubectl-ha"), LAUNCHER, { mode: 0o755 });
await rm(join(dist, "compile-cache"), { recursive: true, force: true });
for (const file of await readdir(making)) await rename(join(making, file), join(dist, file));
await rmdir(making);
// The first start fills the cache; from then on the folder need not be writable.
const { stdout: version } = await promisify(execFile)(join(dist, "kubectl-ha"), ["version", "--client"]);
const bytes = Object.values(result.metafile.outputs).reduce((most, { bytes: n }) => Math.max(most, n), 0);
console.log(`${version}dist/kubectl-ha.cjs ${(bytes / 1024).toFixed(0)} KiB, started by dist/kubectl-ha`);
