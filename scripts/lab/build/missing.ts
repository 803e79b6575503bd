import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { BINARIES } from "./modules.ts";
import type { Binary } from "./modules.ts";

/** The programs that are not in a folder, or may not be run. */
export function missingBinaries(dir: string): Binary[] {
  return BINARIES.filter((name) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return false;
    } catch {
      return true;
    }
  });
}
