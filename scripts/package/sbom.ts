import { createHash } from "node:crypto";
import type { Bundled } from "./bundled.ts";

/** What the bill is about. `nodes`: the version of Node in each platform's binary, by `linux/x64`. */
export interface Contents {
  readonly version: string;
  readonly commit: string;
  readonly homepage: string;
  readonly when: Date;
  readonly packages: readonly Bundled[];
  readonly nodes: Readonly<Record<string, string>>;
}

/**
 * The software bill of materials as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): what is in the binaries, not
 * what was installed to make them. The same contents give the same bytes: the serial number is made of them.
 */
export function sbom(contents: Contents): string {
  const { version, commit, homepage, when, packages, nodes } = contents;
  const program = component("application", "kubectl-ha", version, `pkg:generic/kubectl-ha@${version}`);
  const components = [
    ...packages.map(({ name, version: of, licence }) => ({
      ...component("library", name, of, `pkg:npm/${name.replace("@", "%40")}@${of}`),
      licenses: [{ expression: licence }],
    })),
    ...runtimes(nodes),
  ];
  const body = {
    metadata: {
      timestamp: when.toISOString(),
      component: {
        ...program,
        licenses: [{ expression: "Apache-2.0" }],
        externalReferences: [{ type: "vcs", url: homepage, comment: commit }],
      },
    },
    components,
    dependencies: [
      { ref: program["bom-ref"], dependsOn: components.map((each) => each["bom-ref"]) },
      ...components.map((each) => ({ ref: each["bom-ref"] })),
    ],
  };
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialOf(body), version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

/** Each version of Node once, with the platforms that have it. */
function runtimes(nodes: Contents["nodes"]) {
  return [...new Set(Object.values(nodes))].sort().map((version) => ({
    ...component("platform", "node", version, `pkg:generic/node@${version}`),
    licenses: [{ expression: "MIT" }],
    properties: Object.keys(nodes)
      .filter((platform) => nodes[platform] === version)
      .map((platform) => ({ name: "kubectl-ha:platform", value: platform })),
  }));
}

function component(type: string, name: string, version: string, purl: string) {
  return { type, "bom-ref": purl, name, version, purl };
}

/** A UUID (RFC 9562, version 8: of one's own making) of what it stands for. */
function serialOf(body: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${uuid.join("-")}`;
}
