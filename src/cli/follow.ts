import type { Assessment } from "../model/assessment.ts";
import { assess } from "../model/assess.ts";
import type { Observation } from "../model/observation.ts";
import { initialState, reduce } from "../model/reduce.ts";
import type { ClusterState } from "../model/state.ts";
import { merge } from "../observe/merge.ts";
import type { Io } from "./io.ts";
import { ticks } from "./ticks.ts";

/** What is known after an observation, and what follows from it then. */
export interface Look {
  readonly seen: Observation;
  readonly state: ClusterState;
  readonly assessment: Assessment;
}

/** What is known after all of a stream that ends by itself. */
export async function lookOnce(observations: AsyncIterable<Observation>, io: Io): Promise<Assessment> {
  let state = initialState(io.clock());
  for await (const seen of observations) state = reduce(state, seen);
  return assess(state, io.clock());
}

/** What is known after each observation, and as time goes by. Ends when the user breaks off. */
export async function* follow(
  open: (signal: AbortSignal) => AsyncIterable<Observation>,
  io: Io,
): AsyncGenerator<Look, void, void> {
  let state = initialState(io.clock());
  for await (const seen of merge(io.interrupted, (signal) => [open(signal), ticks(io.clock, signal)])) {
    state = reduce(state, seen);
    yield { seen, state, assessment: assess(state, io.clock()) };
  }
}
