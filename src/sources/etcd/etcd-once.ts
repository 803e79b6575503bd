import type { Observation } from "../../core/facts/observation.ts";
import type { Emit } from "../async/channel.ts";
import type { EtcdSource } from "./etcd.ts";
import { observeEtcd } from "./etcd.ts";
import { FOR_THE_REST, untilAnswered } from "../until-answered.ts";
import { FirstMembers } from "./first-members.ts";

/**
 * One look at etcd by itself, until each member has answered or failed once. It takes one deadline and 0.4 s at most,
 * however many members hang; what is still open then is said to have failed. It never throws.
 */
export async function observeEtcdOnce(
  source: EtcdSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { timeout, clock } = source;
  const look = {
    ...{ answers: new FirstMembers(), longest: timeout + FOR_THE_REST, clock },
    source: (take: Emit<Observation>, inner: AbortSignal) => observeEtcd(source, take, inner),
  };
  await untilAnswered(look, emit, signal);
}
