import { join } from "node:path";
import { buildBinaries } from "./go-build.ts";
import type { BuildContext } from "./go-build.ts";
import { otherEtcdModules } from "./modules.ts";
import type { OtherEtcd } from "./modules.ts";

/**
 * Builds etcd (or `program`, its etcdctl) of another version than the lab's, and gives its path. Each takes about a minute
 * and is kept in a folder of its own: no lab needs it, so it is built when it is first asked for.
 */
export async function buildOtherEtcd(
  version: OtherEtcd,
  context: BuildContext,
  program: "etcd" | "etcdctl" = "etcd",
): Promise<string> {
  return join(await buildBinaries(context, [program], otherEtcdModules(version)), program);
}
