import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for what is made or fetched once for all checkouts of the project. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env["XDG_CACHE_HOME"];
  return join(cache !== undefined && cache !== "" ? cache : join(homedir(), ".cache"), "kubectl-ha");
}
