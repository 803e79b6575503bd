import { buildBinaries } from "./go-build.ts";
import type { BuildContext } from "./go-build.ts";
import { KREW_MODULES } from "./modules.ts";

/** Builds krew as its users have it, and its validator, into a folder of their own: no lab needs them. */
export function buildKrew(context: BuildContext): Promise<string> {
  const programs = KREW_MODULES.flatMap(({ binaries }) => Object.keys(binaries));
  return buildBinaries(context, programs, KREW_MODULES);
}
