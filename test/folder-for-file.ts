import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Where a folder is for all tests of the file, or of the block, that calls this: made before the first and gone after the
 * last. Its name is known at once; where a filter leaves all of them out nothing is made, as nothing would remove it.
 */
export function folderForFile(name: string): string {
  const folder = join(tmpdir(), `kubectl-ha-${name}-${randomBytes(4).toString("hex")}`);
  beforeAll(() => {
    mkdirSync(folder, { mode: 0o700 });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
