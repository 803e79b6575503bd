import type { Facts, LeaseRow } from "../assessment.ts";
import type { Rule, Verdict } from "./rule.ts";
import { fail, pass, unknown } from "./rule.ts";
import type { Thresholds } from "./thresholds.ts";
import { unmet } from "./needs.ts";
import { evidenceWords } from "../evidence/words.ts";
import { CONTROL_PLANE } from "../leases/lease.ts";
import { RECENT } from "../recent.ts";

const noLeader: Rule = {
  id: "no-leader",
  title: ["no leader", "no leader"],
  severities: ["critical"],
  each: "lease",
  needs: ["leases"],
  evaluate: eachLease((row) => {
    if (row.standing === "leaderless") return fail(row.record.name, ...leaderlessWords(row));
    return row.standing === "orphaned"
      ? pass(row.record.name, "orphaned: left over from before the start")
      : pass(row.record.name, heldWords(row));
  }),
};

function leaderlessWords(row: LeaseRow): [evidence: string, advice: string] {
  const { status, overdue, renewedAgo, lastHolder } = row;
  const by = lastHolder === undefined ? "" : ` by ${lastHolder.host}`;
  const how = status.state === "vacant" ? "released" : "last renewed";
  const ago = `${row.basis === "unknown" ? "at least " : ""}${renewedAgo.toFixed(1)} s ago`;
  const due =
    overdue > 0
      ? `takeover overdue by ${overdue.toFixed(1)} s`
      : `takeover expected within ${(-overdue).toFixed(1)} s`;
  return [
    `no leader, ${how} ${ago}${by}${withEvidence(row)}; ${due}`,
    overdue > 0 ? `${checkPods(row)} and read its log` : "wait for the takeover",
  ];
}

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

function heldWords({ lastHolder, renewedAgo }: LeaseRow): string {
  return `held by ${lastHolder?.host ?? "?"}, renewed ${renewedAgo.toFixed(1)} s ago`;
}

/** A verdict on each lease that can be read now. */
function eachLease(judge: (row: LeaseRow, thresholds: Thresholds) => Verdict): Rule["evaluate"] {
  return ({ leases: { rows } }, thresholds) =>
    rows.map((row) => (row.standing === "unknown" ? notRead(row) : judge(row, thresholds)));
}

function notRead({ record, freshness }: LeaseRow): Verdict {
  return unknown(record.name, freshness.state === "stale" ? freshness.failure.text : "no answer yet");
}

const renewalsLate: Rule = {
  id: "renewals-late",
  title: ["renewal late", "renewal late"],
  severities: ["warning"],
  each: "lease",
  needs: ["leases"],
  evaluate: eachLease((row) => {
    const { renewedAgo, usualGap, status, record } = row;
    if (row.standing === "held") return pass(record.name, heldWords(row));
    if (status.state !== "late" || row.standing !== "late") return unknown(record.name, "no leader");
    return fail(
      record.name,
      `not renewed for ${renewedAgo.toFixed(1)} s, usually every ${usualGap.toFixed(1)} s${withEvidence(row)}`,
      `check that ${record.name} on ${status.holder.host} runs and reaches its API server`,
    );
  }),
};

const splitBrain: Rule = {
  id: "split-brain-possible",
  title: ["two leaders possible", "split brain?"],
  severities: ["warning"],
  each: "lease",
  // A leader that is frozen from now on loses its lease within 24 s at the defaults: see forecastTakeover.
  needs: ["leases", "pods", { for: 24 }],
  evaluate: eachLease(({ previousLeader, evidence, record }) => {
    if (previousLeader === undefined)
      return evidence === undefined ? unknown(record.name, "its pods are not read") : pass(record.name);
    const { host } = previousLeader.holder;
    return fail(
      record.name,
      `previous leader ${host} is still running (same process, seen ${previousLeader.age.toFixed(1)} s ago): two leaders are possible until it notices`,
      `restart ${record.name} on ${host} (\`crictl stop\`) if it is frozen or cut off from its API server`,
    );
  }),
};

const clockSkew: Rule = {
  id: "clock-skew",
  title: ["clock skew", "clock skew"],
  severities: ["warning"],
  each: "lease",
  // Leases and etcd each show clocks without the other.
  needs: [],
  evaluate: (facts, thresholds) => [...holderClocks(facts, thresholds), memberClocks(facts, thresholds)],
};

function holderClocks(facts: Facts, { clockSkew: most }: Thresholds): readonly Verdict[] {
  const missing = unmet("leases", facts);
  if (missing !== undefined) return [missing];
  const byHost = Map.groupBy(facts.leases.rows, ({ lastHolder }) => lastHolder?.host ?? "the holder");
  return [...byHost].map(([host, rows]) => {
    const { clockAhead, record } = rows.reduce((most, row) => (skewOf(row) > skewOf(most) ? row : most));
    if (clockAhead === undefined) return unknown(host, `no renewal of ${record.name} observed`);
    const by = `${Math.abs(clockAhead).toFixed(1)} s ${clockAhead > 0 ? "ahead of" : "behind"} this machine`;
    if (Math.abs(clockAhead) < most) return pass(host, `clock is ${by}`);
    return fail(host, `clock is ${by}`, `run \`chronyc tracking\` on ${host} and on this machine`);
  });
}

/** By how much a holder's clock differs, either way; a holder of which no renewal was observed comes last. */
function skewOf({ clockAhead }: LeaseRow): number {
  return clockAhead === undefined ? -1 : Math.abs(clockAhead);
}

function memberClocks(facts: Facts, { memberClockSkew: most }: Thresholds): Verdict {
  const missing = unmet("etcd", facts);
  if (missing !== undefined) return missing;
  const clockSpread = facts.etcd.state === "members" ? facts.etcd.clockSpread : undefined;
  if (clockSpread === undefined) return unknown("etcd", "fewer than two clocks are known");
  const { ahead, behind, atLeast } = clockSpread;
  if (atLeast <= most) return pass("etcd");
  return fail(
    "etcd",
    `clock of ${ahead} is at least ${atLeast.toFixed(1)} s ahead of ${behind}`,
    "run `chronyc tracking` on every node: certificates and logs depend on synchronized clocks",
  );
}

const flapping: Rule = {
  id: "flapping",
  title: ["leader changes often", "leader flapping"],
  severities: ["warning"],
  each: "lease",
  needs: ["leases", { for: RECENT }],
  evaluate: ({ leases: { rows } }, { leaseChanges }) =>
    rows.map(({ record, recentChanges }) => {
      const evidence = `leader changed ${recentChanges} times in 15 minutes`;
      if (recentChanges < leaseChanges) return pass(record.name, evidence);
      const advice = "check etcd and API server latency, and its pods for restarts";
      return fail(record.name, evidence, advice);
    }),
};

/** Losing that node costs every leader at once: no failure yet, but the longest failover. */
const onOneNode: Rule = {
  id: "leaders-on-one-node",
  title: ["holds all leases", "all on one node"],
  severities: ["warning"],
  isStanding: true,
  needs: ["leases"],
  evaluate: ({ leases: { rows } }) => {
    const led = rows.filter((r) => CONTROL_PLANE.includes(r.record.name) && r.standing === "held");
    const hosts = new Set(led.flatMap(({ status }) => (status.state === "held" ? status.holder.host : [])));
    const [host] = hosts;
    if (led.length < 2 || host === undefined)
      return [unknown("leases", "fewer than two leases of the control plane are held")];
    if (hosts.size > 1) return [pass("leases", `held on ${[...hosts].join(", ")}`)];
    const evidence = `holds all leases: ${led.map((r) => r.record.name).join(", ")}`;
    return [fail(host, evidence, `plan for all of them to fail over at once when ${host} is lost`)];
  },
};

const leasesUnknown: Rule = {
  id: "leases-unknown",
  title: ["cannot be read", "leaders unknown"],
  severities: ["unknown"],
  needs: [],
  evaluate: (facts) => {
    const { freshness, unread, total } = facts.leases;
    const all = unmet("leases", facts) ?? pass("leases", `${total} read`);
    if (freshness.state === "stale")
      return [{ ...all, advice: `${CHECK_READYZ}; leaders may have changed meanwhile` }];
    return [all, ...unread.map(unreadAnnotation)];
  },
};

const CHECK_READYZ = "check the API servers (`kubectl get --raw '/readyz?verbose'`)";

/** Without the permission there is never more to see: that is no trouble of the control plane. */
function unreadAnnotation({ name, failure }: Facts["leases"]["unread"][number]): Verdict {
  const evidence = `no Lease found, and its leader annotation cannot be read: ${failure.text}`;
  return unknown(name, evidence, failure.code === "forbidden" ? "" : CHECK_READYZ);
}

/** The rules on leases. */
export const LEASE_RULES: readonly Rule[] = [
  ...[noLeader, renewalsLate, splitBrain, clockSkew],
  ...[leasesUnknown, flapping, onOneNode],
];
