import type { EtcdApi } from "../../transport/etcd-api.ts";
import type { RouteKey } from "../../core/facts/route.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { Emit } from "../async/channel.ts";
import { RequestError } from "../../core/facts/failure.ts";
import { isOver } from "../async/scope.ts";

/** One look is over before: it does not ask. */
const FIRST: Seconds = 3;
/** Clocks drift slowly; each time a connection is opened for it. */
const INTERVAL: Seconds = 60;
/** The half of a second in which a time that is cut to seconds lies. */
const HALF: Seconds = 0.5;

/** How a member's clock stands beside ours: asked 3 s after the member is known, then every minute. */
export async function followClock(
  { route, member }: { readonly route: RouteKey; readonly member: Pick<EtcdApi, "date"> },
  about: {
    readonly timeout: Seconds;
    readonly clock: Clock;
    readonly emit: Emit<Observation>;
  },
  signal: AbortSignal,
): Promise<void> {
  const { timeout, clock, emit } = about;
  for (let wait = FIRST; ; wait = INTERVAL) {
    await pause(wait, signal);
    if (isOver(signal)) return;
    const asked = clock();
    try {
      const date = await member.date({ signal, timeout });
      const at = clock();
      const took = secondsBetween(asked, at);
      const ahead = (date - at.wall) / 1000 + HALF + took / 2;
      emit({ at, kind: "member-clock", route, ahead, within: HALF + took / 2 });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (isOver(signal)) return;
      // Why it does not answer, its status tells; and what its clock says is not known then.
      emit({ at: clock(), kind: "member-clock-unknown", route });
    }
  }
}
