import type { Observation } from "../model/observation.ts";
import type { Instant, Seconds } from "../model/time.ts";
import { pause } from "../observe/pause.ts";

/** How often what follows from time alone is looked at: a lease that runs out tells nobody. */
const TICK: Seconds = 0.5;

/** Time itself as a source: an observation every half second until the signal aborts. */
export async function* ticks(
  clock: () => Instant,
  signal: AbortSignal,
): AsyncGenerator<Observation, void, void> {
  for (;;) {
    await pause(TICK, signal);
    if (signal.aborted) return;
    yield { kind: "tick", at: clock() };
  }
}
