/** Offsets of a Windows program ("PE Format", Microsoft): in the file, in the optional header, of a data directory. */
const AT = { peOffset: 0x3c, optionalHeader: 24, directories: 112 } as const;
const PE32_PLUS = 0x20b;
const SECURITY = 4;

/**
 * A Windows program without its Authenticode signature, which what is put into it would break: a broken one alarms,
 * none at all is usual. Throws on anything but a 64-bit Windows program.
 */
export function withoutAuthenticode(exe: Buffer): Buffer {
  const entry = securityDirectory(exe);
  const [offset, size] = [exe.readUInt32LE(entry), exe.readUInt32LE(entry + 4)];
  if (size === 0) return exe;
  // The table lies behind all that is loaded, and nothing behind it but what aligns it.
  if (offset + size < exe.length - 8)
    throw new Error("the signature is not the last thing in the Windows program");
  const unsigned = Buffer.from(exe.subarray(0, offset));
  unsigned.fill(0, entry, entry + 8);
  return unsigned;
}

/** Where the entry for the signature is in a 64-bit Windows program: its place in the file, then its size. */
export function securityDirectory(exe: Buffer): number {
  const pe = exe.readUInt32LE(AT.peOffset);
  const header = pe + AT.optionalHeader;
  if (exe.toString("latin1", pe, pe + 4) !== "PE\0\0" || exe.readUInt16LE(header) !== PE32_PLUS)
    throw new Error("not a 64-bit Windows program");
  return header + AT.directories + SECURITY * 8;
}
