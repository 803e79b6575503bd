import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Target } from "./targets.ts";

/** A Node as it comes out of its npm package. */
export interface NodeBuild {
  /** `24.21.0` */
  readonly version: string;
  readonly program: string;
  /** a Node of the same version for this machine: what is put into a Node is written by one of its own version */
  readonly writer: string;
  /** the file with Node's licence, and those of what is in it */
  readonly licence: string;
}

/** What an installed package says of itself, and where it is. */
interface Installed {
  readonly version: string;
  readonly folder: string;
}

/** The Node of this machine, as the project itself runs on it. */
export function hostNode(root: string, target: Target): NodeBuild {
  const { version, folder } = installed(root, target.node);
  const program = programIn(folder, target);
  return { version, program, writer: program, licence: join(folder, "LICENSE") };
}

/** A package that is installed below `root`. Throws when it is not. */
export function installed(root: string, name: string): Installed {
  const about = createRequire(join(root, "package.json")).resolve(`${name}/package.json`);
  // npm installs nothing without a version.
  const { version } = JSON.parse(readFileSync(about, "utf8")) as { version: string };
  // One of them writes it with a v before it.
  return { version: version.replace(/^v/, ""), folder: dirname(about) };
}

/** Where the program is in such a package. */
export function programIn(folder: string, { platform }: Pick<Target, "platform">): string {
  return join(folder, "bin", platform === "win32" ? "node.exe" : "node");
}
