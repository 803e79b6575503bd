import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;
const CHUNK = 256 * 1024;

/** Prints a log file, and with `follow` what is added to it, until the process ends or the file goes away. */
export async function printLog(file: string, follow: boolean, print: (text: string) => void): Promise<void> {
  const handle = await open(file, "r").catch((error: unknown) => {
    throw new Error(`there is no log ${file}: the process was not started yet`, { cause: error });
  });
  try {
    const buffer = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead > 0) print(buffer.toString("utf8", 0, bytesRead));
      else if (follow && (await handle.stat()).nlink > 0) await sleep(POLL_MS);
      else return;
    }
  } finally {
    await handle.close();
  }
}
