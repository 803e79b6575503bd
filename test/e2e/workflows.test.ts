import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildActionlint } from "../../scripts/lab/build/actionlint.ts";

const WORKFLOWS = ".github/workflows";
const FILES = readdirSync(WORKFLOWS);
/** Ten seconds on a quiet machine, and only the first time. */
const BUILD_MS = 240_000;

let actionlint = "";
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "workflows-"));
  actionlint = await buildActionlint({ progress: () => undefined, signal: undefined });
}, BUILD_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What actionlint finds in the workflows of a project, a line each. Its helpers are left out: not every machine has them. */
function lint(project: string): Promise<{ code: number; findings: string }> {
  const files = FILES.map((file) => join(WORKFLOWS, file));
  const args = ["-oneline", "-no-color", "-shellcheck=", "-pyflakes=", ...files];
  return new Promise((done) => {
    execFile(actionlint, args, { cwd: project }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), findings: stdout + stderr });
    });
  });
}

/** A copy of the workflows in which one text is another. */
function changed(file: string, from: string, to: string): string {
  const project = mkdtempSync(join(folder, "project-"));
  // By this actionlint knows where a project is, and so finds the workflow that another one uses.
  mkdirSync(join(project, ".git"));
  mkdirSync(join(project, WORKFLOWS), { recursive: true });
  for (const name of FILES) {
    const text = readFileSync(join(WORKFLOWS, name), "utf8");
    if (name === file) expect(text).toContain(from);
    writeFileSync(join(project, WORKFLOWS, name), name === file ? text.replace(from, to) : text);
  }
  return project;
}

test("actionlint finds nothing in the workflows", async () => {
  expect(await lint(".")).toEqual({ code: 0, findings: "" });
});

test.each([
  {
    what: "a job that does not exist",
    ...{ file: "release.yml", from: "needs: package", to: "needs: pakage" },
    says: /job "publish" needs job "pakage" which does not exist/,
  },
  {
    what: "a step's output that does not exist",
    ...{ file: "ci.yml", from: "steps.go.outputs", to: "steps.golang.outputs" },
    says: /property "golang" is not defined/,
  },
  {
    what: "a permission that does not exist",
    ...{ file: "release.yml", from: "contents: write", to: "content: write" },
    says: /unknown permission scope "content"/,
  },
  {
    what: "a runner that does not exist",
    ...{ file: "ci.yml", from: "ubuntu-24.04", to: "ubuntu-24.4" },
    says: /label "ubuntu-24.4" is unknown/,
  },
  {
    what: "a workflow that does not exist",
    ...{ file: "release.yml", from: "./.github/workflows/ci.yml", to: "./.github/workflows/test.yml" },
    says: /could not read reusable workflow file/,
  },
])("actionlint finds $what", async ({ file, from, to, says }) => {
  const { code, findings } = await lint(changed(file, from, to));
  expect(code).toBe(1);
  expect(findings).toMatch(says);
});
