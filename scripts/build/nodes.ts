import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { NodePackage, Target } from "./targets.ts";

/** A Node as it comes out of its npm package. */
export interface NodeBuild {
  /** `24.21.0` */
  readonly version: string;
  readonly program: string;
}

/** The Node of a package that lies in the node_modules of `folder`. Throws when it does not. */
export function nodeIn(folder: string, name: NodePackage, platform: Target["platform"]): NodeBuild {
  const about = createRequire(join(folder, "package.json")).resolve(`${name}/package.json`);
  // A package.json without a version is not installed by npm.
  const { version } = JSON.parse(readFileSync(about, "utf8")) as { version: string };
  return { version, program: join(dirname(about), "bin", platform === "win32" ? "node.exe" : "node") };
}
