import { randomBytes } from "node:crypto";
import { chmod, lstat, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { cleanText } from "../../model/clean-text.ts";
import { UserError } from "../../model/problem.ts";
import { reasonOf } from "../../model/reason.ts";
import type { Io } from "../io.ts";
import { foldersOfPath, helperFor, isOurs, krewRoot } from "./helper.ts";

/** What was done: the helper's path, and what was there before: of an older version, one that could not be run, or just so. */
export interface Installed {
  readonly path: string;
  readonly before: "nothing" | "older" | "unusable" | "same";
}

/**
 * Puts kubectl's helper into a folder. Throws Problem, and leaves everything as it was, if the folder is not on PATH, is
 * one of krew's, or has a file of that name that this program did not make.
 */
export async function installHelper(
  folder: string,
  io: Pick<Io, "env" | "platform" | "plugin">,
): Promise<Installed> {
  const { file, text } = helperFor(io.platform, io.plugin);
  const real = await realFolder(folder);
  await refuseKrew(folder, real, io);
  await refuseOffPath(folder, real, io);
  const path = join(folder, file);
  const there = await readHelper(path, io.platform);
  if (there !== undefined && !there.isOurs)
    throw new UserError(
      cleanText(`${path} is there already and is not of kubectl ha: move it away, or name another folder`),
    );
  const before = stateOf(there, text);
  if (before !== "same") await write(path, text);
  return { path, before };
}

function stateOf(there: Found | undefined, text: string): Installed["before"] {
  if (there === undefined) return "nothing";
  if (there.text !== text) return "older";
  return there.canRun ? "same" : "unusable";
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw new UserError(cleanText(`cannot use ${folder}: ${reasonOf(error)}; name a folder on PATH`), 1, {
      cause: error,
    });
  }
  throw new UserError(cleanText(`cannot use ${folder}: it is no folder; name one on PATH`));
}

/** krew would leave the helper behind on uninstall, and once its last plugin is gone it refuses every command. */
async function refuseKrew(
  folder: string,
  real: string,
  { env, platform }: Pick<Io, "env" | "platform">,
): Promise<void> {
  const root = krewRoot(env, platform, env["HOME"] ?? homedir());
  const route = relative(await realpath(root).catch(() => root), real);
  // Empty: the folder itself; going up, or on another drive: outside of it.
  if (route.startsWith("..") || route.includes(":")) return;
  throw new UserError(
    cleanText(
      `${folder} belongs to krew, which would leave the helper there on uninstall and stumble over it; name another folder on PATH`,
    ),
  );
}

async function refuseOffPath(
  folder: string,
  real: string,
  { env, platform }: Pick<Io, "env" | "platform">,
): Promise<void> {
  const folders = foldersOfPath(env, platform);
  const onPath = await Promise.all(folders.map((one) => realpath(one).catch(() => undefined)));
  if (onPath.includes(real)) return;
  throw new UserError(
    cleanText(
      `${folder} is not on PATH, where kubectl looks for the helper; add it to PATH, or name another`,
    ),
  );
}

/** A file of the helper's name. A link is never ours: we write files. */
interface Found {
  readonly text: string;
  readonly isOurs: boolean;
  readonly canRun: boolean;
}

/** Undefined: there is no such file. */
async function readHelper(path: string, platform: string): Promise<Found | undefined> {
  try {
    const about = await lstat(path);
    if (about.isSymbolicLink()) return { text: "", isOurs: false, canRun: false };
    const text = await readFile(path, "utf8");
    // Windows tells by the file's name what can be run.
    return { text, isOurs: isOurs(text), canRun: platform === "win32" || (about.mode & 0o111) === 0o111 };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "no such file") return undefined;
    throw new UserError(cleanText(`cannot read ${path}: ${reason}; name another folder on PATH`), 1, {
      cause: error,
    });
  }
}

/** Beside its place first, so that whoever presses TAB just now finds a whole one. */
async function write(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    await chmod(beside, 0o755);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new UserError(
      cleanText(`cannot write ${path}: ${reasonOf(error)}; name another folder on PATH`),
      1,
      {
        cause: error,
      },
    );
  }
}
