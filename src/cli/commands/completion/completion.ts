import type { Io } from "../../io.ts";
import { print } from "../../io.ts";
import type { CompletionCommand, Shell } from "../../args/command.ts";
import { posix, win32, join, relative } from "node:path";
import { randomBytes } from "node:crypto";
import { chmod, lstat, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { cleanText } from "../../../text/clean.ts";
import { UserError, reasonOf } from "../../../core/facts/failure.ts";
import { BASH, FISH, POWERSHELL, ZSH } from "./shells.ts";
import { underName } from "../../plugin-name.ts";

/** What kubectl looks for on PATH to complete the plugin (k8s.io/kubectl pkg/cmd/plugin, since 1.26). */
export interface Helper {
  readonly file: string;
  readonly text: string;
}

/** Stands in every helper of ours, of every version: what has it may be replaced. */
const MARK = 'made by "kubectl ha completion --install"';

/** Calls the plugin by its name, never by its path: krew keeps each version in a folder of its own. */
export function helperFor(platform: string, plugin: string): Helper {
  // kubectl reads `_` in the name of a file as `-`, since `-` separates a command from its subcommand.
  const file = `kubectl_complete-${plugin.replaceAll("-", "_")}`;
  return platform === "win32"
    ? {
        file: `${file}.cmd`,
        text: `@rem ${MARK}\r\n@kubectl ${plugin} __complete %*\r\n`,
      }
    : {
        file,
        text: `#!/bin/sh\n# ${MARK}\nexec kubectl ${plugin} __complete "$@"\n`,
      };
}

/** Whether a file is a helper that this program made. */
export function isOurs(text: string): boolean {
  return text.split("\n").some((line) => /^(?:#|@rem) /.test(line) && line.includes(MARK));
}

/** The folders of PATH, as kubectl searches them; those that are relative it does not take. */
export function foldersOfPath(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): readonly string[] {
  const path = platform === "win32" ? win32 : posix;
  return (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** krew's own folder. Source: krew internal/environment, `MustGetKrewPaths`. */
export function krewRoot(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  const path = platform === "win32" ? win32 : posix;
  const root = env["KREW_ROOT"] ?? "";
  return root === "" ? path.join(home, ".krew") : root;
}

/** What was done: the helper's path, and what was there before: of an older version, one that could not be run, or just so. */
export interface Installed {
  readonly path: string;
  readonly before: "nothing" | "older" | "unusable" | "same";
}

/**
 * Puts kubectl's helper into a folder. Throws UserError, and leaves everything as it was, if the folder is not on PATH, is
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
      cleanText(`cannot install ${path}: a file of that name exists; move it, or choose another directory`),
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
    throw new UserError(
      cleanText(`cannot install into ${folder}: ${reasonOf(error)}; choose a directory on PATH`),
      1,
      {
        cause: error,
      },
    );
  }
  throw new UserError(
    cleanText(`cannot install into ${folder}: not a directory; choose a directory on PATH`),
  );
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
      `cannot install into ${folder}: krew owns it and would fail on the helper after an uninstall; choose another directory on PATH`,
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
      `cannot install into ${folder}: not on PATH, where kubectl looks for the helper; add it to PATH, or choose another directory`,
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
    throw new UserError(cleanText(`cannot read ${path}: ${reason}; choose another directory on PATH`), 1, {
      cause: error,
    });
  }
}

/** Written beside its place and renamed, so that a TAB at this moment finds a whole file. */
async function write(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    await chmod(beside, 0o755);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new UserError(
      cleanText(`cannot write ${path}: ${reasonOf(error)}; choose another directory on PATH`),
      1,
      {
        cause: error,
      },
    );
  }
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};

/** Writes a shell's script, or puts kubectl's helper into a folder and says what it did. Throws UserError. */
export async function completion({ what }: CompletionCommand, io: Io): Promise<number> {
  const text =
    "script" in what
      ? SCRIPTS[what.script]
      : underName(installedText(await installHelper(what.installInto, io)), io.plugin);
  await print(io.stdout, text);
  return 0;
}

function installedText({ path, before }: Installed): string {
  const helper = cleanText(path);
  const did = {
    nothing: `Wrote ${helper}`,
    older: `Replaced ${helper}, written by an older version`,
    unusable: `Rewrote ${helper}, which was not executable`,
    same: `${helper} is up to date`,
  };
  return [
    `${did[before]}.`,
    "With it, kubectl 1.26 or later completes 'kubectl ha' where its own completion is set up; see 'kubectl completion --help'.",
    "Delete that file to undo this.",
    "",
  ].join("\n");
}
