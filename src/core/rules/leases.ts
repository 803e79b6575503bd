import type { Facts, LeaseRow } from "../assessment.ts";
import type { Finding } from "./finding.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { evidenceWords } from "../evidence/words.ts";
import { CONTROL_PLANE } from "../leases/judge.ts";

/** Holders that change this often, in so long a time, do not keep the lease. */
const FLAPS = { changes: 3, within: 15 * 60 };
/** From here on one of the clocks is wrong: more than a slow network can explain. */
const SKEW: Seconds = 2;

/** Findings on the leases. */
export function leaseFindings({ leases, now }: Facts): readonly Finding[] {
  if (leases.freshness.state === "stale") {
    return [
      {
        id: "leases-unknown",
        severity: "unknown",
        subject: "leases",
        evidence: `leases cannot be read: ${leases.freshness.failure.text}`,
        advice: `${CHECK_READYZ}; leaders may have changed meanwhile`,
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

/** Without the permission there is never more to see: that is no trouble of the control plane. */
function unread({ name, failure }: Facts["leases"]["unread"][number]): readonly Finding[] {
  if (failure.code === "forbidden") return [];
  return [
    {
      id: "leases-unknown",
      severity: "unknown",
      subject: name,
      evidence: `no Lease found, and its leader annotation cannot be read: ${failure.text}`,
      advice: CHECK_READYZ,
    },
  ];
}

function leaderless(row: LeaseRow): readonly Finding[] {
  const { status, forecast, renewedAgo, lastHolder } = row;
  if (row.standing !== "leaderless") return [];
  const by = lastHolder === undefined ? "" : ` by ${lastHolder.host}`;
  const how = status.state === "vacant" ? "released" : "last renewed";
  const ago = `${row.basis === "unknown" ? "at least " : ""}${renewedAgo.toFixed(1)} s ago`;
  const overdue = renewedAgo - forecast.to;
  const due =
    overdue > 0
      ? `takeover overdue by ${overdue.toFixed(1)} s`
      : `takeover expected within ${(forecast.to - renewedAgo).toFixed(1)} s`;
  return [
    {
      id: "no-leader",
      severity: "critical",
      subject: row.record.name,
      evidence: `no leader, ${how} ${ago}${by}${withEvidence(row)}; ${due}`,
      advice: overdue > 0 ? `${checkPods(row)} and read its log` : "wait for the takeover",
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
      advice: `check that ${row.record.name} on ${status.holder.host} runs and reaches its API server`,
    },
  ];
}

const CHECK_READYZ = "check the API servers (`kubectl get --raw '/readyz?verbose'`)";

/** How to find its pods: kubeadm labels those of the control plane with `component`. */
function checkPods({ record: { namespace, name } }: LeaseRow): string {
  return CONTROL_PLANE.includes(name)
    ? `run \`kubectl -n ${namespace} get pods -l component=${name}\``
    : `check that ${name} runs`;
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
      id: "split-brain-possible",
      severity: "warning",
      subject: record.name,
      evidence: `previous leader ${host} is still running (same process, seen ${previousLeader.age.toFixed(1)} s ago): two leaders are possible until it notices`,
      advice: `restart ${record.name} on ${host} (\`crictl stop\`) if it is frozen or cut off from its API server`,
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
      evidence: `clock is ${Math.abs(clockAhead).toFixed(1)} s ${clockAhead > 0 ? "ahead of" : "behind"} this machine`,
      advice: `run \`chronyc tracking\` on ${host} and on this machine`,
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
      evidence: `leader changed ${changes} times in 15 minutes`,
      advice: "check etcd and API server latency, and its pods for restarts",
    },
  ];
}

/** Losing that node costs every leader at once: no failure yet, but the longest failover. */
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
      evidence: `holds all leases: ${led.map((r) => r.record.name).join(", ")}`,
      advice: `plan for all of them to fail over at once when ${host} is lost`,
    },
  ];
}
