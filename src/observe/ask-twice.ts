import type { Call } from "../kube/deadline.ts";
import type { Seconds } from "../model/time.ts";
import { pause } from "./pause.ts";
import { isOver, Scope } from "./scope.ts";

/** How long the first question may be silent before the second is asked. */
const PATIENCE: Seconds = 0.5;

/**
 * Asks, and asks once more when the first question fails or is silent for half a second: behind a balancer the second
 * one reaches another server, and one dead server is not a dead source. The first answer counts; if both fail, the
 * first failure. Both together take no longer than `timeout`, unless the first one fails sooner.
 */
export async function askTwice<T>(
  ask: (call: Call) => Promise<T>,
  timeout: Seconds,
  signal: AbortSignal,
): Promise<T> {
  using scope = new Scope(signal);
  const inner = scope.signal;
  const first = ask({ signal: inner, timeout });
  const failed = first.then(
    () => false,
    () => true,
  );
  const askAgain = async (): Promise<T> => {
    const early = await Promise.race([failed, pause(PATIENCE, inner)]);
    if (early === false || isOver(inner)) return first;
    return ask({ signal: inner, timeout: early === true ? timeout : timeout - PATIENCE, fresh: true });
  };
  try {
    return await Promise.any([first, askAgain()]);
  } catch {
    return await first;
  }
}
