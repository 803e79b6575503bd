import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import about from "../../package.json" with { type: "json" };
import { makeBinary } from "../build/binary.ts";
import { commitOf } from "../build/commit.ts";
import { hostNode } from "../build/nodes.ts";
import type { NodeBuild } from "../build/nodes.ts";
import { isHost, programName } from "../build/targets.ts";
import type { Target } from "../build/targets.ts";
import { writeTarGz, writeZip } from "./archive.ts";
import type { Level } from "./archive.ts";
import { bundledPackages, licencesText } from "./bundled.ts";
import type { Bundled } from "./bundled.ts";
import { foreignNode, installForeignNodes } from "./foreign-nodes.ts";
import { inspectBinary } from "./inspect.ts";
import { fillManifest, homepageOf, releaseAddress } from "./manifest.ts";
import { sbom } from "./sbom.ts";

const ROOT = join(import.meta.dirname, "../..");
const LICENCES = "THIRD-PARTY-LICENSES";

/** What a release is made of. `output` is replaced. */
export interface ReleaseOptions {
  /** `v0.1.0` */
  readonly version: string;
  readonly targets: readonly Target[];
  readonly output: string;
  /** where the archives will be found; absent: as package.json says */
  readonly address?: string;
  /** absent: as small as can be */
  readonly level?: Level;
  readonly progress: (text: string) => void;
}

/** A platform's binary, packed. */
interface Archive {
  readonly name: string;
  readonly sum: string;
  readonly node: string;
  readonly packages: readonly Bundled[];
}

/**
 * Makes all that a release publishes: an archive a platform, their checksums, the bill of materials, the manifest for
 * krew. The same commit gives the same bytes.
 */
export async function makeRelease(options: ReleaseOptions): Promise<void> {
  const { version, targets, output, level = 9, progress } = options;
  const when = await commitTime();
  const making = await mkdtemp(`${output}-`);
  try {
    const foreign = targets.every(isHost) ? "" : await installForeignNodes(progress);
    const archives: [Target, Archive][] = [];
    for (const target of targets) {
      const node = isHost(target) ? hostNode(ROOT, target) : foreignNode(foreign, ROOT, target);
      const archive = await makeArchive({ target, node, version, when, level, folder: making });
      progress(archive.name);
      archives.push([target, archive]);
    }
    await writeRest(options, { archives, when, folder: making });
    await chmod(making, 0o755);
    await rm(output, { recursive: true, force: true });
    await rename(making, output);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Of one archive: what goes in, and the folder that it is written to. */
interface ArchiveOptions {
  readonly target: Target;
  readonly node: NodeBuild;
  readonly version: string;
  readonly when: Date;
  readonly level: Level;
  readonly folder: string;
}

async function makeArchive(options: ArchiveOptions): Promise<Archive> {
  const { target, node, version, when, level, folder } = options;
  const stage = join(folder, "stage");
  const making = join(folder, "making");
  await mkdir(stage);
  await mkdir(making);
  const program = programName(target);
  const files = await makeBinary({ target, node, version, folder: making, output: join(stage, program) });
  inspectBinary(target, await readFile(join(stage, program)), await commitOf(ROOT));
  const packages = bundledPackages(ROOT, files);
  const text = await readFile(node.licence, "utf8");
  await writeFile(join(stage, LICENCES), licencesText(packages, { version: node.version, text }));
  await cp(join(ROOT, "LICENSE"), join(stage, "LICENSE"));
  const name = archiveName(target, version);
  await pack(stage, [program, "LICENSE", LICENCES], { file: join(folder, name), when, level });
  const sum = sha256(await readFile(join(folder, name)));
  await rm(stage, { recursive: true });
  await rm(making, { recursive: true });
  return { name, sum, node: node.version, packages };
}

/** How a platform's files are packed. */
interface Packing {
  readonly file: string;
  readonly when: Date;
  readonly level: Level;
}

async function pack(stage: string, names: readonly string[], { file, when, level }: Packing): Promise<void> {
  // Independent of the umask: an archive keeps the permissions of its files.
  for (const [i, name] of names.entries()) await chmod(join(stage, name), i === 0 ? 0o755 : 0o644);
  if (!file.endsWith(".zip")) {
    await writeTarGz(file, stage, names, when, level);
    return;
  }
  const files = names.map(async (name, i) => ({
    name,
    bytes: await readFile(join(stage, name)),
    isProgram: i === 0,
  }));
  writeZip(file, await Promise.all(files), when);
}

/** The name that krew's index has for such archives: Go's words for the platforms. */
function archiveName({ platform, arch }: Target, version: string): string {
  const os = platform === "win32" ? "windows" : platform;
  const end = platform === "win32" ? "zip" : "tar.gz";
  return `kubectl-ha_${version}_${os}_${arch === "x64" ? "amd64" : arch}.${end}`;
}

/** What is written of the archives once they are made. */
interface Made {
  readonly archives: readonly (readonly [Target, Archive])[];
  readonly when: Date;
  readonly folder: string;
}

async function writeRest(
  { version, address }: ReleaseOptions,
  { archives, when, folder }: Made,
): Promise<void> {
  const repository = about.repository.url;
  const bill = sbom({
    version,
    commit: await commitOf(ROOT),
    homepage: homepageOf(repository),
    when,
    packages: archives[0]?.[1].packages ?? [],
    nodes: Object.fromEntries(
      archives.map(([{ platform, arch }, { node }]) => [`${platform}/${arch}`, node]),
    ),
  });
  const sums = new Map(archives.map(([, { name, sum }]) => [name, sum]));
  const template = await readFile(join(ROOT, "krew-manifest.yaml"), "utf8");
  const rest = new Map([
    [`kubectl-ha_${version}_sbom.cdx.json`, bill],
    [
      "krew-manifest.yaml",
      fillManifest(template, { version, address: address ?? releaseAddress(repository, version), sums }),
    ],
  ]);
  for (const [name, text] of rest) await writeFile(join(folder, name), text);
  const lines = [...sums, ...[...rest].map(([name, text]) => [name, sha256(Buffer.from(text))] as const)];
  await writeFile(join(folder, "SHA256SUMS"), lines.map(([name, sum]) => `${sum}  ${name}\n`).join(""));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** When the commit was made that is released: the time of all files in it. */
async function commitTime(): Promise<Date> {
  const { stdout } = await promisify(execFile)("git", ["-C", ROOT, "log", "-1", "--format=%ct"]);
  return new Date(Number(stdout.trim()) * 1000);
}
