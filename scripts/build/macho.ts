import { createHash } from "node:crypto";

/** What is used of <mach-o/loader.h>: sizes in bytes, offsets in the file's header, in commands, in a section. */
const MAGIC = 0xfeedfacf;
const HEADER = { filetype: 12, commands: 16, commandBytes: 20, bytes: 32 } as const;
const EXECUTABLE = 2;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SEGMENT = { name: 8, vmsize: 32, fileoff: 40, filesize: 48, sections: 64, bytes: 72 } as const;
const SECTION = { bytes: 80, offset: 48 } as const;
const SIGNATURE = { offset: 8, size: 12, bytes: 16 } as const;
/** Apple's kernels load memory in pages of 16 KiB on arm64. */
const SEGMENT_PAGE = 0x4000;

/** What is used of Apple's <kern/cs_blobs.h>, big-endian. */
const SUPER_BLOB = { magic: 0xfade0cc0, bytes: 20 } as const;
const DIRECTORY = { magic: 0xfade0c02, version: 0x20400, bytes: 88 } as const;
const AD_HOC = 2;
const MAIN_BINARY = 1n;
const SHA256 = { type: 2, bytes: 32 } as const;
const PAGE = { log2: 12, bytes: 4096 } as const;

/** A load command: where it stands. */
interface LoadCommand {
  readonly at: number;
  readonly kind: number;
}

const align = (n: number, to: number): number => Math.ceil(n / to) * to;

/**
 * Signs a Mac program for one architecture "ad hoc", as `codesign --sign -` does: hashes of its pages, by which the
 * kernel sees that it is whole, and nobody's name. arm64 Macs run nothing that is not signed so at least. A signature
 * that is there is replaced. Throws on a file of another kind.
 */
export function signAdHoc(input: Buffer, identifier: string): Buffer {
  const commands = loadCommands(input);
  const text = segment(input, commands, "__TEXT");
  const linkedit = segment(input, commands, "__LINKEDIT");
  const old = commands.find(({ kind }) => kind === LC_CODE_SIGNATURE)?.at;
  const linkeditAt = Number(input.readBigUInt64LE(linkedit + SEGMENT.fileoff));
  const linkeditEnd = linkeditAt + Number(input.readBigUInt64LE(linkedit + SEGMENT.filesize));
  if (linkeditEnd !== input.length) throw new Error("__LINKEDIT is not the last thing in the Mac program");
  const end = old === undefined ? linkeditEnd : input.readUInt32LE(old + SIGNATURE.offset);

  const limit = align(end, 16);
  const size = align(SUPER_BLOB.bytes + directoryBytes(identifier, limit), 16);
  const output = Buffer.alloc(limit + size);
  input.copy(output, 0, 0, end);
  const command = old ?? addCommand(output, commands);
  output.writeUInt32LE(limit, command + SIGNATURE.offset);
  output.writeUInt32LE(size, command + SIGNATURE.size);
  const linkeditBytes = output.length - linkeditAt;
  output.writeBigUInt64LE(BigInt(linkeditBytes), linkedit + SEGMENT.filesize);
  output.writeBigUInt64LE(BigInt(align(linkeditBytes, SEGMENT_PAGE)), linkedit + SEGMENT.vmsize);
  writeSignature(output, { limit, identifier, text });
  return output;
}

/** The load commands of a Mac program for one 64-bit architecture. */
export function loadCommands(file: Buffer): LoadCommand[] {
  if (file.readUInt32LE(0) !== MAGIC) throw new Error("not a Mac program for one 64-bit architecture");
  const found: LoadCommand[] = [];
  for (let at: number = HEADER.bytes; found.length < file.readUInt32LE(HEADER.commands);) {
    found.push({ at, kind: file.readUInt32LE(at) });
    at += file.readUInt32LE(at + 4);
  }
  return found;
}

/** Where the load command of a segment stands. Throws when there is no such segment. */
export function segment(file: Buffer, commands: readonly LoadCommand[], name: string): number {
  const found = commands.find(
    ({ at, kind }) =>
      kind === LC_SEGMENT_64 &&
      file.toString("latin1", at + SEGMENT.name, at + SEGMENT.name + 16).replace(/\0+$/, "") === name,
  );
  if (found === undefined) throw new Error(`the Mac program has no segment ${name}`);
  return found.at;
}

/** Adds a load command for the signature behind the others, if there is room before the first section. */
function addCommand(file: Buffer, commands: readonly LoadCommand[]): number {
  const bytes = file.readUInt32LE(HEADER.commandBytes);
  const at = HEADER.bytes + bytes;
  if (at + SIGNATURE.bytes > firstSection(file, commands))
    throw new Error("the Mac program has no room for the load command of a signature");
  file.writeUInt32LE(commands.length + 1, HEADER.commands);
  file.writeUInt32LE(bytes + SIGNATURE.bytes, HEADER.commandBytes);
  file.writeUInt32LE(LC_CODE_SIGNATURE, at);
  file.writeUInt32LE(SIGNATURE.bytes, at + 4);
  return at;
}

function firstSection(file: Buffer, commands: readonly LoadCommand[]): number {
  const offsets = commands
    .filter(({ kind }) => kind === LC_SEGMENT_64)
    .flatMap(({ at }) =>
      Array.from({ length: file.readUInt32LE(at + SEGMENT.sections) }, (_, i) =>
        file.readUInt32LE(at + SEGMENT.bytes + i * SECTION.bytes + SECTION.offset),
      ),
    );
  // Sections without bytes in the file are at 0.
  return Math.min(...offsets.filter((offset) => offset > 0));
}

function directoryBytes(identifier: string, limit: number): number {
  return DIRECTORY.bytes + identifier.length + 1 + Math.ceil(limit / PAGE.bytes) * SHA256.bytes;
}

/** What is signed: the file up to `limit`; `text` is where the load command of __TEXT stands. */
interface Signed {
  readonly limit: number;
  readonly identifier: string;
  readonly text: number;
}

/** Writes the signature behind `limit`: a super blob with one code directory in it. */
function writeSignature(file: Buffer, { limit, identifier, text }: Signed): void {
  const pages = Math.ceil(limit / PAGE.bytes);
  const bytes = directoryBytes(identifier, limit);
  const hashes = bytes - pages * SHA256.bytes;
  const blob = file.subarray(limit);
  writeWords(blob, [SUPER_BLOB.magic, SUPER_BLOB.bytes + bytes, 1, 0, SUPER_BLOB.bytes]);
  const directory = blob.subarray(SUPER_BLOB.bytes);
  writeWords(directory, [
    ...[DIRECTORY.magic, bytes, DIRECTORY.version, AD_HOC],
    ...[hashes, DIRECTORY.bytes, 0, pages, limit],
  ]);
  directory.set([SHA256.bytes, SHA256.type, 0, PAGE.log2], 36);
  directory.writeBigUInt64BE(file.readBigUInt64LE(text + SEGMENT.fileoff), 64);
  directory.writeBigUInt64BE(file.readBigUInt64LE(text + SEGMENT.filesize), 72);
  directory.writeBigUInt64BE(file.readUInt32LE(HEADER.filetype) === EXECUTABLE ? MAIN_BINARY : 0n, 80);
  directory.write(identifier, DIRECTORY.bytes, "latin1");
  for (let page = 0; page < pages; page += 1) {
    const content = file.subarray(page * PAGE.bytes, Math.min((page + 1) * PAGE.bytes, limit));
    createHash("sha256")
      .update(content)
      .digest()
      .copy(directory, hashes + page * SHA256.bytes);
  }
}

function writeWords(to: Buffer, words: readonly number[]): void {
  for (const [i, word] of words.entries()) to.writeUInt32BE(word, i * 4);
}

/** How many pages of a signed Mac program are not as its signature has them. Throws when it has none of our kind. */
export function brokenPages(file: Buffer): number {
  const command = loadCommands(file).find(({ kind }) => kind === LC_CODE_SIGNATURE);
  if (command === undefined) throw new Error("the Mac program is not signed");
  const at = file.readUInt32LE(command.at + SIGNATURE.offset);
  const directory = file.subarray(at + file.readUInt32BE(at + 16));
  if (directory.readUInt32BE(0) !== DIRECTORY.magic || directory.readUInt32BE(12) !== AD_HOC)
    throw new Error("the Mac program is not signed ad hoc");
  const [hashes, pages, limit] = [16, 28, 32].map((offset) => directory.readUInt32BE(offset));
  if (hashes === undefined || pages === undefined || limit !== at)
    throw new Error("the signature does not cover the whole Mac program");
  return Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const content = file.subarray(page * PAGE.bytes, Math.min((page + 1) * PAGE.bytes, limit));
    const expected = directory.subarray(hashes + page * SHA256.bytes, hashes + (page + 1) * SHA256.bytes);
    return !createHash("sha256").update(content).digest().equals(expected);
  }).length;
}
