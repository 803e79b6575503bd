import type { Ended } from "../contract/program.ts";
import { runProgram } from "../contract/program.ts";
// The program under a second name, which docs/install.md names: installed by krew, called through real kubectl.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import about from "../../package.json" with { type: "json" };
import { buildBinaries } from "../../scripts/lab/build/go-build.ts";
import { buildKrew } from "../../scripts/lab/build/krew.ts";
import { fillManifest } from "../../scripts/package/manifest.ts";
import { commandNames } from "../../src/cli/args/catalog.ts";
import { folderForFile } from "../folder-for-file.ts";

const home = folderForFile("home");
const [bin, krewRoot] = [join(home, "bin"), join(home, ".krew")];
const context = { progress: () => undefined, signal: undefined };

const run = (...args: readonly string[]): Promise<Ended> => {
  // The helper is a script: kubectl needs a shell for it.
  const PATH = [join(krewRoot, "bin"), bin, "/usr/bin", "/bin"].join(delimiter);
  return runProgram(join(bin, "kubectl"), args, { HOME: home, PATH, KREW_NO_UPGRADE_CHECK: "1" });
};

/** The manifest of docs/install.md for an archive of what npm run build made. */
function manifestFor(archive: string): string {
  const sum = createHash("sha256").update(readFileSync(archive)).digest("hex");
  const name = `kubectl-ha_v${about.version}_linux_${process.arch === "x64" ? "amd64" : "arm64"}.tar.gz`;
  const filling = {
    version: `v${about.version}`,
    address: "http://127.0.0.1:1",
    sums: new Map([[name, sum]]),
  };
  const manifest = fillManifest(readFileSync("krew-manifest.yaml", "utf8"), filling);
  const file = join(home, "control-plane-ha.yaml");
  writeFileSync(file, manifest.replace(/^ {2}name: ha$/m, "  name: control-plane-ha"));
  return file;
}

beforeAll(async () => {
  mkdirSync(bin);
  symlinkSync(join(await buildBinaries(context, ["kubectl"]), "kubectl"), join(bin, "kubectl"));
  symlinkSync(join(await buildKrew(context), "krew"), join(bin, "kubectl-krew"));
  const archive = join(home, "archive.tar.gz");
  execFileSync("tar", ["cf", archive, "-I", "gzip -1", "-C", "dist", "kubectl-ha"]);
  const installed = await run(
    ...["krew", "install", `--manifest=${manifestFor(archive)}`, `--archive=${archive}`],
  );
  expect(installed).toMatchObject({ code: 0 });
}, 480_000);

test("krew links it by a name with underscores", () => {
  expect(readdirSync(join(krewRoot, "bin"))).toEqual(["kubectl-control_plane_ha"]);
});

test("help names the program as it was called", async () => {
  const { code, stdout, stderr } = await run("control-plane-ha", "--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("  kubectl control-plane-ha COMMAND [flags]");
  expect(stdout).not.toContain("kubectl ha");
});

test.each(commandNames().filter((name) => name !== "help"))("%s is there, with its help", async (name) => {
  const { code, stdout, stderr } = await run("control-plane-ha", ...name.split(" "), "--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`kubectl control-plane-ha ${name}`);
  expect(stdout).not.toContain("kubectl ha");
});

test("a command runs, and an error names the program as it was called", async () => {
  const version = await run("control-plane-ha", "version", "--client");
  expect(version).toMatchObject({ code: 0, stdout: expect.stringContaining("Client Version: v") });
  const wrong = await run("control-plane-ha", "status", "--no-such-flag");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("kubectl control-plane-ha status --help");
});

test("kubectl completes it once its helper is installed", async () => {
  const installed = await run("control-plane-ha", "completion", "--install", bin);
  expect(installed).toMatchObject({ code: 0, stderr: "" });
  expect(installed.stdout).toContain("kubectl 1.26 or later completes 'kubectl control-plane-ha'");
  expect(readdirSync(bin)).toContain("kubectl_complete-control_plane_ha");
  const { stdout } = await run("__complete", "control-plane-ha", "etcd", "");
  const offered = stdout.split("\n").map((line) => line.split("\t")[0]);
  expect(offered).toEqual(expect.arrayContaining(["status", "members", "health", "hash"]));
});
