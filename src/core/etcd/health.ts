import type { MemberRow, UnlistedEndpoint } from "../assessment.ts";
import type { Failure } from "../facts/failure.ts";
import type { TimelineEvent } from "../state.ts";
import type { Instant, Seconds } from "../facts/time.ts";
import { errorWords, isAlarm } from "./alarms.ts";
import { routeFor } from "./routes.ts";
import { unlistedWords } from "./endpoints.ts";

/** All members, and the addresses that were given at which there is none. */
export interface HealthSummary {
  readonly rows: readonly HealthRow[];
  readonly endpoints: readonly UnlistedEndpoint[];
}

/**
 * Whether one member serves, as `etcdctl endpoint health` asks. `healthy` undefined: it was not to be asked; `alarms`
 * undefined: its status is not known, so whether it reports any is not, either.
 */
export interface HealthRow {
  readonly member: MemberRow;
  readonly healthy: boolean | undefined;
  readonly took: Seconds | undefined;
  readonly failure: Failure | undefined;
  readonly alarms: readonly string[] | undefined;
}

/**
 * As etcdctl: a member is healthy that answers the read, or denies access to that key, and reports no alarm. The alarms
 * are those of its status: asking for them separately would need quorum, too.
 */
export function judgeHealth(member: MemberRow): HealthRow {
  if (member.endpointMismatch)
    return { member, healthy: false, took: undefined, failure: member.failure, alarms: undefined };
  const alarms = member.state === "answers" ? member.status?.errors.filter(isAlarm) : undefined;
  const { read } = member;
  if (read === undefined || member.role === "learner") {
    const why =
      member.role === "learner"
        ? "not checked: learners do not serve linearizable reads"
        : "not checked: no route to it serves a linearizable read";
    return { member, healthy: undefined, took: undefined, failure: { code: "other", text: why }, alarms };
  }
  const answered = read.failure === undefined || read.failure.code === "forbidden";
  const failure = answered ? undefined : read.failure;
  return { member, healthy: answered && (alarms ?? []).length === 0, took: read.took, failure, alarms };
}

/** Alarms in words: each names the member that it is about, which is one of `rows`. */
export function alarmWords(alarms: readonly string[] = [], rows: readonly HealthRow[]): string {
  const names = { rows: rows.map(({ member }) => member), list: { members: [] } };
  return alarms.map((alarm) => errorWords(alarm, names)).join(", ");
}

/**
 * The events between two checks of the members: which are healthy or unhealthy from now on, and why. The same failure in
 * other words is no event.
 */
export function healthChanges(
  before: HealthSummary,
  after: HealthSummary,
  at: Instant,
): readonly TimelineEvent[] {
  const was = new Map(before.rows.map((row) => [keyOf(row), row]));
  const is = new Set(after.rows.map(keyOf));
  const gone = before.rows.filter((row) => !is.has(keyOf(row)));
  return [
    ...after.rows
      .filter((row) => isVisibleChange(row, was.get(keyOf(row))))
      .map((row) => healthEvent(row, after.rows, at)),
    ...gone.map(({ member }): TimelineEvent => ({
      at,
      tone: "note",
      subject: subjectOf(member),
      text: "no longer checked",
    })),
    ...unlistedChanges(before.endpoints, after, at),
  ];
}

/** An endpoint is unlisted from now on; or no longer, without a row: then a member answers there that has one. */
function unlistedChanges(
  before: readonly UnlistedEndpoint[],
  { rows, endpoints }: HealthSummary,
  at: Instant,
): readonly TimelineEvent[] {
  const has = (list: readonly { readonly endpoint: string }[], of: UnlistedEndpoint): boolean =>
    list.some(({ endpoint }) => endpoint === of.endpoint);
  const here = rows.map(({ member }) => member);
  const come = endpoints.filter((one) => !has(before, one));
  const gone = before.filter((one) => !has(endpoints, one) && !has(here, one));
  return [
    ...come.map((one): TimelineEvent => ({ at, tone: "bad", subject: "etcd", text: unlistedWords(one) })),
    ...gone.map(({ endpoint }): TimelineEvent => ({
      ...{ at, tone: "ok", subject: "etcd", text: `endpoint ${endpoint} answers` },
    })),
  ];
}

/** Whether nothing more is to be heard of the health of a member than is known. */
export function isRead(member: MemberRow): boolean {
  if (member.state === "asking") return false;
  const { read, role, endpointMismatch, routes } = member;
  const isAsked = role !== "learner" && !endpointMismatch && routeFor("linearizable", routes) !== undefined;
  return !isAsked || read !== undefined;
}

function keyOf({ member }: HealthRow): string {
  return member.key;
}

function isVisibleChange(row: HealthRow, was: HealthRow | undefined): boolean {
  if (was === undefined) return true;
  // Only its alarms are not known any more: it may have just stopped to answer, and the read does not know yet.
  const isServed = row.healthy === true && was.failure === undefined && was.healthy !== undefined;
  if (isServed && row.alarms === undefined) return false;
  return says(row) !== says(was);
}

function says({ healthy, failure, alarms = [] }: HealthRow): string {
  return JSON.stringify([healthy ?? null, failure?.code, alarms]);
}

function healthEvent(row: HealthRow, rows: readonly HealthRow[], at: Instant): TimelineEvent {
  const { member, healthy, failure } = row;
  const subject = subjectOf(member);
  if (healthy === undefined) return { at, tone: "note", subject, text: failure?.text ?? "not checked" };
  if (healthy) return { at, tone: "ok", subject, text: "is healthy" };
  return {
    at,
    tone: "bad",
    subject,
    text: `is unhealthy: ${failure?.text ?? alarmWords(row.alarms, rows)}`,
  };
}

const subjectOf = ({ name }: MemberRow): string => `etcd ${name}`;
