import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs `body` while holding an exclusive lock on a file (made if need be, never removed). The kernel keeps the
 * lock through a small process whose input ends with this one, so a dead owner never leaves it behind.
 * `onWait` is called if another process has it.
 */
export async function withFileLock<T>(file: string, onWait: () => void, body: () => Promise<T>): Promise<T> {
  const holder = spawn("flock", ["--exclusive", file, "sh", "-c", "echo locked; exec cat"], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(holder, "close");
  const waiting = setTimeout(onWait, 500);
  try {
    const locked = await Promise.race([once(holder.stdout, "data"), ended.then(() => undefined)]);
    if (locked === undefined) throw new Error(`cannot lock ${file}: flock ended`);
    clearTimeout(waiting);
    return await body();
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      error.code === "ENOENT" &&
      "path" in error &&
      error.path === "flock"
    ) {
      throw new Error("flock was not found: install util-linux", { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
    await ended.catch(() => undefined);
  }
}
