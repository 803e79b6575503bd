// npm run build: dist/kubectl-ha, the program of one file for this machine.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import about from "../package.json" with { type: "json" };
import { makeBinary } from "./build/binary.ts";
import { hostNode } from "./build/nodes.ts";
import { hostTarget, programName } from "./build/targets.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const target = hostTarget();
const node = hostNode(root, target);

await mkdir(dist, { recursive: true });
// Made beside what is there and moved into its place: a program that runs, or starts just now, is a whole one.
const folder = await mkdtemp(join(dist, "making-"));
try {
  const output = join(folder, programName(target));
  await makeBinary({ target, node, version: `v${about.version}`, folder, output });
  await rename(output, join(dist, programName(target)));
} finally {
  await rm(folder, { recursive: true });
}
const program = join(dist, programName(target));
const { stdout: version } = await promisify(execFile)(program, ["version", "--client"]);
const { size } = await stat(program);
console.log(`${version}dist/${programName(target)}: ${(size / 1e6).toFixed(0)} MB`);
