import type { Observation } from "../core/facts/observation.ts";
import type { Seconds } from "../core/facts/time.ts";
import type { Emit } from "./async/channel.ts";
import type { Clock } from "./async/clock.ts";
import { pause } from "./async/clock.ts";
import { isOver } from "./async/scope.ts";

/** How often what follows from time alone is judged: a lease that expires sends no event. */
const TICK: Seconds = 0.5;

/** Time itself as a source: an observation every half second until the signal aborts. */
export async function ticks(clock: Clock, emit: Emit<Observation>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(TICK, signal);
    if (isOver(signal)) return;
    emit({ kind: "tick", at: clock() });
  }
}
