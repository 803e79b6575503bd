import { forecastTakeover, judgeLease, usualGap } from "./lease.ts";
import type { LeaseHold, LeaseRecord, ObservedLease } from "./lease.ts";
import type { TimelineEvent } from "./state.ts";
import type { Instant } from "./time.ts";
import { later, secondsBetween } from "./time.ts";

/** What a change of a lease is worth telling: a takeover, a release, a return; nothing for a plain renewal. */
export function narrateChange(
  before: ObservedLease | undefined,
  after: ObservedLease,
  at: Instant,
): readonly TimelineEvent[] {
  if (before === undefined) return [];
  const { kind, name } = after.record;
  if (before.record.kind === kind) return narrateTurn(before, after, at);
  const moved = {
    at,
    tone: "note",
    subject: name,
    text: `its record is kept in ${keptIn(kind)} now`,
  } as const;
  return [...narrateTurn(before, after, at), moved];
}

function keptIn(kind: LeaseRecord["kind"]): string {
  return kind === "Endpoints" ? "Endpoints" : `a ${kind}`;
}

function narrateTurn(before: ObservedLease, after: ObservedLease, at: Instant): readonly TimelineEvent[] {
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
  const hold = judgeLease(before, true, at);
  if (hold.state === "vacant") return [again("taken", host, gap, { at, subject })];
  if (before.told === undefined) return [];
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
export function narrateTime(
  lease: ObservedLease,
  now: Instant,
): { readonly told: ObservedLease["told"]; readonly events: readonly TimelineEvent[] } {
  const hold = judgeLease(lease, true, now);
  const events: TimelineEvent[] = [];
  let told = lease.told;
  const tell = (as: NonNullable<ObservedLease["told"]>, event: TimelineEvent | undefined): void => {
    told = as;
    if (event) events.push(event);
  };
  if (told === undefined && (hold.state === "late" || hold.state === "expired"))
    tell("late", lastRenewal(lease, hold));
  if (told === "late" && hold.state === "expired") tell("expired", ranOut(lease, hold));
  const due = told === "overdue" ? undefined : overdueSince(lease, hold);
  if (due && due.mono <= now.mono) {
    tell("overdue", { at: due, tone: "bad", subject: lease.record.name, text: "overdue: nobody took it" });
  }
  return { told, events };
}

function lastRenewal(lease: ObservedLease, hold: LeaseHold): TimelineEvent | undefined {
  if (hold.state !== "late" && hold.state !== "expired") return undefined;
  const text = `last renewal by ${hold.holder.host}`;
  return { at: lease.changedAt, tone: "warn", subject: lease.record.name, text, short: "last renewal" };
}

function ranOut(lease: ObservedLease, hold: LeaseHold & { state: "expired" }): TimelineEvent {
  const at = later(lease.changedAt, lease.lastHeld?.duration ?? 0);
  return { at, tone: "bad", subject: lease.record.name, text: `ran out, still names ${hold.holder.host}` };
}

/** When a takeover should have come at the latest; undefined while somebody holds the lease. */
function overdueSince(lease: ObservedLease, hold: LeaseHold): Instant | undefined {
  if (lease.lastHeld === undefined || (hold.state !== "expired" && hold.state !== "vacant")) return undefined;
  const { duration } = lease.lastHeld;
  const forecast = forecastTakeover(duration, usualGap(lease.gaps, duration), hold.state === "vacant");
  return later(lease.changedAt, forecast.to);
}

const tenths = (seconds: number): string => seconds.toFixed(1);
