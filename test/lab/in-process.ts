import type { Output } from "../../src/cli/io.ts";
import { Readable, Writable } from "node:stream";
import { run } from "../../src/cli/run.ts";
import { systemClock } from "../../src/sources/async/clock.ts";

/** How the program ended, and all that it wrote. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program within this process, against real members. */
export async function runHere(argv: readonly string[], env: Record<string, string>): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const code = await run(argv, {
    ...{ stdin: Readable.from([]), stdout, stderr, env: { LANG: "C.UTF-8", ...env } },
    ...{
      platform: "linux",
      arch: "x64",
      node: process.version,
      plugin: "ha",
      clock: systemClock,
      wholeScreen: undefined,
    },
    interrupted: new AbortController().signal,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Kept extends Writable implements Output {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
