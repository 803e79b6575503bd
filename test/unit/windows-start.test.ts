// Windows itself is not here. A double of what Node has there: that platform, and none of the functions that only POSIX
// has, so that a call without a check throws.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const LIKE_WINDOWS = `
Object.defineProperty(process, "platform", { value: "win32" });
for (const name of Object.keys(process)) if (/^(?:get|set)e?[ug]id$|groups$/.test(name)) delete process[name];
`;
const preload = `data:text/javascript,${encodeURIComponent(LIKE_WINDOWS)}`;

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "kubectl-ha-windows-"));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function start(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string; stderr: string }>();
  const program = pathToFileURL("src/main.ts").pathname;
  const env = { USERPROFILE: home, PATH: home };
  execFile(process.execPath, ["--import", preload, program, ...args], { env }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : error.code, stdout, stderr });
  });
  return promise;
}

test.each([
  ["version", ["version", "--client"], /^Platform: win32\/x64$/m],
  ["help", ["--help"], /^Usage:$/m],
  ["completion", ["completion", "powershell"], /Register-ArgumentCompleter/],
])("starts where nothing of POSIX is: %s", async (_, args, expected) => {
  expect(await start(...args)).toMatchObject({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(expected),
  });
});

test("asks a server, and says in one line that it refuses", async () => {
  const { code, stderr } = await start("leaders", "--server", "https://127.0.0.1:1", "--token", "x");
  expect({ code, lines: stderr.trim().split("\n") }).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^error: .*127\.0\.0\.1:1/)],
  });
});
