import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { binariesRoot } from "../paths.ts";
import { withFileLock } from "../file-lock.ts";
import { BINARIES, MODULES, buildFlags, goVersionProblem } from "./modules.ts";
import type { Module, ModuleName } from "./modules.ts";
import { missingBinaries } from "./missing.ts";

const SIGN_OF_LIFE_MS = 15_000;
const MODULES_DIR = join(import.meta.dirname, "../modules");

/** What building needs to know: where lines of progress go, and what interrupts it. */
export type BuildContext = { progress: (text: string) => void; signal: AbortSignal | undefined };

/**
 * Builds the programs that are not in this user's cache yet and gives their folder, which is named by what goes
 * into them: module files, Go's version, flags. Two builds at once wait for each other; an interrupted one goes
 * on with what is missing. `wanted`: those that are needed, all of the lab's unless said. Throws one line.
 */
export async function buildBinaries(
  context: BuildContext,
  wanted: readonly string[] = BINARIES,
  modules = MODULES,
): Promise<string> {
  const go = await goVersion();
  const dir = join(binariesRoot(), cacheKey(go, modules));
  if (missingBinaries(dir, wanted).length === 0) return dir;
  mkdirSync(dir, { recursive: true });
  const onWait = (): void => {
    context.progress("another build is running: waiting for it");
  };
  await withFileLock(join(dir, ".lock"), onWait, async () => {
    const missing = missingBinaries(dir, wanted);
    if (missing.length === BINARIES.length) {
      context.progress(`building ${missing.length} programs with ${go} into ${dir}: about ten minutes, once`);
    }
    for (const module of modules) {
      for (const [name, source] of Object.entries(module.binaries)) {
        if (missing.includes(name)) await buildOne({ dir, module: module.name, name, source }, context);
      }
    }
  });
  return dir;
}

/** One program to be built: its module, name and Go package. */
type Job = { dir: string; module: ModuleName; name: string; source: string };

async function buildOne(job: Job, { progress, signal }: BuildContext): Promise<void> {
  const started = performance.now();
  const elapsed = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  const life = setInterval(() => {
    progress(`building ${job.name}: ${elapsed()}`);
  }, SIGN_OF_LIFE_MS);
  // Another process may still be writing the name of a build that was interrupted.
  const unfinished = join(job.dir, `.${job.name}.${process.pid}`);
  const cwd = join(MODULES_DIR, job.module);
  const flags = buildFlags(job.module, readFileSync(join(cwd, "go.mod"), "utf8"));
  try {
    await goBuild([...flags, "-o", unfinished, job.source], {
      cwd,
      log: join(job.dir, "build.log"),
      name: job.name,
      signal,
    });
    renameSync(unfinished, join(job.dir, job.name));
  } finally {
    clearInterval(life);
    rmSync(unfinished, { force: true });
  }
  progress(`built ${job.name} in ${elapsed()}`);
}

/** How go is run for one program. */
type GoRun = { cwd: string; log: string; name: string; signal: AbortSignal | undefined };

function goBuild(args: readonly string[], { cwd, log, name, signal }: GoRun): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  writeFileSync(log, "");
  const child = spawn("go", ["build", ...args], {
    cwd,
    env: { ...process.env, ...GO_ENV },
    stdio: ["ignore", "ignore", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  let last = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    appendFileSync(log, text);
    last = text.trim().split("\n").at(-1) ?? last;
  });
  child.once("error", reject);
  child.once("close", (code) => {
    if (code === 0) resolve(undefined);
    else reject(new Error(`go could not build ${name}: ${last || `exit ${code}`} (all of it in ${log})`));
  });
  return promise;
}

/** No other Go is downloaded in place of the one that is there. */
const GO_ENV = { CGO_ENABLED: "0", GOTOOLCHAIN: "local" } as const;

async function goVersion(): Promise<string> {
  const version = await promisify(execFile)("go", ["version"], {
    cwd: "/",
    env: { ...process.env, ...GO_ENV },
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  const problem = goVersionProblem(version);
  if (problem !== undefined) throw new Error(problem);
  return version ?? "";
}

function cacheKey(go: string, modules: readonly Module[]): string {
  const hash = createHash("sha256").update(go);
  for (const module of modules) {
    const goMod = readFileSync(join(MODULES_DIR, module.name, "go.mod"), "utf8");
    hash.update(JSON.stringify([module, buildFlags(module.name, goMod), goMod]));
    hash.update(readFileSync(join(MODULES_DIR, module.name, "go.sum")));
  }
  return hash.digest("hex").slice(0, 16);
}
