import type { Facts, LeaseRow } from "../assessment.ts";
import type { Finding } from "./finding.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { evidenceWords } from "../evidence/words.ts";
import { CONTROL_PLANE } from "../leases/judge.ts";

/** Holders that change this often, in so long a time, do not keep the lease. */
const FLAPS = { changes: 3, within: 15 * 60 };
/** From here on somebody's clock is wrong: more than a slow network can explain. */
const SKEW: Seconds = 2;

/** What the leases give reason to say. */
export function leaseFindings({ leases, now }: Facts): readonly Finding[] {
  if (leases.freshness.state === "stale") {
    return [
      {
        id: "leases-unknown",
        severity: "unknown",
        subject: "leases",
        evidence: `they cannot be read: ${leases.freshness.failure.text}`,
        advice: "look at the API servers; who leads may have changed meanwhile",
      },
    ];
  }
  return [
    ...leases.rows.flatMap((row) => [...leaderless(row), ...late(row), ...twoLeaders(row), ...skew(row)]),
    ...leases.rows.flatMap((row) => flapping(row, now)),
    ...onOneNode(leases.rows),
    ...leases.unread.flatMap(unread),
  ];
}

/** Who may not look never sees more: that is the way in and no trouble. */
function unread({ name, failure }: Facts["leases"]["unread"][number]): readonly Finding[] {
  if (failure.code === "forbidden") return [];
  return [
    {
      id: "leases-unknown",
      severity: "unknown",
      subject: name,
      evidence: `it has no Lease, and whether it keeps its record in an annotation is unknown: ${failure.text}`,
      advice: "look at the API servers",
    },
  ];
}

function leaderless(row: LeaseRow): readonly Finding[] {
  const { status, forecast, renewedAgo, lastHolder } = row;
  if (row.standing !== "leaderless") return [];
  const host = lastHolder?.host ?? "its holder";
  const how = status.state === "vacant" ? `released by ${host}` : `last renewed by ${host}`;
  const lasts = `${row.basis === "unknown" ? "at least " : ""}${renewedAgo.toFixed(1)} s`;
  const overdue = renewedAgo - forecast.to;
  const due =
    overdue > 0
      ? `a takeover is overdue for ${overdue.toFixed(1)} s`
      : `a takeover is expected within ${(forecast.to - renewedAgo).toFixed(1)} s`;
  return [
    {
      id: "no-leader",
      severity: "critical",
      subject: row.record.name,
      evidence: `nobody leads for ${lasts}, ${how}${withEvidence(row)}; ${due}`,
      advice:
        overdue > 0
          ? `see whether ${row.record.name} runs on any node, and what its log says`
          : "wait for the takeover",
    },
  ];
}

function late(row: LeaseRow): readonly Finding[] {
  const { renewedAgo, usualGap, status } = row;
  if (row.standing !== "late" || status.state !== "late") return [];
  return [
    {
      id: "renewals-late",
      severity: "warning",
      subject: row.record.name,
      evidence: `not renewed for ${renewedAgo.toFixed(1)} s, usually every ${usualGap.toFixed(1)} s${withEvidence(row)}`,
      advice: `see whether ${row.record.name} on ${status.holder.host} still runs and reaches its API server`,
    },
  ];
}

/** What else is known of its holder, as the end of a sentence. */
function withEvidence({ evidence }: LeaseRow): string {
  const [words] = evidenceWords(evidence);
  return words === undefined ? "" : `; ${words}`;
}

function twoLeaders({ previousLeader, record }: LeaseRow): readonly Finding[] {
  if (previousLeader === undefined) return [];
  const { host } = previousLeader.holder;
  return [
    {
      id: "leader-may-be-two",
      severity: "warning",
      subject: record.name,
      evidence: `${host}, which led before, still runs the same process, seen ${previousLeader.age.toFixed(1)} s ago: it may act as leader until it notices`,
      advice: `see whether ${record.name} on ${host} is frozen or cut off from its API server; restart it`,
    },
  ];
}

function skew(row: LeaseRow): readonly Finding[] {
  const { clockAhead } = row;
  if (clockAhead === undefined || Math.abs(clockAhead) < SKEW) return [];
  const host = row.lastHolder?.host ?? "the holder";
  return [
    {
      id: "clock-skew",
      severity: "warning",
      subject: host,
      evidence: `its clock is ${Math.abs(clockAhead).toFixed(1)} s ${clockAhead > 0 ? "ahead of" : "behind"} ours`,
      advice: `compare the clocks of ${host} and of this machine`,
    },
  ];
}

function flapping({ record, failoversAt }: LeaseRow, now: Instant): readonly Finding[] {
  const changes = failoversAt.filter((at) => secondsBetween(at, now) < FLAPS.within).length;
  if (changes < FLAPS.changes) return [];
  return [
    {
      id: "flapping",
      severity: "warning",
      subject: record.name,
      evidence: `its leader changed ${changes} times in 15 minutes`,
      advice: "see why leaders lose the lease: a slow etcd, a slow API server, or a crash loop",
    },
  ];
}

/** With one node goes every leader at once: no failure, but the longest failover there is. */
function onOneNode(rows: readonly LeaseRow[]): readonly Finding[] {
  const led = rows.filter((r) => CONTROL_PLANE.includes(r.record.name) && r.standing === "held");
  const hosts = new Set(led.map((r) => (r.status.state === "held" ? r.status.holder.host : "")));
  const [host] = hosts;
  if (led.length < 2 || hosts.size !== 1 || host === undefined) return [];
  return [
    {
      id: "leaders-on-one-node",
      severity: "warning",
      subject: host,
      evidence: `it leads all of: ${led.map((r) => r.record.name).join(", ")}`,
      advice: `expect all of them to fail over at once when ${host} is lost`,
    },
  ];
}
