import type { Observation } from "../core/facts/observation.ts";
import type { Instant, Seconds } from "../core/facts/time.ts";
import type { Assessment } from "../core/assessment.ts";
import type { ClusterState } from "../core/state.ts";
import type { Session } from "./session.ts";
import { pause } from "../sources/async/clock.ts";
import { assess } from "../core/assess.ts";
import { initialState, reduce } from "../core/reduce.ts";
import { merge } from "../sources/async/channel.ts";

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

/** What is known after an observation, and what follows from it then. */
export interface Look {
  readonly seen: Observation;
  readonly state: ClusterState;
  readonly assessment: Assessment;
}

/** What is known after all of a stream that ends by itself. */
export async function lookOnce(
  observations: AsyncIterable<Observation>,
  { clock }: Pick<Session, "clock">,
): Promise<Assessment> {
  let state = initialState(clock());
  for await (const seen of observations) state = reduce(state, seen);
  return assess(state, clock());
}

/** What is known after each observation, and as time goes by. Ends when the user breaks off. */
export async function* follow(
  open: (signal: AbortSignal) => AsyncIterable<Observation>,
  { clock }: Pick<Session, "clock">,
  interrupted: AbortSignal,
): AsyncGenerator<Look, void, void> {
  let state = initialState(clock());
  for await (const seen of merge(interrupted, (signal) => [open(signal), ticks(clock, signal)])) {
    state = reduce(state, seen);
    yield { seen, state, assessment: assess(state, clock()) };
  }
}
