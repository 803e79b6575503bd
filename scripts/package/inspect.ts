import { brokenPages, loadCommands, segment } from "../build/macho.ts";
import { securityDirectory } from "../build/pe.ts";
import type { Target } from "../build/targets.ts";

/** Node looks for what was put into it where this says so: `0` turns to `1`. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1";
const BLOB = "NODE_SEA_BLOB";
/** Machine numbers of elf.h, mach/machine.h and of the PE format. */
const ELF_MACHINE = { x64: 0x3e, arm64: 0xb7 } as const;
const MACH_CPU = { x64: 0x0100_0007, arm64: 0x0100_000c } as const;
const PE_X64 = 0x8664;
const PT_NOTE = 4;

/**
 * Looks at a binary as far as one can without running it: that it is for its platform, has our code in it where its
 * Node looks for it, and is signed as the platform wants it. Throws one line that says what is wrong.
 */
export function inspectBinary(target: Target, file: Buffer, commit: string): void {
  if (!file.includes(FUSE)) throw new Error("its Node does not look for the program that is in it");
  if (!file.includes(commit)) throw new Error(`it does not hold the program of commit ${commit}`);
  switch (target.platform) {
    case "linux":
      inspectElf(target, file);
      return;
    case "darwin":
      inspectMachO(target, file);
      return;
    case "win32":
      inspectPe(file);
  }
}

function inspectElf({ arch }: Target, file: Buffer): void {
  if (file.readUInt32BE(0) !== 0x7f454c46) throw new Error("it is no ELF program");
  if (file.readUInt16LE(18) !== ELF_MACHINE[arch]) throw new Error(`it is not for ${arch}`);
  const [start, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  const headers = Array.from({ length: count }, (_, i) => file.subarray(start + i * size));
  const names = headers
    .filter((header) => header.readUInt32LE(0) === PT_NOTE)
    .flatMap((header) => {
      const [offset, bytes] = [Number(header.readBigUInt64LE(8)), Number(header.readBigUInt64LE(32))];
      return noteNames(file.subarray(offset, offset + bytes));
    });
  if (!names.includes(BLOB)) throw new Error(`it has no note ${BLOB}`);
}

/** The names of notes (elf(5)): the lengths of a name and of a content, a type, then both, padded to four bytes. */
function noteNames(notes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 12 <= notes.length;) {
    const [name, content] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4)];
    names.push(notes.toString("latin1", at + 12, at + 12 + name - 1));
    at += 12 + Math.ceil(name / 4) * 4 + Math.ceil(content / 4) * 4;
  }
  return names;
}

function inspectMachO({ arch }: Target, file: Buffer): void {
  segment(file, loadCommands(file), "NODE_SEA");
  if (file.readUInt32LE(4) !== MACH_CPU[arch]) throw new Error(`it is not for ${arch}`);
  const broken = brokenPages(file);
  if (broken > 0) throw new Error(`its signature does not fit ${broken} pages`);
}

function inspectPe(file: Buffer): void {
  const signature = securityDirectory(file);
  if (file.readUInt16LE(file.readUInt32LE(0x3c) + 4) !== PE_X64) throw new Error("it is not for x64");
  if (file.readUInt32LE(signature + 4) !== 0) throw new Error("it has a signature that cannot fit any more");
  if (!file.includes(Buffer.from(BLOB, "utf16le"))) throw new Error(`it has no resource ${BLOB}`);
}
