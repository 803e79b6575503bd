// A whole release, twice, as who releases makes it: `npm run package` in two clean clones of what is committed here.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import about from "../../package.json" with { type: "json" };
import { TARGETS } from "../../scripts/build/targets.ts";
import { buildKrew } from "../../scripts/lab/build/krew.ts";
import { runProgram } from "../contract/program.ts";
import type { Ended } from "../contract/program.ts";

/** Each clone gets its packages, and makes and packs five binaries. */
const MAKING_MS = 1_800_000;
/** What runs the programs of linux/arm64 on another machine, and their libraries: Debian's packages `qemu-user` and `libstdc++6-arm64-cross`. */
const QEMU = { program: "qemu-aarch64", libraries: "/usr/aarch64-linux-gnu" };
const hasQemu = spawnSync(QEMU.program, ["--version"]).error === undefined && existsSync(QEMU.libraries);
if (!hasQemu)
  process.stdout.write(
    "skipped: arm64's program (Debian's qemu-user and libstdc++6-arm64-cross are not here)\n",
  );

let folder = "";
/** `dist/release` of each clone. */
let releases: readonly string[] = [];
let commit = "";

function made(clone: string): string {
  execFileSync("git", ["clone", "--quiet", process.cwd(), clone]);
  execFileSync("git", ["-C", clone, "checkout", "--quiet", commit]);
  const { PATH = "", HOME = "" } = process.env;
  execFileSync("npm", ["run", "package"], { cwd: clone, env: { PATH, HOME }, stdio: "pipe" });
  return join(clone, "dist/release");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
  mkdirSync(join(folder, "in/a/deeper/folder"), { recursive: true });
  commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  releases = [made(join(folder, "one")), made(join(folder, "in/a/deeper/folder/another"))];
}, MAKING_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const release = (): string => releases[0] ?? "";
const archives = (): readonly string[] =>
  readdirSync(release()).filter((name) => /\.(?:tar\.gz|zip)$/.test(name));

/** Unpacks an archive with the system's own tools; the names of what was in it. */
function unpacked(name: string): { readonly into: string; readonly names: readonly string[] } {
  const into = mkdtempSync(join(folder, "unpacked-"));
  const file = join(release(), name);
  if (name.endsWith(".zip")) execFileSync("unzip", ["-q", file, "-d", into]);
  else execFileSync("tar", ["xzf", file, "-C", into]);
  return { into, names: readdirSync(into).toSorted() };
}

test("two clones in folders of different depth give the same bytes, file for file", () => {
  const [one = "", another = ""] = releases;
  expect(readdirSync(another)).toEqual(readdirSync(one));
  expect(readdirSync(one)).toHaveLength(TARGETS.length + 3);
  const distance = readdirSync(one).filter(
    (name) => !readFileSync(join(one, name)).equals(readFileSync(join(another, name))),
  );
  expect(distance).toEqual([]);
});

test("there is an archive a platform, and in each the program of this commit and the licences", () => {
  const platforms = archives().map((name) => name.replace(/^kubectl-ha_v[^_]+_|\.(?:tar\.gz|zip)$/g, ""));
  expect(platforms.toSorted()).toEqual(
    ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "windows_amd64"], // prettier-ignore
  );
  for (const name of archives()) {
    const { into, names } = unpacked(name);
    const program = name.includes("windows") ? "kubectl-ha.exe" : "kubectl-ha";
    expect(names).toEqual(["LICENSE", "THIRD-PARTY-LICENSES", program]);
    expect(readFileSync(join(into, program)).includes(commit)).toBe(true);
  }
});

test("the checksums are those of the files, all of them", () => {
  const options = { cwd: release(), encoding: "utf8" } as const;
  const checked = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], options);
  const reported = checked
    .trim()
    .split("\n")
    .map((line) => line.replace(/: OK$/, ""));
  expect([...reported, "SHA256SUMS"].toSorted()).toEqual(readdirSync(release()).toSorted());
});

test("krew's validator takes the manifest, which names the five archives and their checksums", async () => {
  const krew = await buildKrew({ progress: () => undefined, signal: undefined });
  cpSync(join(release(), "krew-manifest.yaml"), join(folder, "ha.yaml"));
  const args = ["-manifest", join(folder, "ha.yaml"), "-skip-install"];
  expect(await runProgram(join(krew, "validate-krew-manifest"), args, {})).toMatchObject({ code: 0 });
  const manifest = readFileSync(join(folder, "ha.yaml"), "utf8");
  const sums = readFileSync(join(release(), "SHA256SUMS"), "utf8").trim().split("\n");
  for (const [sum, name] of sums.map((line) => line.split("  ")))
    if (archives().includes(name ?? "")) {
      expect(manifest).toContain(`/${name}\n`);
      expect(manifest).toContain(`sha256: "${sum ?? ""}"\n`);
    }
});

test("a platform's program runs", async () => {
  const { into } = unpacked(basename(archives().find((name) => name.includes("linux_amd64")) ?? ""));
  const { stdout } = await runProgram(join(into, "kubectl-ha"), ["version", "--client"], {});
  expect(stdout).toContain(`Client Version: v${about.version}\nCommit: ${commit}\n`);
  expect(stdout).toContain("Platform: linux/x64\n");
});

(hasQemu ? test : test.skip)("arm64's program runs, by qemu-user", async () => {
  const { into } = unpacked(archives().find((name) => name.includes("linux_arm64")) ?? "");
  const run = (...args: string[]): Promise<Ended> =>
    runProgram(QEMU.program, ["-L", QEMU.libraries, join(into, "kubectl-ha"), ...args], {});
  const { stdout } = await run("version", "--client");
  expect(stdout).toContain(`Commit: ${commit}\n`);
  expect(stdout).toContain("Platform: linux/arm64\n");
  expect(await run("--help")).toMatchObject({ code: 0, stderr: "" });
});
