import type { EtcdSummary, LeaderlessRow, LeaseRow, LeasesSummary, Headline } from "./assessment.ts";
import type { Instant, Seconds } from "./facts/time.ts";
import { later, secondsBetween } from "./facts/time.ts";

/** How long a takeover stays in view. */
const TAKEOVER_SHOWN: Seconds = 60;

/** The worst thing that is true now: only the cause, not what follows from it. */
export function judgeHeadline(leases: LeasesSummary, etcd: EtcdSummary, now: Instant): Headline {
  const { freshness, rows } = leases;
  if (etcd.state === "members" && etcd.quorum.state === "lost") {
    const lasts = etcd.quorum.noLeaderFor ?? 0;
    return { kind: "quorum-lost", since: later(now, -lasts), lasts, quorum: etcd.quorum };
  }
  if (freshness.state === "asking") return { kind: "starting" };
  if (freshness.state === "stale") {
    const lasts = secondsBetween(freshness.since, now);
    return { kind: "leader-unknown", since: freshness.since, lasts, failure: freshness.failure };
  }
  const leaderless = rows.flatMap(leaderlessRow).sort((a, b) => b.lasts - a.lasts);
  if (leaderless.length > 0) return { kind: "no-leader", leases: leaderless };
  const late = rows.filter((r) => r.standing === "late").sort((a, b) => b.renewedAgo - a.renewedAgo)[0];
  if (late) return { kind: "renewal-late", row: late };
  const took = rows
    .flatMap((row) =>
      row.takeover ? [{ row, takeover: row.takeover, ago: secondsBetween(row.takeover.at, now) }] : [],
    )
    .filter((t) => t.ago <= TAKEOVER_SHOWN)
    .sort((a, b) => a.ago - b.ago)[0];
  return took ? { kind: "took-over", ...took } : { kind: "calm" };
}

function leaderlessRow(row: LeaseRow): readonly LeaderlessRow[] {
  const { status, overdue, renewedAgo: lasts } = row;
  if (row.standing !== "leaderless") return [];
  return [
    {
      row,
      since: row.renewedAt,
      lasts,
      released: status.state === "vacant",
      forecast: row.forecast,
      overdue: overdue > 0 ? overdue : undefined,
    },
  ];
}
