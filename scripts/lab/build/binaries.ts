import { resolve } from "node:path";
import { buildBinaries } from "./go-build.ts";
import type { BuildContext } from "./go-build.ts";
import { missingBinaries } from "./missing.ts";

/** A folder that holds all the programs: `bin`, or the cache, after building. Throws one line that names what is missing. */
export async function findBinaries(bin: string | undefined, context: BuildContext): Promise<string> {
  if (bin === undefined) return buildBinaries(context);
  const dir = resolve(bin);
  const missing = missingBinaries(dir);
  if (missing.length > 0)
    throw new Error(
      `--bin ${dir} lacks ${missing.join(", ")}: put them there, or leave --bin away to build them`,
    );
  return dir;
}
