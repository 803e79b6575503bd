import { failureOf } from "../model/failed.ts";
import type { Seconds } from "../model/time.ts";
import { secondsBetween } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import { pause } from "./pause.ts";
import { isOver } from "./scope.ts";

/** How often one that is behind is asked whether it has come. */
const AGAIN: Seconds = 0.05;

/** Asks again and again while a member says that it is `behind` the revision asked for, at most `patience` long. */
export async function whenCaughtUp<T>(
  ask: () => Promise<T>,
  patience: Seconds,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const since = clock();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (isOver(signal) || failureOf(error).code !== "behind") throw error;
      if (secondsBetween(since, clock()) >= patience) throw error;
      await pause(AGAIN, signal);
    }
  }
}
