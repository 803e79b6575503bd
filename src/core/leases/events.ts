import type { LeaseStatus, ObservedLease } from "./lease.ts";
import type { LeaseRecord } from "../facts/lease-record.ts";
import { forecastTakeover, judgeLease, usualGap } from "./lease.ts";
import type { TimelineEvent } from "../state.ts";
import type { Instant } from "../facts/time.ts";
import { later, secondsBetween } from "../facts/time.ts";

/** What a change of a lease is worth telling: a takeover, a release, a return; nothing for a plain renewal. */
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
    text: `its record is kept in ${keptIn(kind)} now`,
  } as const;
  return [...takeoverEvents(before, after, at), moved];
}

function keptIn(kind: LeaseRecord["kind"]): string {
  return kind === "Endpoints" ? "Endpoints" : `a ${kind}`;
}

function takeoverEvents(before: ObservedLease, after: ObservedLease, at: Instant): readonly TimelineEvent[] {
  const subject = after.record.name;
  const host = after.lastHeld?.holder.host ?? "nobody";
  const { takeover } = after;
  if (after.record.holderIdentity === "") {
    return [{ at, tone: "bad", subject, text: `released by ${host}: nobody leads` }];
  }
  if (takeover && takeover !== before.takeover) {
    const [turn, gap] = [`${takeover.from.host} → ${takeover.to.host}`, `${tenths(takeover.gap)} s`];
    const [text, short] = [`${turn}, nobody led for ${gap}`, `${turn} after ${gap}`];
    return [{ at: takeover.at, tone: "up", subject, text, short }];
  }
  const gap = tenths(secondsBetween(before.changedAt, at));
  const status = judgeLease(before, true, at);
  if (status.state === "vacant") return [again("taken", host, gap, { at, subject })];
  if (before.reported === undefined) return [];
  return [again("renewed", host, gap, { at, subject })];
}

function again(
  what: "taken" | "renewed",
  host: string,
  gap: string,
  of: Pick<TimelineEvent, "at" | "subject">,
): TimelineEvent {
  const ago = `again after ${gap} s`;
  return { ...of, tone: "ok", text: `${what} by ${host} ${ago}`, short: `${what} ${ago}` };
}

/** What time alone has made of a lease, told once, dated to when it became so. */
export function leaseTimeEvents(
  lease: ObservedLease,
  now: Instant,
): { readonly reported: ObservedLease["reported"]; readonly events: readonly TimelineEvent[] } {
  const status = judgeLease(lease, true, now);
  const events: TimelineEvent[] = [];
  let reported = lease.reported;
  const tell = (as: NonNullable<ObservedLease["reported"]>, event: TimelineEvent | undefined): void => {
    reported = as;
    if (event) events.push(event);
  };
  if (reported === undefined && (status.state === "late" || status.state === "expired"))
    tell("late", lastRenewal(lease, status));
  if (reported === "late" && status.state === "expired") tell("expired", ranOut(lease, status));
  const due = reported === "overdue" ? undefined : overdueSince(lease, status);
  if (due && due.mono <= now.mono) {
    tell("overdue", { at: due, tone: "bad", subject: lease.record.name, text: "overdue: nobody took it" });
  }
  return { reported, events };
}

function lastRenewal(lease: ObservedLease, status: LeaseStatus): TimelineEvent | undefined {
  if (status.state !== "late" && status.state !== "expired") return undefined;
  const text = `last renewal by ${status.holder.host}`;
  return { at: lease.changedAt, tone: "warn", subject: lease.record.name, text, short: "last renewal" };
}

function ranOut(lease: ObservedLease, status: LeaseStatus & { state: "expired" }): TimelineEvent {
  const at = later(lease.changedAt, lease.lastHeld?.duration ?? 0);
  return { at, tone: "bad", subject: lease.record.name, text: `ran out, still names ${status.holder.host}` };
}

/** When a takeover should have come at the latest; undefined while somebody holds the lease. */
function overdueSince(lease: ObservedLease, status: LeaseStatus): Instant | undefined {
  if (lease.lastHeld === undefined || (status.state !== "expired" && status.state !== "vacant"))
    return undefined;
  const { duration } = lease.lastHeld;
  const forecast = forecastTakeover(duration, usualGap(lease.gaps, duration), status.state === "vacant");
  return later(lease.changedAt, forecast.to);
}

const tenths = (seconds: number): string => seconds.toFixed(1);
