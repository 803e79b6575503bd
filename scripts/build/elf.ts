/** Sizes and offsets of a 64-bit ELF file (elf(5)). */
const HEADER = { shoff: 0x28, shentsize: 0x3a, shnum: 0x3c, shstrndx: 0x3e } as const;
const SECTION = { name: 0, type: 4, flags: 8, offset: 24, size: 32, align: 48, bytes: 64 } as const;
const NOBITS = 8;
const ALLOC = 2n;

/** What is used of a section's header. */
interface Section {
  readonly header: Buffer;
  readonly isLoaded: boolean;
  readonly start: number;
  /** after its last byte in the file */
  readonly end: number;
}

/**
 * An ELF program without what only a debugger reads (symbols, debug information), as strip(1) leaves it: a seventh of
 * Node, and it is these that make the injection of the blob slow. Throws on a file that is laid out otherwise than
 * linkers do: all that is loaded first.
 */
export function withoutSymbols(elf: Buffer): Buffer {
  const sections = readSections(elf);
  const names = sections[elf.readUInt16LE(HEADER.shstrndx)];
  const unloaded = sections.findIndex(({ isLoaded }, i) => i > 0 && !isLoaded);
  const kept = sections.slice(0, unloaded);
  const end = Math.max(...kept.map((section) => section.end));
  const rest = sections.slice(unloaded);
  if (names === undefined || unloaded === -1 || rest.some((s) => s.isLoaded || s.start < end))
    throw new Error("not an ELF program as linkers lay it out");

  const body = Buffer.from(elf.subarray(0, end));
  const namesAt = end;
  const shoff = Math.ceil((namesAt + names.end - names.start) / 8) * 8;
  body.writeBigUInt64LE(BigInt(shoff), HEADER.shoff);
  body.writeUInt16LE(kept.length + 1, HEADER.shnum);
  body.writeUInt16LE(kept.length, HEADER.shstrndx);
  const namesHeader = Buffer.from(names.header);
  namesHeader.writeBigUInt64LE(BigInt(namesAt), SECTION.offset);
  const table = Buffer.concat([...kept.map(({ header }) => header), namesHeader]);
  const text = Buffer.alloc(shoff - namesAt);
  elf.copy(text, 0, names.start, names.end);
  return Buffer.concat([body, text, table]);
}

function readSections(elf: Buffer): Section[] {
  if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1)
    throw new Error("not a 64-bit little-endian ELF file");
  if (elf.readUInt16LE(HEADER.shentsize) !== SECTION.bytes) throw new Error("an ELF file of another kind");
  const at = Number(elf.readBigUInt64LE(HEADER.shoff));
  return Array.from({ length: elf.readUInt16LE(HEADER.shnum) }, (_, i) => {
    const header = elf.subarray(at + i * SECTION.bytes, at + (i + 1) * SECTION.bytes);
    const start = Number(header.readBigUInt64LE(SECTION.offset));
    const size =
      header.readUInt32LE(SECTION.type) === NOBITS ? 0 : Number(header.readBigUInt64LE(SECTION.size));
    const isLoaded = (header.readBigUInt64LE(SECTION.flags) & ALLOC) !== 0n;
    return { header, isLoaded, start, end: start + size };
  });
}
