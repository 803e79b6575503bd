import type { Assessment } from "../core/assessment.ts";
import type { ClusterState, EtcdState, ObservedApiServer } from "../core/state.ts";
import type { Instant, Seconds } from "../core/facts/time.ts";
import { secondsBetween } from "../core/facts/time.ts";
import { isRenewalOf } from "../core/leases/track.ts";

/** Changes that come within this time of a painting are shown together. */
const TOGETHER: Seconds = 0.04;
/** So often a count is repainted. */
const COUNT: Seconds = 0.1;

/** What the next painting depends on. */
export interface Painting {
  /** there is something new to show (see `isVisibleChange`); else only time goes by */
  readonly changed: boolean;
  /** something counts in the picture that was painted last (see `Screen`) */
  readonly hasLiveTimer: boolean;
  /** undefined: nothing was painted yet */
  readonly paintedAt: Instant | undefined;
  readonly now: Instant;
  /** seconds between repaints in which only time goes by */
  readonly interval: Seconds;
}

/**
 * Seconds until the screen is to be painted again: news at once or within 0.04 s, ten times a second while something
 * counts that is trouble, else when the clock's next `interval` begins: with 1 s at each of its seconds.
 */
export function secondsUntilPaint({ changed, hasLiveTimer, paintedAt, now, interval }: Painting): Seconds {
  if (paintedAt === undefined) return 0;
  const painted = secondsBetween(paintedAt, now);
  if (changed) return Math.max(0, TOGETHER - painted);
  const soon = Math.max(0, COUNT - painted);
  return hasLiveTimer ? soon : Math.max(soon, interval - ((now.wall / 1000) % interval));
}

/** Whether something counts that must not wait a second for its repaint. A takeover's count stands still. */
export function hasLiveTimer({ headline, etcd }: Assessment): boolean {
  switch (headline.kind) {
    case "quorum-lost":
    case "leader-unknown":
    case "no-leader":
    case "renewal-late":
      return true;
    case "took-over":
    case "calm":
    case "starting":
      return etcd.state === "members" && etcd.quorum.state === "election";
  }
}

/**
 * Whether an observation brought something to show at once. That a source still lives, that a lease was renewed
 * in time and that figures grew as they always do, has time until the next second.
 */
export function isVisibleChange(before: ClusterState, after: ClusterState): boolean {
  return (
    leasesChanged(before.leases, after.leases) ||
    before.events !== after.events ||
    before.history !== after.history ||
    before.gitVersion !== after.gitVersion ||
    before.leaseSource.state !== after.leaseSource.state ||
    before.evidence.processes !== after.evidence.processes ||
    before.apiServersUnknown !== after.apiServersUnknown ||
    serversState(before) !== serversState(after) ||
    membersState(before.etcd) !== membersState(after.etcd)
  );
}

/** Whether a lease changed in more than its renewal. */
function leasesChanged(before: ClusterState["leases"], after: ClusterState["leases"]): boolean {
  if (before === after) return false;
  return (
    before.size !== after.size ||
    [...after].some(([key, { record }]) => {
      const was = before.get(key)?.record;
      return was === undefined || (was !== record && !isRenewalOf(was, record));
    })
  );
}

/** What the API servers are, without how long they took. */
function serversState({ apiServers }: ClusterState): string {
  return Array.from(apiServers.values(), serverState).join();
}

function serverState({ host, lastAnswer, failing }: ObservedApiServer): string {
  return `${host}:${lastAnswer?.ready}:${failing?.failure.code}`;
}

/** What the members are, without their growing numbers; but while one does not answer, those of the others matter. */
function membersState({ members, tried }: EtcdState): string {
  const trouble = [...members.values()].some((m) => m.failing);
  const reported = Array.from(members.values(), ({ route, lastAnswer, failing, list }) => {
    const status = lastAnswer?.status;
    const ids = list?.members.map((m) => `${m.id}${m.name}${m.isLearner}`).join("+");
    const index = trouble && !failing ? status?.raftIndex : undefined;
    return [
      route.key,
      status?.leaderId,
      status?.raftTerm,
      status?.isLearner,
      failing?.failure.code,
      ids,
      index,
    ].join(":");
  });
  return [tried.length, ...reported].join();
}
