import { writeFileSync } from "node:fs";
import { zipSync } from "fflate";
import type { Zippable } from "fflate";
import { create } from "tar";

/** A file of an archive. */
export interface Packed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isProgram: boolean;
}

/** fflate's name for "made on Unix": only then are permissions heeded. */
const UNIX = 3;
const PROGRAM = 0o755;
const TEXT = 0o644;

/** How hard is tried to make an archive small: 9 is the most, and a release's; tests have no time for it. */
export type Level = 1 | 9;

/**
 * Writes a .tar.gz of the files that lie in `folder`, in the order given. Its bytes depend on names, contents and
 * `when` alone: no owner, no time zone, no mask of the machine gets in.
 */
export async function writeTarGz(
  file: string,
  folder: string,
  names: readonly string[],
  when: Date,
  level: Level = 9,
): Promise<void> {
  await create({ cwd: folder, file, gzip: { level }, portable: true, mtime: when, strict: true }, [...names]);
}

/** Writes a .zip with the same promise. Times in a zip are local ones without a zone: UTC is written. */
export function writeZip(file: string, files: readonly Packed[], when: Date): void {
  const mtime = new Date(when.getTime() + when.getTimezoneOffset() * 60_000);
  const entries = files.map(({ name, bytes, isProgram }): [string, Zippable[string]] => [
    name,
    [bytes, { level: 9, mtime, os: UNIX, attrs: (isProgram ? PROGRAM : TEXT) << 16 }],
  ]);
  writeFileSync(file, zipSync(Object.fromEntries(entries)));
}
