import type { Io } from "./cli/io.ts";
import { pluginName } from "./cli/plugin-name.ts";
import { run } from "./cli/run.ts";
import { systemClock } from "./sources/async/clock.ts";

/**
 * The process: makes the `Io` that everything else is handed, and ends with the exit code of the run. A signal that
 * broke the run off is raised again at the end, so that the shell sees how it ended.
 */
export async function start(): Promise<void> {
  const interruption = new AbortController();
  let raised: NodeJS.Signals | undefined;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    raised = signal;
    // From now on a second one ends the process at once, however far the first one got.
    for (const each of signals) process.off(each, onSignal);
    interruption.abort();
  };
  for (const each of signals) process.on(each, onSignal);
  // A write to a reader that is gone rejects where it was written; unheard, the event would throw here as well.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const io: Io = {
    // Neither is made before somebody asks for it: a tenth of the time that help takes.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    node: process.version,
    plugin: pluginName(process.argv[1]),
    clock: systemClock,
    interrupted: interruption.signal,
    get wholeScreen() {
      const { stdin: input, stdout: output } = process;
      return input.isTTY && output.isTTY ? { input, output, host: process } : undefined;
    },
  };
  const code = await run(process.argv.slice(2), io);
  if (raised !== undefined) process.kill(process.pid, raised);
  else process.exit(code);
}

if (import.meta.main) void start();
