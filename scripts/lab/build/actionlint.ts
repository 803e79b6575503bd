import { join } from "node:path";
import { buildBinaries } from "./go-build.ts";
import type { BuildContext } from "./go-build.ts";
import { ACTIONLINT_MODULES } from "./modules.ts";

/** Builds actionlint, the checker of GitHub's workflows, into a folder of its own and gives its path: no lab needs it. */
export async function buildActionlint(context: BuildContext): Promise<string> {
  return join(await buildBinaries(context, ["actionlint"], ACTIONLINT_MODULES), "actionlint");
}
