import { withoutSymbols } from "../../scripts/build/elf.ts";

/** A section as the test wants it: its type (elf(5)), whether it is loaded, its bytes. */
interface Wanted {
  readonly name: string;
  readonly type: number;
  readonly loaded: boolean;
  readonly bytes: string;
}

const PROGBITS = 1;
const STRTAB = 3;
const NOBITS = 8;
const TEXT = { name: ".text", type: PROGBITS, loaded: true, bytes: "the code" };
const BSS = { name: ".bss", type: NOBITS, loaded: true, bytes: "zeros that are in no file" };
const DEBUG = { name: ".debug_info", type: PROGBITS, loaded: false, bytes: "for a debugger" };
const SYMTAB = { name: ".symtab", type: 2, loaded: false, bytes: "symbols" };

/** An ELF file of these sections, laid out one after the other, the section names last, then the section table. */
function elf(wanted: readonly Wanted[]): Buffer {
  const names = ["", ...wanted.map(({ name }) => name), ".shstrtab"].map((name) => `${name}\0`);
  const all = [
    { type: 0, loaded: false, bytes: "" },
    ...wanted,
    { type: STRTAB, loaded: false, bytes: names.join("") },
  ];
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header.set([2, 1], 4);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(all.length, 0x3c);
  header.writeUInt16LE(all.length - 1, 0x3e);
  let body = header;
  const table = all.map(({ type, loaded, bytes }, i) => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(names.slice(0, i).join("").length, 0);
    entry.writeUInt32LE(type, 4);
    entry.writeBigUInt64LE(loaded ? 2n : 0n, 8);
    entry.writeBigUInt64LE(BigInt(body.length), 24);
    entry.writeBigUInt64LE(BigInt(bytes.length), 32);
    if (type !== NOBITS) body = Buffer.concat([body, Buffer.from(bytes, "latin1")]);
    return entry;
  });
  header.writeBigUInt64LE(BigInt(body.length), 0x28);
  return Buffer.concat([header, body.subarray(64), ...table]);
}

/** The sections of an ELF file as any reader of it finds them. */
function read(file: Buffer): Record<string, string> {
  const at = Number(file.readBigUInt64LE(0x28));
  const entries = Array.from({ length: file.readUInt16LE(0x3c) }, (_, i) => file.subarray(at + 64 * i));
  const bytes = (entry: Buffer): string => {
    const start = Number(entry.readBigUInt64LE(24));
    return file.toString("latin1", start, start + Number(entry.readBigUInt64LE(32)));
  };
  const last = entries[file.readUInt16LE(0x3e)];
  if (last === undefined) throw new Error("no section holds the names");
  const names = bytes(last);
  const nameOf = (entry: Buffer): string => /^[^\0]*/.exec(names.slice(entry.readUInt32LE(0)))?.[0] ?? "";
  return Object.fromEntries(
    entries.filter((e) => e.readUInt32LE(4) !== NOBITS).map((e) => [nameOf(e), bytes(e)]),
  );
}

test("what is loaded stays where it is, and what a debugger reads is gone", () => {
  const original = elf([TEXT, BSS, DEBUG, SYMTAB]);
  const stripped = withoutSymbols(original);
  const sections = read(stripped);
  expect(Object.keys(sections)).toEqual(["", ".text", ".shstrtab"]);
  expect(sections[".text"]).toBe("the code");
  expect(sections[".shstrtab"]).toContain(".text\0");
  expect(stripped.subarray(64, 72)).toEqual(original.subarray(64, 72));
  expect(stripped.includes("for a debugger")).toBe(false);
  expect(stripped.includes("symbols")).toBe(false);
  expect(stripped.length).toBeLessThan(original.length);
});

test("a second time changes nothing", () => {
  const once = withoutSymbols(elf([TEXT, BSS, DEBUG]));
  expect(withoutSymbols(once)).toEqual(once);
});

test.each([
  ["a section is loaded after one that is not", elf([TEXT, DEBUG, { ...TEXT, name: ".late" }])],
  ["it is no ELF file", Buffer.from("#!/bin/sh\nexec true\n".padEnd(200))],
])("a file is refused: %s", (_, file) => {
  expect(() => withoutSymbols(file)).toThrow(/not an? /);
});
