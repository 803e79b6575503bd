import type { Derived, FactChange } from "../state.ts";
import { addEvents } from "../timeline.ts";
import { electionTimelineEvents, nodeEvents, processesEvents } from "./events.ts";

/** What an observation of pods, nodes or election events adds. */
export function deriveEvidence(derived: Derived, { before, after, at }: FactChange): Derived {
  const [was, is] = [before.evidence, after.evidence];
  const events = [
    ...(was.processes === is.processes ? [] : processesEvents(was.processes, is.processes, at)),
    ...(was.nodes === is.nodes ? [] : nodeEvents(was.nodes, is.nodes, at)),
    ...(was.electionEvents === is.electionEvents
      ? []
      : electionTimelineEvents(before, is.electionEvents, at)),
  ];
  return { ...derived, events: addEvents(derived.events, events) };
}
