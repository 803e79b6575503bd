import type { Call } from "../../transport/deadline.ts";
import type { FailureCode } from "../../core/facts/failure.ts";
import { RequestError } from "../../core/facts/failure.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { pause } from "./clock.ts";
import { isOver, Scope } from "./scope.ts";

/** How long a question may be silent before the next one is asked. */
const PATIENCE: Seconds = 0.4;
const QUESTIONS = 3;

/** Failures of one server, where another one may do better. */
const OF_THE_SERVER: readonly FailureCode[] = ["refused", "timeout", "closed", "unavailable", "tls"];

/**
 * Asks, and while there is no answer asks up to twice more, each time over a new connection: behind a balancer that
 * reaches another server, and one dead server is not a dead source. The first answer counts; without one, the first
 * failure. An answer such as "forbidden" is taken as it is. It takes `timeout` unless questions fail sooner.
 */
export async function hedged<T>(
  ask: (call: Call) => Promise<T>,
  timeout: Seconds,
  signal: AbortSignal,
): Promise<T> {
  using scope = new Scope(signal);
  return await askFrom(1, ask, { signal: scope.signal, timeout });
}

async function askFrom<T>(question: number, ask: (call: Call) => Promise<T>, call: Call): Promise<T> {
  const one = ask({ ...call, fresh: question > 1 });
  if (question === QUESTIONS) return one;
  const askOn = async (): Promise<T> => {
    const outcome = await Promise.race([outcomeOf(one), pause(PATIENCE, call.signal)]);
    if (outcome === "settled" || isOver(call.signal)) return one;
    const timeout = outcome === "failed" ? call.timeout : call.timeout - PATIENCE;
    return askFrom(question + 1, ask, { ...call, timeout });
  };
  return Promise.any([one, askOn()]).catch(() => one);
}

/** failed: another server may answer; settled: this is the answer, whatever it says. */
function outcomeOf(question: Promise<unknown>): Promise<"settled" | "failed"> {
  return question.then(
    () => "settled",
    (error: unknown) =>
      error instanceof RequestError && OF_THE_SERVER.includes(error.failure.code) ? "failed" : "settled",
  );
}
