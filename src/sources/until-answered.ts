import type { Failure } from "../core/facts/failure.ts";
import type { Observation } from "../core/facts/observation.ts";
import type { Seconds } from "../core/facts/time.ts";
import { Deadline } from "../transport/deadline.ts";
import type { Emit, Source } from "./async/channel.ts";
import type { Clock } from "./async/clock.ts";
import { Scope } from "./async/scope.ts";
import type { Unanswered } from "./first-answers.ts";

/** A source that is asked once. `answers` count what has answered or failed; `longest`: how long that may take. */
interface OneLook {
  readonly source: Source<Observation>;
  readonly answers: {
    readonly complete: boolean;
    readonly add: (seen: Observation) => void;
    readonly missing: (failure: Failure) => readonly Unanswered[];
  };
  readonly longest: Seconds;
  readonly clock: Clock;
}

/** The deadline of one request: long enough for another continent, short enough to say within 3 s that all is dead. */
export const REQUEST_TIMEOUT: Seconds = 1.5;

/** What a look may take beyond the deadline of one request: others are found only through those asked first. */
export const FOR_THE_REST: Seconds = 0.4;

/** What a source emits until the answers are complete; what is still open when the time is up is emitted as failed. */
export async function untilAnswered(
  { source, answers, longest, clock }: OneLook,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  using deadline = new Deadline({ signal, timeout: longest });
  using scope = new Scope(deadline.signal);
  const take = (seen: Observation): void => {
    if (scope.signal.aborted) return;
    answers.add(seen);
    emit(seen);
    if (answers.complete) scope.abort();
  };
  await source(take, scope.signal);
  if (signal.aborted || answers.complete) return;
  const failure: Failure = { code: "timeout", text: `no answer within ${longest.toFixed(1)} s` };
  for (const open of answers.missing(failure)) emit({ at: clock(), ...open });
}
