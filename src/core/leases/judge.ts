import type { Freshness, LeaseRow, LeasesSummary, Standing } from "../assessment.ts";
import type { LeaseStatus, ObservedLease } from "./lease.ts";
import {
  CONTROL_PLANE,
  UPSTREAM_DURATION,
  durationOf,
  forecastTakeover,
  hasEnded,
  isLate,
  usualGap,
} from "./lease.ts";
import { parseHolder } from "../facts/holder.ts";
import type { ClusterFacts, ClusterState, LeaseKey, SourceState } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { secondsBetween } from "../facts/time.ts";
import { freshness } from "../freshness.ts";
import { countRecent } from "../recent.ts";
import { holderEvidence, previousLeader } from "../evidence/judge.ts";
import { sourceOf } from "./source.ts";

/** Judges one lease at `now`; `live` says whether our own source of leases is to be trusted. */
export function judgeLease(lease: ObservedLease, live: boolean, now: Instant): LeaseStatus {
  const { holderIdentity } = lease.record;
  const holder = holderIdentity === "" ? undefined : parseHolder(holderIdentity);
  if (!live) return { state: "unknown", holder: holder ?? lease.lastHeld?.holder };
  const age = secondsBetween(lease.changedAt, now);
  if (holder === undefined) return { state: "vacant", vacantFor: age };
  const duration = durationOf(lease.record);
  if (hasEnded(lease, now)) return { state: "expired", holder, expiredFor: age - duration };
  return { state: isLate(lease, now) ? "late" : "held", holder, expiresIn: duration - age };
}

/** The leases of leaders at `now`. */
export function summarizeLeases(state: ClusterState, now: Instant): LeasesSummary {
  const asOf = (source: SourceState): Freshness => sourceFreshness(state, source, now);
  const fresh = asOf(state.leaseSource);
  const hasLeases = keepsLeases(state);
  const rows = [...state.leases]
    .filter(([, lease]) => lease.record.apiServerHost === undefined)
    .map(([key, lease]) => {
      // While Leases cannot be seen, one may have taken the place of an annotation.
      const own = fresh.state === "live" ? asOf(sourceOf(state, key, lease)) : fresh;
      return leaseRow(key, lease, { state, fresh: own, hasLeases, now });
    })
    .sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
  return { freshness: fresh, rows, unread: unread(state), ...counted(rows) };
}

/** The wanted leases of all, with their own counts. */
export function onlyLeases(leases: LeasesSummary, isWanted: (row: LeaseRow) => boolean): LeasesSummary {
  const rows = leases.rows.filter(isWanted);
  return { ...leases, rows, ...counted(rows) };
}

function counted(rows: readonly LeaseRow[]): Pick<LeasesSummary, "held" | "total"> {
  return {
    held: rows.filter(({ standing }) => standing === "held" || standing === "late").length,
    total: rows.filter(({ standing }) => standing !== "orphaned").length,
  };
}

function unread({ leases, annotations }: ClusterState): LeasesSummary["unread"] {
  return [...annotations].flatMap(([key, source]) =>
    source.state === "failed" && !leases.has(key)
      ? [{ name: key.slice(key.indexOf("/") + 1), failure: source.failure }]
      : [],
  );
}

function sourceFreshness(state: ClusterState, source: SourceState, now: Instant): Freshness {
  const reported = {
    askedAt: state.startedAt,
    provedAt: source.state === "asking" ? undefined : source.provedAt,
    failing: source.state === "failed" ? source : undefined,
  };
  return freshness(reported, now);
}

/** Whether the control plane has a Lease: then annotations are of the past. */
export function keepsLeases({ leases }: ClusterFacts): boolean {
  return leases.values().some(({ record }) => record.kind === "Lease" && CONTROL_PLANE.includes(record.name));
}

function rank(row: LeaseRow): number {
  const known = CONTROL_PLANE.indexOf(row.record.name);
  return known < 0 ? CONTROL_PLANE.length : known;
}

function isHeld({ state }: LeaseStatus): boolean {
  return state === "held" || state === "late";
}

interface About {
  readonly state: ClusterState;
  readonly fresh: Freshness;
  readonly hasLeases: boolean;
  readonly now: Instant;
}

function leaseRow(key: LeaseKey, lease: ObservedLease, { state, fresh, hasLeases, now }: About): LeaseRow {
  const evidence = holderEvidence(state, lease, now);
  const status = judgeLease(lease, fresh.state === "live", now);
  // A release writes a duration of 1 s: what it was before was not seen.
  const duration = lease.lastHeld?.duration ?? UPSTREAM_DURATION;
  const gap = usualGap(lease.gaps, duration);
  const gone =
    isHeld(status) && (evidence?.process.state === "ended" || evidence?.process.state === "restarted");
  const forecast = forecastTakeover(duration, gap, status.state === "vacant");
  const renewedAgo = secondsBetween(lease.changedAt, now);
  return {
    key,
    record: lease.record,
    freshness: fresh,
    status,
    standing: gone ? "leaderless" : standing(lease, status, hasLeases),
    lastHolder: lease.lastHeld?.holder,
    renewedAgo,
    renewedAt: lease.changedAt,
    basis: lease.basis,
    duration,
    gaps: lease.gaps,
    usualGap: gap,
    failoversSeen: lease.failoversSeen,
    failoversAt: lease.failoversAt,
    recentChanges: countRecent(lease.failoversAt, now),
    forecast,
    overdue: renewedAgo - forecast.to,
    takeover: lease.takeover,
    clockAhead: clockAhead(lease),
    evidence,
    gone,
    previousLeader: fresh.state === "live" ? previousLeader(state, lease, now) : undefined,
  };
}

function standing(lease: ObservedLease, status: LeaseStatus, hasLeases: boolean): Standing {
  if (status.state !== "expired" && status.state !== "vacant") return status.state;
  return isOrphaned(lease, hasLeases) ? "orphaned" : "leaderless";
}

/**
 * Whether a lease without a leader was left over before we first looked. The control plane's own leases never are: one
 * without a leader is trouble, however old. Annotations are, where the control plane has a Lease (`hasLeases`).
 */
export function isOrphaned({ basis, record }: ObservedLease, hasLeases: boolean): boolean {
  const isOwn = CONTROL_PLANE.includes(record.name) && (record.kind === "Lease" || !hasLeases);
  return basis !== "observed" && !isOwn;
}

/** The writer's clock against ours: its `renewTime` beside the moment in which that renewal reached us. */
function clockAhead(lease: ObservedLease): Seconds | undefined {
  const renewed = Date.parse(lease.record.renewTime ?? "");
  if (lease.basis !== "observed" || Number.isNaN(renewed)) return undefined;
  return (renewed - lease.changedAt.wall) / 1000;
}
