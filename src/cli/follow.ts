import type { Observation } from "../core/facts/observation.ts";
import type { Assessment } from "../core/assessment.ts";
import type { ClusterState } from "../core/state.ts";
import type { Session } from "./session.ts";
import { assess } from "../core/assess.ts";
import { initialState, reduce } from "../core/reduce.ts";

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

/** What is known after each observation. */
export async function* follow(
  observations: AsyncIterable<Observation>,
  { clock }: Pick<Session, "clock">,
): AsyncGenerator<Look, void, void> {
  let state = initialState(clock());
  for await (const seen of observations) {
    state = reduce(state, seen);
    yield { seen, state, assessment: assess(state, clock()) };
  }
}
