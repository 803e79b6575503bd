import type { Assessment, Reachability } from "./assessment.ts";
import type { ClusterFacts, ClusterState, TimelineEvent } from "./state.ts";
import type { Instant, Seconds } from "./facts/time.ts";
import { later, secondsBetween } from "./facts/time.ts";
import { assess } from "./assess.ts";
import { peerFailureWords } from "./facts/connection-failure.ts";
import { ownMembers } from "./etcd/cluster.ts";
import { isHeard } from "./etcd/leader.ts";
import { isSourceDown } from "./leases/source.ts";
import { addEvents } from "./timeline.ts";

/** What has not answered by then is left out of the baseline event. */
const PATIENCE: Seconds = 3;

/** Adds one event to the timeline with the initial state: later events are read against it. */
export function recordBaseline(state: ClusterState, now: Instant): ClusterState {
  if (state.reported.baseline || !isDue(state, now)) return state;
  const seen = assess(state, now);
  const text = summary(seen);
  if (text === "") return state;
  const event: TimelineEvent = { at: now, tone: "note", subject: "start", text };
  return {
    ...state,
    events: addEvents(state.events, [event, ...unreachable(seen)]),
    reported: { ...state.reported, baseline: true },
  };
}

/** Whether all was heard from, or something was for long enough: before that nothing is assessed for it. */
function isDue(facts: ClusterFacts, now: Instant): boolean {
  const { leaseSource, etcd, startedAt } = facts;
  const servers = [...facts.apiServers.values()];
  const isLive = leaseSource.state === "live" && !isSourceDown(leaseSource, now);
  const anyServer = servers.some(({ lastAnswer }) => lastAnswer);
  const membersHeard = etcd.members.size > 0 && isHeard(ownMembers(etcd));
  if (secondsBetween(startedAt, now) >= PATIENCE) return isLive || membersHeard || anyServer;
  const serversHeard = anyServer || (servers.length > 0 && servers.every(({ failing }) => failing));
  return leaseSource.state !== "asking" && serversHeard && (etcd.tried.length > 0 || membersHeard);
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
