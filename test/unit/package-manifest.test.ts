import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { fillManifest, releaseAddress } from "../../scripts/package/manifest.ts";
import about from "../../package.json" with { type: "json" };

const TEMPLATE = readFileSync("krew-manifest.yaml", "utf8");
const LINUX = "kubectl-ha_v1.2.3_linux_arm64.tar.gz";
const WINDOWS = "kubectl-ha_v1.2.3_windows_amd64.zip";
const [ONE, TWO] = ["1".repeat(64), "2".repeat(64)];
const address = releaseAddress(about.repository.url, "v1.2.3");

test("version, addresses and checksums are the archives'; a platform without an archive is left out", () => {
  const sums = new Map([
    [LINUX, ONE],
    [WINDOWS, TWO],
  ]);
  const text = fillManifest(TEMPLATE, { version: "v1.2.3", address, sums });
  const template = parse(TEMPLATE) as Record<string, object>;
  expect(parse(text)).toEqual({
    ...template,
    spec: {
      ...template["spec"],
      version: "v1.2.3",
      platforms: [
        {
          selector: { matchLabels: { os: "linux", arch: "arm64" } },
          uri: `https://github.com/kubectl-ha/kubectl-ha/releases/download/v1.2.3/${LINUX}`,
          sha256: ONE,
          bin: "kubectl-ha",
        },
        {
          selector: {
            matchLabels: { os: "windows" },
            matchExpressions: [{ key: "arch", operator: "In", values: ["amd64", "arm64"] }],
          },
          uri: `https://github.com/kubectl-ha/kubectl-ha/releases/download/v1.2.3/${WINDOWS}`,
          sha256: TWO,
          bin: "kubectl-ha.exe",
        },
      ],
    },
  });
  expect(text).toMatch(/^# kubectl ha v1\.2\.3\n/);
  expect(text).not.toContain("zeros");
});

test("an archive that is no platform's is an error", () => {
  const sums = new Map([["kubectl-ha_v1.2.3_plan9_amd64.tar.gz", ONE]]);
  expect(() => fillManifest(TEMPLATE, { version: "v1.2.3", address, sums })).toThrow(/plan9/);
});
