import { setFlagsFromString } from "node:v8";

/** No memory is used twice: what lay there before gets into caches. Only at its start V8 can be told so. */
const ROOM = ["min-semi-space-size=128", "max-semi-space-size=128", "initial-old-space-size=1000"];
/** Nothing is noted of how hot or how old a function is. */
const NOTES = ["flush-bytecode", "profile-guided-optimization", "sparkplug", "maglev", "opt"];

/** With these, and `steadily`, V8 makes the same of the same code each time. The seed it leaves out when it compares. */
export const STEADY = ["--random-seed=1", ...ROOM.map((flag) => `--${flag}`)];

/** From now on V8 is steady, or as it is by itself: it refuses a cache that was made with other flags than it has then. */
export function steadily(isSteady: boolean): void {
  const room = ROOM.map((flag) => (isSteady ? flag : flag.replace(/=.*/, "=0")));
  const notes = NOTES.map((flag) => (isSteady ? `no-${flag}` : flag));
  for (const flag of [...room, ...notes]) setFlagsFromString(`--${flag}`);
}

/** From now on no time is up, however busy the machine is. */
export function stopTimers(): void {
  const { setTimeout } = globalThis;
  const never = (ring: () => void): NodeJS.Timeout => setTimeout(ring, 2 ** 31 - 1).unref();
  // Of what else a timer can be asked for nothing is used meanwhile.
  globalThis.setTimeout = never as typeof setTimeout;
}
