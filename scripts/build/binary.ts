import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle.ts";
import { withoutSymbols } from "./elf.ts";
import type { NodeBuild } from "./nodes.ts";
import { PART_NAMES } from "./parts.ts";
import { isHost } from "./targets.ts";
import type { Target } from "./targets.ts";

/** What makes a binary. `folder` is where the making goes on; it is empty, and the caller's to remove. */
export interface BinaryOptions {
  readonly target: Target;
  readonly node: NodeBuild;
  /** of the program, `v0.1.0` */
  readonly version: string;
  readonly folder: string;
  readonly output: string;
}

/**
 * Makes the program of one file: a Node with our code in it. Gives the files that went in, relative to the project.
 * The same commit and the same Node give the same bytes.
 */
export async function makeBinary({
  target,
  node,
  version,
  folder,
  output,
}: BinaryOptions): Promise<string[]> {
  const inputs = await bundle(folder, version);
  await makeCaches(target, node, folder);
  await placeNode(target, node, folder);
  const files = PART_NAMES.flatMap((name) => [`${name}.cjs`, `${name}.cache`]);
  const assets = Object.fromEntries(files.map((file) => [file, join(folder, file)]));
  const platform = { linux: "linux", darwin: "macos", win32: "win" }[target.platform];
  const targets = [{ platform, arch: target.arch, nodeRange: `node${node.version}`, output }];
  const args = [join(import.meta.dirname, "run-pkg.ts"), JSON.stringify(targets), JSON.stringify(assets)];
  await run(process.execPath, args, { HOME: folder, TMPDIR: folder });
  return inputs;
}

/** What V8 makes of the code is good for the same Node on the same platform only; elsewhere there is none. */
async function makeCaches(target: Target, node: NodeBuild, folder: string): Promise<void> {
  const script = join(import.meta.dirname, "code-cache.ts");
  if (isHost(target)) await run(node.program, ["--random-seed=1", script, folder], {});
  else for (const name of PART_NAMES) await writeFile(join(folder, `${name}.cache`), "");
}

/** Puts a Node where pkg would have put what it downloads, with the marks by which it knows that it has it. */
async function placeNode(target: Target, node: NodeBuild, folder: string): Promise<void> {
  const [os, archive] = target.platform === "win32" ? ["win", "zip"] : [target.platform, "tar.gz"];
  const name = `node-v${node.version}-${os}-${target.arch}`;
  const cache = join(folder, ".pkg-cache", "sea");
  const program = target.platform === "win32" ? join(cache, `${name}.exe`) : join(cache, name, "bin", "node");
  await mkdir(dirname(program), { recursive: true });
  const original = await readFile(node.program);
  await writeFile(program, target.platform === "linux" ? withoutSymbols(original) : original, {
    mode: 0o755,
  });
  for (const mark of [
    `${program}.ok`,
    `${join(cache, name)}.${archive}`,
    `${join(cache, name)}.${archive}.ok`,
  ])
    await writeFile(mark, "");
}

/** Runs a program to its end, in a clean environment. Rejects with what it printed when it fails. */
async function run(program: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env: { PATH: process.env["PATH"] ?? "", ...env } });
  } catch (error) {
    const printed = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`making the binary failed: ${printed}`, { cause: error });
  }
}
