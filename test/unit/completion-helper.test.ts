import type { Installed } from "../../src/cli/commands/completion/completion.ts";
import {
  foldersOfPath,
  helperFor,
  krewRoot,
  installHelper,
} from "../../src/cli/commands/completion/completion.ts";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

let home: string;
const at = (...names: readonly string[]): string => join(home, ...names);
const helper = (folder: string): string => join(folder, "kubectl_complete-ha");

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "kubectl-ha-helper-"));
  for (const folder of ["bin", "elsewhere", ".krew/bin"]) mkdirSync(at(folder), { recursive: true });
});

afterEach(() => {
  chmodSync(at("bin"), 0o755);
  rmSync(home, { recursive: true });
});

function install(folder: string, env: Record<string, string> = {}): Promise<Installed> {
  const path = ["", "relative", at("missing"), at("bin"), at(".krew/bin")].join(delimiter);
  return installHelper(folder, { env: { HOME: home, PATH: path, ...env }, platform: "linux", plugin: "ha" });
}

test("is written once, can be run, and calls the plugin by its name", async () => {
  expect(await install(at("bin"))).toEqual({ path: helper(at("bin")), before: "nothing" });
  expect(readFileSync(helper(at("bin")), "utf8")).toBe(
    '#!/bin/sh\n# made by "kubectl ha completion --install"\nexec kubectl ha __complete "$@"\n',
  );
  expect(statSync(helper(at("bin"))).mode & 0o777).toBe(0o755);
  expect(readdirSync(at("bin"))).toEqual(["kubectl_complete-ha"]);
  expect(await install(at("bin"))).toMatchObject({ before: "same" });
});

test("takes the place of an older one, and of that only", async () => {
  writeFileSync(helper(at("bin")), '#!/bin/sh\n# made by "kubectl ha completion --install", v0\nold\n');
  expect(await install(at("bin"))).toMatchObject({ before: "older" });
  writeFileSync(helper(at("bin")), "#!/bin/sh\necho mine\n");
  await expect(install(at("bin"))).rejects.toMatchObject({
    exitCode: 1,
    message: `cannot install ${helper(at("bin"))}: a file of that name exists; move it, or choose another directory`,
  });
  expect(readFileSync(helper(at("bin")), "utf8")).toBe("#!/bin/sh\necho mine\n");
});

test("one that cannot be run any more is written again", async () => {
  await install(at("bin"));
  chmodSync(helper(at("bin")), 0o644);
  expect(await install(at("bin"))).toMatchObject({ before: "unusable" });
  expect(statSync(helper(at("bin"))).mode & 0o777).toBe(0o755);
});

test.each([
  ["to nowhere", "gone"],
  ["to a helper of an older version", "old"],
])("a link in its place is left alone: %s", async (_, target) => {
  writeFileSync(at("old"), '# made by "kubectl ha completion --install"\n');
  symlinkSync(at(target), helper(at("bin")));
  await expect(install(at("bin"))).rejects.toMatchObject({
    message: `cannot install ${helper(at("bin"))}: a file of that name exists; move it, or choose another directory`,
  });
  expect(readlinkSync(helper(at("bin")))).toBe(at(target));
});

test("a folder that is on PATH by another name is on PATH", async () => {
  symlinkSync(at("bin"), at("link"));
  expect(await install(at("link"))).toMatchObject({ before: "nothing" });
});

describe("one clear line, and nothing is written", () => {
  test.each([
    ["missing", {}, /^cannot install into .*missing: no such file; choose a directory on PATH$/],
    ["file", {}, /^cannot install into .*file: not a directory; choose a directory on PATH$/],
    [
      "elsewhere",
      {},
      /^cannot install into .*elsewhere: not on PATH, where kubectl looks for the helper; add it to PATH, or/,
    ],
    [
      ".krew/bin",
      {},
      /^cannot install into .*\.krew\/bin: krew owns it and would fail on the helper after an uninstall/,
    ],
    ["krew-link", {}, /^cannot install into .*krew-link: krew owns it/],
    ["bin", { KREW_ROOT: "{home}" }, /^cannot install into .*bin: krew owns it/],
  ])("%s with %j", async (folder, env: Record<string, string>, message) => {
    writeFileSync(at("file"), "");
    symlinkSync(at(".krew/bin"), at("krew-link"));
    const given = Object.entries(env).map(([name, value]) => [name, value.replace("{home}", home)] as const);
    await expect(install(at(folder), Object.fromEntries(given))).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
    for (const one of ["bin", "elsewhere", ".krew/bin"]) expect(readdirSync(at(one))).toEqual([]);
  });

  test("a folder that nobody may write, not even root", async () => {
    await expect(install("/proc", { PATH: "/proc" })).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(
        /^cannot write \/proc\/kubectl_complete-ha.*: .+; choose another directory on PATH$/,
      ),
    });
  });

  // Root may write everywhere; a folder in the helper's place may not be written by anybody.
  test("a folder in its place", async () => {
    mkdirSync(helper(at("bin")));
    await expect(install(at("bin"))).rejects.toMatchObject({
      message: `cannot read ${helper(at("bin"))}: is a directory; choose another directory on PATH`,
    });
  });
});

test("for a plugin of another name it has that name", () => {
  expect(helperFor("linux", "control-plane-ha")).toEqual({
    file: "kubectl_complete-control_plane_ha",
    text: '#!/bin/sh\n# made by "kubectl ha completion --install"\nexec kubectl control-plane-ha __complete "$@"\n',
  });
  expect(helperFor("win32", "control-plane-ha")).toMatchObject({
    file: "kubectl_complete-control_plane_ha.cmd",
    text: expect.stringContaining("@kubectl control-plane-ha __complete %*"),
  });
});

test("on Windows it is a file of commands, PATH has other separators, and krew another place", () => {
  expect(helperFor("win32", "ha")).toEqual({
    file: "kubectl_complete-ha.cmd",
    text: '@rem made by "kubectl ha completion --install"\r\n@kubectl ha __complete %*\r\n',
  });
  expect(foldersOfPath({ PATH: "C:\\bin;.;D:\\tools" }, "win32")).toEqual(["C:\\bin", "D:\\tools"]);
  expect(foldersOfPath({ PATH: "/bin::x:/usr/bin" }, "darwin")).toEqual(["/bin", "/usr/bin"]);
  expect(krewRoot({}, "win32", "C:\\Users\\ann")).toBe("C:\\Users\\ann\\.krew");
  expect(krewRoot({ KREW_ROOT: "D:\\krew" }, "win32", "C:\\Users\\ann")).toBe("D:\\krew");
});
