// Runs a script of this project on the project's own Node: `node scripts/bootstrap.mjs SCRIPT [ARG...]`.
// Plain JavaScript for the Node that happens to be on the machine (20 or later): it installs the packages
// of package-lock.json when they are missing or of another lockfile, one run at a time, and hands over.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".kubectl-ha-lockfile");
const lock = join(root, ".install-lock");
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
const fail = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** A folder is made by one process only; its age tells a lock that was left behind. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") fail(`cannot install packages in ${root}: ${error.message}`);
    }
    if (isInstalled()) return;
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > 300_000) rmSync(lock, { recursive: true, force: true });
    sleep(200);
  }
}

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node 20 or later is needed to start, this is ${process.version}`);
if (!isInstalled()) {
  takeLock();
  try {
    if (!isInstalled()) {
      process.stderr.write("installing the packages of package-lock.json\n");
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const done = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", 2, 2],
      });
      if (done.status !== 0) {
        rmSync(lock, { recursive: true, force: true });
        fail(`npm ci failed in ${root}: ${done.error?.message ?? `exit ${done.status ?? done.signal}`}`);
      }
      writeFileSync(stamp, wanted);
    }
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const [script, ...args] = process.argv.slice(2);
if (!script) fail("usage: node scripts/bootstrap.mjs SCRIPT [ARG...]");
const bin = join(modules, ".bin");
const path = `${bin}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
const child = spawn(
  join(bin, process.platform === "win32" ? "node.cmd" : "node"),
  [join(root, script), ...args],
  {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  },
);
// A terminal sends Ctrl-C to both; what is sent to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => void (signal === "SIGINT" && process.stdin.isTTY ? 0 : child.kill(signal)));
child.on("error", (error) => fail(`cannot start ${bin}/node: ${error.message}`));
child.on("exit", (code, signal) =>
  process.exit(code ?? 128 + (constants.signals[signal ?? "SIGTERM"] ?? 15)),
);
