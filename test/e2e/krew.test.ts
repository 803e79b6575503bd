import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { Server } from "node:http";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import about from "../../package.json" with { type: "json" };
import { hostTarget } from "../../scripts/build/targets.ts";
import { buildKrew } from "../../scripts/lab/build/krew.ts";
import { makeRelease } from "../../scripts/package/release.ts";
import { startRobot } from "../../scripts/robot/robot.ts";
import { runProgram } from "../contract/program.ts";
import type { Ended } from "../contract/program.ts";
import { labForFile } from "../lab-for-file.ts";

const [FIRST, NEXT] = [`v${about.version}`, "v999.0.0"];
/** Two binaries are made and packed, and krew is built when it is not there yet. */
const MAKING_MS = 480_000;

let folder = "";
let krewBin = "";
let server: Server;
let address = "";
/** What a person has who has kubectl and krew, and no Node. */
let env: Record<string, string> = {};

let making: Promise<void>;

/** Makes the releases of both versions, and a server that hands them out. */
async function makeReleases(): Promise<void> {
  krewBin = await buildKrew({ progress: () => undefined, signal: undefined });
  server = createServer((request, response) => {
    response.end(readFileSync(join(folder, request.url ?? "")));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const version of [FIRST, NEXT]) {
    await makeRelease({
      version,
      targets: [hostTarget()],
      output: join(folder, version),
      address: `${address}/${version}`,
      level: 1,
      progress: () => undefined,
    });
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "krew-"));
  // While the lab comes up, which waits for most of its time. A failure is thrown where it is awaited.
  making = makeReleases();
  making.catch(() => undefined);
});

// One leader is killed and another takes over: two nodes are enough.
const lab = labForFile({ nodes: 2 });

beforeAll(async () => {
  await making;
  // kubectl's folder in the lab holds more than kubectl.
  const tools = join(folder, "tools");
  mkdirSync(tools);
  const kubectl = execFileSync("which", ["kubectl"], { env: lab().env, encoding: "utf8" }).trim();
  symlinkSync(kubectl, join(tools, "kubectl"));
  symlinkSync(join(krewBin, "krew"), join(tools, "kubectl-krew"));
  symlinkSync(execFileSync("which", ["git"], { encoding: "utf8" }).trim(), join(tools, "git"));
  const { KUBECONFIG = "" } = lab().env;
  const root = join(folder, "krew");
  env = {
    ...{ HOME: join(folder, "home"), KREW_ROOT: root, PATH: `${join(root, "bin")}:${tools}`, KUBECONFIG },
    // Of git, only what this test says.
    ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", KREW_NO_UPGRADE_CHECK: "1" },
  };
  // Without any index krew can uninstall nothing.
  await succeeds(krew("index", "add", "ours", `file://${publish(FIRST)}`));
}, MAKING_MS);

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const release = (version: string): string => join(folder, version);
const archive = (version: string): string => {
  const name = readdirSync(release(version)).find((file) => file.endsWith(".tar.gz"));
  return join(release(version), name ?? "");
};
const manifest = (version: string): string => join(release(version), "krew-manifest.yaml");
const kubectl = (...args: string[]): Promise<Ended> =>
  runProgram(join(folder, "tools", "kubectl"), args, env);
const krew = (...args: string[]): Promise<Ended> => kubectl("krew", ...args);

/** krew's own validator; it wants the file's name to be the plugin's. */
function validate(file: string, ...args: string[]): Promise<Ended> {
  const copies = mkdtempSync(join(folder, "validate-"));
  cpSync(file, join(copies, "ha.yaml"));
  const flags = ["-manifest", join(copies, "ha.yaml"), ...args];
  return runProgram(join(krewBin, "validate-krew-manifest"), flags, env);
}

async function succeeds(running: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await running;
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** An index of one's own: a git repository with `plugins/ha.yaml`. */
function publish(version: string): string {
  const index = join(folder, "index");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", index, "-c", "user.name=x", "-c", "user.email=x@x", ...args], {
      env: { ...env, PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
    });
  mkdirSync(join(index, "plugins"), { recursive: true });
  if (!existsSync(join(index, ".git"))) git("init", "--quiet", "--initial-branch=main");
  cpSync(manifest(version), join(index, "plugins", "ha.yaml"));
  git("add", ".");
  git("commit", "--quiet", "-m", version);
  return index;
}

describe("krew's validator", () => {
  test("takes the manifest at the project's root", async () => {
    await succeeds(validate("krew-manifest.yaml", "-skip-install"));
  });

  test("takes the manifest of a release, and installs what it names", async () => {
    await succeeds(validate(manifest(FIRST)));
  });
});

test("a second run gives the same program: what is packed is what npm run build made, byte for byte", () => {
  const packed = execFileSync("tar", ["xzOf", archive(FIRST), "kubectl-ha"], { maxBuffer: 1e9 });
  expect(packed.equals(readFileSync("dist/kubectl-ha"))).toBe(true);
});

test("the archive holds the program and the licences, and its checksum is right", () => {
  const listed = execFileSync("tar", ["tzf", archive(FIRST)], { encoding: "utf8" });
  expect(listed.trim().split("\n").toSorted()).toEqual(["LICENSE", "THIRD-PARTY-LICENSES", "kubectl-ha"]);
  const options = { cwd: release(FIRST), encoding: "utf8" } as const;
  const checked = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], options);
  expect(checked).toMatch(/^kubectl-ha_\S+\.tar\.gz: OK$/m);
});

test("what NODE_OPTIONS says is for other programs", async () => {
  const more = { NODE_OPTIONS: "--no-such-option" };
  expect(await runProgram("dist/kubectl-ha", ["version", "--client"], { ...env, ...more })).toMatchObject({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringContaining("Client Version: "),
  });
});

test("installed from manifest and archive: it is listed, runs without Node, shows a failover, and goes again", async () => {
  await succeeds(krew("install", `--manifest=${manifest(FIRST)}`, `--archive=${archive(FIRST)}`));
  expect(await succeeds(kubectl("plugin", "list"))).toContain(
    join(env["KREW_ROOT"] ?? "", "bin", "kubectl-ha"),
  );
  expect(await succeeds(kubectl("ha", "version", "--client"))).toContain(`Client Version: ${FIRST}`);
  await using robot = startRobot({
    command: join(folder, "tools", "kubectl"),
    args: ["ha", "top"],
    env: { ...env, LANG: "C.UTF-8" },
  });
  await robot.see("a held lease", (t) => t.includes("● kube-scheduler"));
  await lab().fault("kill", "scheduler/leader");
  await robot.see("that there is no leader", (t) => /NO LEADER {2}kube-scheduler/.test(t), 60);
  await robot.see("the takeover", (t) => /TOOK OVER {2}kube-scheduler/.test(t), 60);
  robot.type("q");
  expect(await robot.ended()).toEqual({ exitCode: 0, signal: 0 });
  await lab().fault("start", "scheduler/all");
  await succeeds(krew("uninstall", "ha"));
  expect((await kubectl("ha", "version", "--client")).code).not.toBe(0);
});

test("from an index of one's own: installed, upgraded to the next version, uninstalled", async () => {
  await succeeds(krew("install", "ours/ha"));
  expect(await succeeds(krew("list"))).toBe("ours/ha\n");
  expect(await succeeds(kubectl("ha", "version", "--client"))).toContain(`Client Version: ${FIRST}`);
  publish(NEXT);
  await succeeds(krew("update"));
  await succeeds(krew("upgrade", "ha"));
  expect(await succeeds(kubectl("ha", "version", "--client"))).toContain(`Client Version: ${NEXT}`);
  await succeeds(krew("uninstall", "ha"));
  expect(readdirSync(join(env["KREW_ROOT"] ?? "", "bin"))).toEqual([]);
});

describe("what goes wrong is reported in one line", () => {
  /** What krew says at last; before it tells what it is about to do. */
  const lastLine = ({ stderr }: Ended): string => stderr.trim().split("\n").at(-1) ?? "";

  const installInto = (root: string, file: string): Promise<Ended> => {
    const args = ["krew", "install", `--manifest=${manifest(FIRST)}`, `--archive=${file}`];
    return runProgram(join(folder, "tools", "kubectl"), args, { ...env, KREW_ROOT: root });
  };

  test("a damaged download", async () => {
    const damaged = join(folder, "damaged.tar.gz");
    const bytes = readFileSync(archive(FIRST));
    bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000);
    writeFileSync(damaged, bytes);
    const root = join(folder, "krew-damaged");
    const ended = await installInto(root, damaged);
    expect(ended.code).not.toBe(0);
    expect(lastLine(ended)).toMatch(/checksum does not match, want: [\da-f]{64}, got [\da-f]{64}$/);
    expect(readdirSync(join(root, "bin"))).toEqual([]);
  });

  test("a folder that cannot be written", async () => {
    // Nobody may make a folder there, not even root.
    const ended = await installInto("/proc/krew", archive(FIRST));
    expect(ended.code).not.toBe(0);
    expect(lastLine(ended)).toMatch(/failed to ensure create directory "\/proc\/krew": mkdir \/proc\/krew: /);
  });

  test("a C library that is too old: the loader's own line", async () => {
    // Every machine of the tests has a newer one: the program is made to ask for one that nobody has yet.
    const program = readFileSync("dist/kubectl-ha");
    const wanted = program.indexOf("GLIBC_2.28\0");
    expect(wanted).toBeGreaterThan(0);
    program.write("GLIBC_9.99", wanted, "latin1");
    const file = join(folder, "wants-newer");
    writeFileSync(file, program, { mode: 0o755 });
    const ended = await runProgram(file, ["version"], env);
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim()).toMatch(/^[^\n]*version `GLIBC_9\.99' not found[^\n]*$/);
  });
});
