import { readFileSync } from "node:fs";
import { parse } from "yaml";
import about from "../../package.json" with { type: "json" };

interface Platform {
  readonly selector: { readonly matchLabels: { readonly os: string; readonly arch?: string } };
  readonly uri: string;
  readonly sha256: string;
  readonly bin: string;
}

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly homepage: string;
    readonly shortDescription: string;
    readonly description: string;
    readonly platforms: readonly Platform[];
  };
}

const { metadata, spec } = parse(readFileSync("krew-manifest.yaml", "utf8")) as Manifest;

test("krew's rules for a manifest", () => {
  expect(metadata.name).toBe("ha");
  expect(spec.version).toBe(`v${about.version}`);
  expect(about.repository.url).toBe(`git+${spec.homepage}.git`);
  // krew search cuts it at 50 characters.
  expect(spec.shortDescription).toMatch(/^\S[^\n]{1,48}[^.\n]$/);
  // What krew-index's reviewers ask for: lines of at most 80 characters, no usage examples.
  expect(spec.description.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(spec.description).not.toContain("kubectl ");
  const sentences = spec.description.replaceAll("\n", " ");
  expect(sentences.startsWith(about.description)).toBe(true);
  expect(about.description.startsWith(`${spec.shortDescription}:`)).toBe(true);
});

test.each(spec.platforms)("$selector.matchLabels.os $selector.matchLabels.arch: $uri", (platform) => {
  const { os, arch = "amd64" } = platform.selector.matchLabels;
  const [end, exe] = os === "windows" ? ["zip", ".exe"] : ["tar.gz", ""];
  const archive = `kubectl-ha_${spec.version}_${os}_${arch}.${end}`;
  expect(platform.uri).toBe(`${spec.homepage}/releases/download/${spec.version}/${archive}`);
  expect(platform.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(platform.bin).toBe(`kubectl-ha${exe}`);
});

test("no platform twice, and all that Node is brought for", () => {
  const keys = spec.platforms.map(({ selector }) => Object.values(selector.matchLabels).join("/"));
  expect(keys.toSorted()).toEqual(["darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows"]);
});
