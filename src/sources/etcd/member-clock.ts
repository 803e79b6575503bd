import type { EtcdCall } from "../../transport/etcd-api.ts";
import type { EtcdTarget } from "../../core/etcd/address.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { Emit } from "../async/channel.ts";
import { RequestError } from "../../core/facts/failure.ts";
import { isOver } from "../async/scope.ts";

/** Asks a member for the time that it has, in ms of the wall clock, cut to whole seconds. Throws RequestError. */
export type AskDate = (target: EtcdTarget, call: EtcdCall) => Promise<number>;

/** One look is over before: it does not ask. */
const FIRST: Seconds = 3;
/** Clocks drift slowly; each time a connection is opened for it. */
const INTERVAL: Seconds = 60;
/** The half of a second in which a time that is cut to seconds lies. */
const HALF: Seconds = 0.5;

/** How a member's clock stands beside ours: asked 3 s after the member is known, then every minute. */
export async function followClock(
  target: EtcdTarget,
  about: {
    readonly ask: AskDate;
    readonly timeout: Seconds;
    readonly clock: Clock;
    readonly emit: Emit<Observation>;
  },
  signal: AbortSignal,
): Promise<void> {
  const { ask, timeout, clock, emit } = about;
  const { endpoint } = target;
  for (let wait = FIRST; ; wait = INTERVAL) {
    await pause(wait, signal);
    if (isOver(signal)) return;
    const asked = clock();
    try {
      const date = await ask(target, { signal, timeout });
      const at = clock();
      const took = secondsBetween(asked, at);
      const ahead = (date - at.wall) / 1000 + HALF + took / 2;
      emit({ at, kind: "member-clock", endpoint, ahead, within: HALF + took / 2 });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (isOver(signal)) return;
      // Why it does not answer, its status tells; and what its clock says is not known then.
      emit({ at: clock(), kind: "member-clock-unknown", endpoint });
    }
  }
}
