import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import about from "../../package.json" with { type: "json" };
import { homepageOf } from "../../scripts/package/manifest.ts";

// What actionlint cannot know; it itself runs in test/e2e/workflows.test.ts.

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: unknown; readonly steps?: readonly Step[] }>
  >;
}

const WORKFLOWS = ".github/workflows";
const workflows = readdirSync(WORKFLOWS).map((file) => {
  const text = readFileSync(join(WORKFLOWS, file), "utf8");
  return { file, text, workflow: parse(text) as Workflow };
});

describe.each(workflows)("$file", ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);

  test("nothing is permitted but what a job asks for", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobs) expect(Object.keys(permissions ?? {})).toEqual(["contents"]);
  });

  test("each action is pinned by its commit, with the version beside it", () => {
    const used = text.match(/uses: \S+\/.*$/gm) ?? [];
    for (const line of used.filter((one) => !one.includes("uses: ./")))
      expect(line).toMatch(/^uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("each npm script is there", () => {
    const scripts = steps.flatMap(({ run = "" }) => [...run.matchAll(/\bnpm (?:run )?(\S+)/g)]);
    for (const [, name] of scripts) expect(Object.keys(about.scripts)).toContain(name);
  });
});

test("only the job that publishes may write, and it has no step with code of the repository", () => {
  const jobs = workflows.flatMap(({ workflow }) => Object.entries(workflow.jobs));
  const writers = jobs.filter(([, { permissions }]) => JSON.stringify(permissions).includes("write"));
  expect(writers.map(([name]) => name)).toEqual(["publish"]);
  const text = JSON.stringify(writers);
  expect(text).not.toContain("actions/checkout");
  expect(text).not.toMatch(/\b(npm|node)\b/);
});

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: { readonly label?: string; readonly description?: string; readonly value?: string };
  }[];
}

test("a bug's form asks for version and status, and to review the latter first", () => {
  const form = parse(readFileSync(".github/ISSUE_TEMPLATE/bug.yml", "utf8")) as Form;
  expect([form.name, form.description].every((text) => text.length > 0)).toBe(true);
  const asked = form.body.filter(({ type }) => type !== "markdown");
  const ids = asked.map(({ id }) => id);
  expect(new Set(ids).size).toBe(asked.length);
  for (const { type, attributes } of asked) {
    expect(["textarea", "input"]).toContain(type);
    expect(attributes.label).not.toBe("");
  }
  const described = (id: string): string | undefined =>
    asked.find((field) => field.id === id)?.attributes.description;
  expect(described("version")).toContain("`kubectl ha version`");
  expect(described("status")).toMatch(/`kubectl ha status -o json`\. Review it before .*host names/);
});

test("addresses of the project are those of package.json", () => {
  const files = [".github/ISSUE_TEMPLATE/bug.yml", "SECURITY.md"];
  const addresses = files.flatMap((file) => readFileSync(file, "utf8").match(/https:\/\/[^\s)]+/g) ?? []);
  expect(addresses.length).toBeGreaterThan(2);
  for (const address of addresses)
    expect(address).toMatch(new RegExp(`^${homepageOf(about.repository.url)}/(security|issues)/`));
});
