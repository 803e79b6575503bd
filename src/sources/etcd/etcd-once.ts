import type { Failure } from "../../core/facts/failure.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { EtcdSource } from "./etcd.ts";
import { observeEtcd } from "./etcd.ts";
import { Deadline } from "../../transport/deadline.ts";
import { FirstMembers } from "./first-members.ts";

/** What a look may take beyond one deadline: others are found only through those asked first. */
const FOR_THE_REST: Seconds = 0.4;

/**
 * One look at etcd by itself, until each member has answered or failed once. It takes one deadline and 0.4 s at most,
 * however many members hang; what is still open then is said to have failed. It never throws.
 */
export async function* observeEtcdOnce(
  source: EtcdSource,
  signal: AbortSignal,
): AsyncGenerator<Observation, void, void> {
  const longest = source.timeout + FOR_THE_REST;
  using deadline = new Deadline({ signal, timeout: longest });
  const answers = new FirstMembers();
  for await (const seen of observeEtcd(source, deadline.signal)) {
    answers.add(seen);
    yield seen;
    if (answers.complete) return;
  }
  if (signal.aborted) return;
  const failure: Failure = { code: "timeout", text: `no answer within ${longest.toFixed(1)} s` };
  for (const open of answers.missing(failure)) yield { at: source.clock(), ...open };
}
