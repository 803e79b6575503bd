import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { writeTarGz, writeZip } from "../../scripts/package/archive.ts";

const WHEN = new Date("2026-11-25T12:34:56Z");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The files of an archive in a folder of their own, touched at some time. */
function headline(touched: number): string {
  const made = mkdtempSync(join(folder, "stage-"));
  writeFileSync(join(made, "kubectl-ha"), "the program");
  chmodSync(join(made, "kubectl-ha"), 0o755);
  writeFileSync(join(made, "LICENSE"), "the licence");
  chmodSync(join(made, "LICENSE"), 0o644);
  for (const name of ["kubectl-ha", "LICENSE"]) utimesSync(join(made, name), touched, touched);
  return made;
}

test("a .tar.gz is of its contents alone, and tar(1) reads it", async () => {
  const [a, b] = [join(folder, "a.tar.gz"), join(folder, "b.tar.gz")];
  await writeTarGz(a, headline(1_000_000), ["kubectl-ha", "LICENSE"], WHEN);
  await writeTarGz(b, headline(2_000_000), ["kubectl-ha", "LICENSE"], WHEN);
  expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  const listed = execFileSync("tar", ["tvzf", a, "--utc"], { encoding: "utf8" }).trim().split("\n");
  expect(listed.map((line) => line.replaceAll(/ +/g, " "))).toEqual([
    "-rwxr-xr-x 0/0 11 2026-11-25 12:34 kubectl-ha",
    "-rw-r--r-- 0/0 11 2026-11-25 12:34 LICENSE",
  ]);
});

test("a .zip, too, whatever the time zone", () => {
  const files = [
    { name: "kubectl-ha.exe", bytes: Buffer.from("the program"), isProgram: true },
    { name: "LICENSE", bytes: Buffer.from("the licence"), isProgram: false },
  ];
  const zone = process.env["TZ"];
  const zips = ["UTC", "Asia/Tokyo"].map((tz) => {
    process.env["TZ"] = tz;
    const file = join(folder, `${tz.replace("/", "-")}.zip`);
    writeZip(file, files, WHEN);
    return readFileSync(file);
  });
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  const [utc, tokyo] = zips;
  expect(utc?.equals(tokyo ?? Buffer.of())).toBe(true);
  const read = unzipSync(utc ?? Buffer.of());
  expect(Object.keys(read)).toEqual(["kubectl-ha.exe", "LICENSE"]);
  expect(Buffer.from(read["LICENSE"] ?? []).toString()).toBe("the licence");
});
