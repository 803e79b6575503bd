import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { BINARIES } from "./modules.ts";

/** Which of the programs (all of the lab's unless said) are not in a folder, or may not be run. */
export function missingBinaries(dir: string, wanted: readonly string[] = BINARIES): string[] {
  return wanted.filter((name) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return false;
    } catch {
      return true;
    }
  });
}
