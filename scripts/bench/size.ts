import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { gzipSync } from "node:zlib";
import about from "../../package.json" with { type: "json" };
import { hostTarget } from "../build/targets.ts";
import { makeRelease } from "../package/release.ts";
import { toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { OURS } from "./watched.ts";
import type { Env } from "./watched.ts";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** What a user downloads, and what it is on the disk; beside it kubectl, packed in the same way. */
export async function size(env: Env): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-size-"));
  try {
    const output = join(folder, "release");
    const version = `v${about.version}`;
    await makeRelease({ version, targets: [hostTarget()], output, progress: () => undefined });
    const archive = readdirSync(output).find((file) => file.endsWith(".tar.gz")) ?? "";
    const kubectl = readFileSync(find("kubectl", env));
    return [
      row(
        "size of the archive",
        statSync(join(output, archive)).size,
        gzipSync(kubectl, { level: 9 }).length,
      ),
      row("size unpacked", statSync(OURS).size, kubectl.length),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function row(measure: string, ours: number, peer: number): Row {
  return toRow({
    measure,
    ours: megabytes(ours),
    peer: `kubectl: ${megabytes(peer)}`,
    ratio: ours / peer,
    target: Infinity,
    aim: "none",
    figures: { oursBytes: ours, peerBytes: peer },
  });
}

function find(program: string, { PATH = "" }: Env): string {
  const found = PATH.split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
  if (found === undefined) throw new Error(`no ${program} in PATH`);
  return found;
}
