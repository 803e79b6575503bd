import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle.ts";
import { withoutSymbols } from "./elf.ts";
import { signAdHoc } from "./macho.ts";
import type { NodeBuild } from "./nodes.ts";
import { PROGRAM } from "./parts.ts";
import { withoutAuthenticode } from "./pe.ts";
import { STEADY } from "./steady.ts";
import { hostTarget, isHost } from "./targets.ts";
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
}: BinaryOptions): Promise<readonly string[]> {
  const { parts, inputs } = await bundle(folder, version);
  await makeCaches(target, node, folder, parts);
  await placeNodes(target, node, folder);
  const files = parts.flatMap((name) => [`${name}.cjs`, `${name}.cache`]);
  const assets = Object.fromEntries(files.map((file) => [file, join(folder, file)]));
  const platform = { linux: "linux", darwin: "macos", win32: "win" }[target.platform];
  const targets = [{ platform, arch: target.arch, nodeRange: `node${node.version}`, output }];
  const args = [join(import.meta.dirname, "run-pkg.ts"), JSON.stringify(targets), JSON.stringify(assets)];
  await run(process.execPath, args, { HOME: folder, TMPDIR: folder });
  if (target.platform === "darwin")
    await writeFile(output, signAdHoc(await readFile(output), PROGRAM), { mode: 0o755 });
  return inputs;
}

/** What V8 makes of the code is good for the same Node on the same platform only; elsewhere there is none. */
async function makeCaches(
  target: Target,
  node: NodeBuild,
  folder: string,
  parts: readonly string[],
): Promise<void> {
  const script = (name: string): string => join(import.meta.dirname, name);
  if (!isHost(target)) {
    for (const name of parts) await writeFile(join(folder, `${name}.cache`), "");
    return;
  }
  await run(node.program, [...STEADY, script("code-cache.ts"), folder, ...parts], { HOME: folder });
  await run(node.program, [script("check-caches.ts"), folder, ...parts], {});
}

/** Puts the Nodes where pkg would have put what it downloads: the one that is used, and the one that writes for it. */
async function placeNodes(
  target: Target,
  { version, program, writer }: NodeBuild,
  folder: string,
): Promise<void> {
  const cache = join(folder, ".pkg-cache", "sea");
  await place(cache, version, target, prepared(target, await readFile(program)));
  if (!isHost(target)) await place(cache, version, hostTarget(), await readFile(writer));
}

/** A Node fit for being changed. */
function prepared({ platform }: Target, node: Buffer): Buffer {
  switch (platform) {
    case "linux":
      return withoutSymbols(node);
    case "win32":
      return withoutAuthenticode(node);
    case "darwin":
      return node;
  }
}

/** A Node under the name, and with the marks, by which pkg knows that it has it. */
async function place(
  cache: string,
  version: string,
  { platform, arch }: Target,
  node: Buffer,
): Promise<void> {
  const [os, archive] = platform === "win32" ? ["win", "zip"] : [platform, "tar.gz"];
  const name = join(cache, `node-v${version}-${os}-${arch}`);
  const program = platform === "win32" ? `${name}.exe` : join(name, "bin", "node");
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, node, { mode: 0o755 });
  for (const mark of [`${program}.ok`, `${name}.${archive}`, `${name}.${archive}.ok`])
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
