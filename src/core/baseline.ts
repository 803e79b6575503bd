import type { Assessment, Reachability } from "./assessment.ts";
import type { ClusterState, TimelineEvent } from "./state.ts";
import type { Instant, Seconds } from "./facts/time.ts";
import { later, secondsBetween } from "./facts/time.ts";
import { assess } from "./assess.ts";
import { silenceWords } from "./facts/connection-failure.ts";
import { addEvents } from "./timeline.ts";

/** What has not answered by then is left out of the first line of the timeline. */
const PATIENCE: Seconds = 3;

/** Tells the timeline, once, what was there when we first looked: what comes later is seen against it. */
export function recordBaseline(state: ClusterState, now: Instant): ClusterState {
  if (state.baselineRecorded) return state;
  const seen = assess(state, now);
  if (!isWhole(seen) && secondsBetween(state.startedAt, now) < PATIENCE) return state;
  const text = summary(seen);
  if (text === "") return state;
  const event: TimelineEvent = { at: now, tone: "note", subject: "first look", text };
  return { ...state, baselineRecorded: true, events: addEvents(state.events, [event, ...silent(seen)]) };
}

/** The members that have not answered once until then: which ones is not to be seen in a number. */
function silent({ etcd, now }: Assessment): readonly TimelineEvent[] {
  const rows = etcd.state === "members" ? etcd.rows.filter((r) => r.status === undefined) : [];
  return rows.flatMap(({ name, endpoint, failure, failedFor = 0 }): TimelineEvent[] => {
    if (failure === undefined) return [];
    const text = silenceWords(failure, endpoint);
    return [{ at: later(now, -failedFor), tone: "bad", subject: `etcd ${name}`, text }];
  });
}

function isWhole({ leases, etcd, apiServers }: Assessment): boolean {
  const etcdKnown =
    etcd.state === "no-way" || (etcd.state === "members" && etcd.rows.every((r) => r.state !== "asking"));
  return leases.freshness.state !== "asking" && apiServers.freshness.state !== "asking" && etcdKnown;
}

/** Of each kind only if all of it was heard of: one that has not answered yet is none that is down. */
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
