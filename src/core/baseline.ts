import type { Assessment, Reachability } from "./assessment.ts";
import type { ClusterState, TimelineEvent } from "./state.ts";
import type { Instant, Seconds } from "./facts/time.ts";
import { later, secondsBetween } from "./facts/time.ts";
import { assess } from "./assess.ts";
import { peerFailureWords } from "./facts/connection-failure.ts";
import { addEvents } from "./timeline.ts";

/** What has not answered by then is left out of the baseline event. */
const PATIENCE: Seconds = 3;

/** Adds one event to the timeline with the initial state: later events are read against it. */
export function recordBaseline(state: ClusterState, now: Instant): ClusterState {
  if (state.baselineRecorded) return state;
  const seen = assess(state, now);
  if (!isWhole(seen) && secondsBetween(state.startedAt, now) < PATIENCE) return state;
  const text = summary(seen);
  if (text === "") return state;
  const event: TimelineEvent = { at: now, tone: "note", subject: "start", text };
  return { ...state, baselineRecorded: true, events: addEvents(state.events, [event, ...unreachable(seen)]) };
}

/** The members that have not answered once until then: the counts alone do not name them. */
function unreachable({ etcd, now }: Assessment): readonly TimelineEvent[] {
  const rows = etcd.state === "members" ? etcd.rows.filter((r) => r.status === undefined) : [];
  return rows.flatMap(({ name, endpoint, failure, failedFor = 0 }): TimelineEvent[] => {
    if (failure === undefined) return [];
    const text = peerFailureWords(failure, endpoint);
    return [{ at: later(now, -failedFor), tone: "bad", subject: `etcd ${name}`, text }];
  });
}

function isWhole({ leases, etcd, apiServers }: Assessment): boolean {
  const etcdKnown =
    etcd.state === "notConfigured" ||
    (etcd.state === "members" && etcd.rows.every((r) => r.state !== "asking"));
  return leases.freshness.state !== "asking" && apiServers.freshness.state !== "asking" && etcdKnown;
}

/** Counts each kind only once all of it was heard from: what has not answered yet is not down. */
function summary({ leases, etcd, apiServers }: Assessment): string {
  const members = etcd.state === "members" && etcd.rows.every((r) => r.state !== "asking");
  const servers = apiServers.rows.length > 0 && apiServers.rows.every((r) => r.answer !== undefined);
  const parts = [
    leases.freshness.state === "live" ? count(leases.held, leases.total, "lease") : "",
    members ? heard(etcd.quorum.reachability) : "",
    servers ? count(apiServers.ready, apiServers.rows.length, "API server") : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function heard({ answer, asked, isListed }: Reachability): string {
  return count(answer, asked, isListed ? "member" : "etcd endpoint");
}

/** `3 members` when all are well, `2 of 3 members` when not. */
function count(well: number, all: number, what: string): string {
  const things = `${all} ${what}${all === 1 ? "" : "s"}`;
  return well === all ? things : `${well} of ${things}`;
}
