import type { Plugin } from "esbuild";
import { partId } from "./load-part.ts";

/**
 * Packages that the program loads when it comes to need them, and so lie beside it in the binary: `--help` need not
 * wait until V8 has read gRPC. What one part imports of another would exist twice.
 */
export const PARTS = {
  "client-node": ["@kubernetes/client-node/dist/config.js"],
  grpc: ["@grpc/grpc-js", "protobufjs/light.js", "long", "etcd3/lib/rpc.js"],
  blessed: ["blessed", "blessed-contrib/lib/widget/charts/line.js"],
  "js-yaml": ["js-yaml"],
  yaml: ["yaml"],
  re2js: ["re2js"],
} as const;

/** The part that the binary starts with. */
export const PROGRAM = "kubectl-ha";

/** What that part exports: src/main.ts. */
export interface Program {
  start(): Promise<void>;
}

type PackagePart = keyof typeof PARTS;

/** The names of the parts that hold packages. */
// Object.keys says no more than that they are strings.
export const PACKAGE_PARTS = Object.keys(PARTS) as readonly PackagePart[];

const PART_OF = new Map<string, string>(
  Object.entries(PARTS).flatMap(([name, modules]) => modules.map((module) => [module, name])),
);

/** Makes of each import of a part's package one from that part, at the time when it is first needed. */
export const partsPlugin: Plugin = {
  name: "parts",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, namespace, kind }) => {
      if (namespace === "part") return { path, external: true };
      const part = PART_OF.get(path);
      if (part === undefined) return undefined;
      // What import() gives has the names that a package exports only if it is left until the program runs: of what
      // lies in a part esbuild knows but a default.
      return kind === "dynamic-import"
        ? { path: partId(part, path), external: true }
        : { path, namespace: "part" };
    });
    build.onLoad({ filter: /./, namespace: "part" }, ({ path }) => ({
      contents: `module.exports = require("${partId(PART_OF.get(path) ?? "")}")[${JSON.stringify(path)}];`,
    }));
  },
};

/** The source of a part: its modules by name, each run when it is first asked for. */
export function partSource(name: PackagePart): string {
  const getters = PARTS[name].map((module) => {
    const quoted = JSON.stringify(module);
    return `get ${quoted}() { return require(${quoted}); },`;
  });
  return `module.exports = { ${getters.join(" ")} };`;
}
