import type { LeaseStatus, ObservedLease } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import { judgeLease } from "./judge.ts";
import { forecastTakeover, usualGap } from "./lease.ts";
import type { TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { later, secondsBetween } from "../facts/time.ts";

/** The timeline events of a changed lease: a takeover, a release, a return; none for a renewal in time. */
export function leaseChangeEvents(
  before: ObservedLease | undefined,
  after: ObservedLease,
  at: Instant,
): readonly TimelineEvent[] {
  if (before === undefined) return [];
  const { kind, name } = after.record;
  if (before.record.kind === kind) return takeoverEvents(before, after, at);
  const moved = {
    at,
    tone: "note",
    subject: name,
    text: `record moved to ${keptIn(kind)}`,
  } as const;
  return [...takeoverEvents(before, after, at), moved];
}

function keptIn(kind: LeaseRecord["kind"]): string {
  return kind === "Endpoints" ? "Endpoints" : `a ${kind}`;
}

function takeoverEvents(before: ObservedLease, after: ObservedLease, at: Instant): readonly TimelineEvent[] {
  const subject = after.record.name;
  const host = after.lastHeld?.holder.host;
  const by = host === undefined ? "" : ` by ${host}`;
  const { takeover } = after;
  if (after.record.holderIdentity === "") {
    return [{ at, tone: "bad", subject, text: `released${by}: no leader` }];
  }
  if (takeover && takeover !== before.takeover) {
    const turn = `${takeover.from.host} → ${takeover.to.host}`;
    const gap = `${tenths(takeover.gap)} s`;
    // After a release the count starts at the end of the lease, else at the last renewal of the old holder.
    const text = `${turn}, ${takeover.released ? "no leader for" : "gap"} ${gap}`;
    return [{ at: takeover.at, tone: "up", subject, text, short: `${turn}, ${gap}` }];
  }
  const ago = `after ${tenths(secondsBetween(before.changedAt, at))} s`;
  const status = judgeLease(before, true, at);
  const again = (what: string): TimelineEvent => ({
    ...{ at, tone: "ok", subject },
    ...{ text: `${what}${by} ${ago}`, short: `${what} ${ago}` },
  });
  if (status.state === "vacant") return [again("acquired again")];
  return before.reported === undefined ? [] : [again("renewed again")];
}

/** The timeline events of a lease that time alone has changed: each once, dated to when it became so. */
export function leaseTimeEvents(
  lease: ObservedLease,
  now: Instant,
): { readonly reported: ObservedLease["reported"]; readonly events: readonly TimelineEvent[] } {
  const status = judgeLease(lease, true, now);
  const events: TimelineEvent[] = [];
  let reported = lease.reported;
  const report = (as: NonNullable<ObservedLease["reported"]>, event: TimelineEvent | undefined): void => {
    reported = as;
    if (event) events.push(event);
  };
  if (reported === undefined && (status.state === "late" || status.state === "expired"))
    report("late", lastRenewal(lease, status));
  if (reported === "late" && status.state === "expired") report("expired", expired(lease, status));
  const due = reported === "overdue" ? undefined : overdueSince(lease, status);
  if (due && due.mono <= now.mono) {
    report("overdue", { at: due, tone: "bad", subject: lease.record.name, text: "overdue: no takeover yet" });
  }
  return { reported, events };
}

function lastRenewal(lease: ObservedLease, status: LeaseStatus): TimelineEvent | undefined {
  if (status.state !== "late" && status.state !== "expired") return undefined;
  const text = `last renewal by ${status.holder.host}`;
  return { at: lease.changedAt, tone: "warn", subject: lease.record.name, text, short: "last renewal" };
}

function expired(lease: ObservedLease, status: LeaseStatus & { state: "expired" }): TimelineEvent {
  const at = later(lease.changedAt, lease.lastHeld?.duration ?? 0);
  return { at, tone: "bad", subject: lease.record.name, text: `expired, last holder ${status.holder.host}` };
}

/** When a takeover should have come at the latest; undefined while the lease is held. */
function overdueSince(lease: ObservedLease, status: LeaseStatus): Instant | undefined {
  if (lease.lastHeld === undefined || (status.state !== "expired" && status.state !== "vacant"))
    return undefined;
  const { duration } = lease.lastHeld;
  const forecast = forecastTakeover(duration, usualGap(lease.gaps, duration), status.state === "vacant");
  return later(lease.changedAt, forecast.to);
}

const tenths = (seconds: number): string => seconds.toFixed(1);
