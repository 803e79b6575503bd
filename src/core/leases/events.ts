import type { LeaseStatus, ObservedLease } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import { forecastTakeover, usualGap } from "./lease.ts";
import type { LeaseTrouble, TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { later, secondsBetween } from "../facts/time.ts";

/** A changed lease. */
interface LeaseChange {
  readonly before: ObservedLease | undefined;
  readonly after: ObservedLease;
  /** as it was judged when it had ended before; undefined: it was held */
  readonly ended: LeaseStatus | undefined;
  /** the worst that is reported of it since its last change */
  readonly trouble: LeaseTrouble | undefined;
}

/** The timeline events of a changed lease: a takeover, a release, a return; none for a renewal in time. */
export function leaseChangeEvents(change: LeaseChange, at: Instant): readonly TimelineEvent[] {
  const { before, after } = change;
  if (before === undefined) return [];
  const { kind, name } = after.record;
  const events = takeoverEvents({ ...change, before }, at);
  if (before.record.kind === kind) return events;
  const moved = {
    at,
    tone: "note",
    subject: name,
    text: `record moved to ${keptIn(kind)}`,
  } as const;
  return [...events, moved];
}

function keptIn(kind: LeaseRecord["kind"]): string {
  return kind === "Endpoints" ? "Endpoints" : `a ${kind}`;
}

function takeoverEvents(
  { before, after, ended, trouble }: LeaseChange & { readonly before: ObservedLease },
  at: Instant,
): readonly TimelineEvent[] {
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
  const again = (what: string): TimelineEvent => ({
    ...{ at, tone: "ok", subject },
    ...{ text: `${what}${by} ${ago}`, short: `${what} ${ago}` },
  });
  if (ended?.state === "vacant") return [again("acquired again")];
  return trouble === undefined ? [] : [again("renewed again")];
}

/** The event of a deleted record; `isKept`: as that of a leader that is missing from now on. */
export function deletedEvent({ kind, name }: LeaseRecord, isKept: boolean, at: Instant): TimelineEvent {
  const text = kind === "Lease" ? "lease deleted" : `${kind} record deleted`;
  return { at, tone: isKept ? "bad" : "note", subject: name, text };
}

/** What is reported of a lease, and how it is judged. */
interface Reporting {
  readonly trouble: LeaseTrouble | undefined;
  readonly status: LeaseStatus;
}

/** The timeline events of a lease that time alone has changed: each once, dated to when it became so. */
export function leaseTimeEvents(
  lease: ObservedLease,
  { trouble, status }: Reporting,
  now: Instant,
): { readonly trouble: LeaseTrouble | undefined; readonly events: readonly TimelineEvent[] } {
  const events: TimelineEvent[] = [];
  let reported = trouble;
  const report = (as: LeaseTrouble, event: TimelineEvent | undefined): void => {
    reported = as;
    if (event) events.push(event);
  };
  if (reported === undefined && (status.state === "late" || status.state === "expired"))
    report("late", lastRenewal(lease, status));
  if (reported === "late" && status.state === "expired") report("expired", expired(lease, status));
  const isLeaderless = status.state === "expired" || status.state === "vacant";
  const due = reported === "overdue" || !isLeaderless ? undefined : overdueAt(lease);
  if (due && due.mono <= now.mono) {
    report("overdue", { at: due, tone: "bad", subject: lease.record.name, text: "overdue: no takeover yet" });
  }
  return { trouble: reported, events };
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

/** When a takeover of a lease that has ended should have come at the latest; undefined: it was never held. */
export function overdueAt({ lastHeld, gaps, record, changedAt }: ObservedLease): Instant | undefined {
  if (lastHeld === undefined) return undefined;
  const { duration } = lastHeld;
  const forecast = forecastTakeover(duration, usualGap(gaps, duration), record.holderIdentity === "");
  return later(changedAt, forecast.to);
}

const tenths = (seconds: number): string => seconds.toFixed(1);
