import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that is checked out in `folder`, or "unknown" where there is none to be known. */
export async function commitOf(folder: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "rev-parse", "HEAD"]);
    return stdout.trim();
  } catch {
    // Built from an archive, or without git.
    return "unknown";
  }
}
