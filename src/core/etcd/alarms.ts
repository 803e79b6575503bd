import { memberName } from "./member-list.ts";
import type { Alarm, MemberListSummary, MemberRow } from "../assessment.ts";

/** Where a member's name may be found: among those that are asked, or in the member list. */
export interface AlarmNames {
  readonly rows: readonly Pick<MemberRow, "name" | "status">[];
  readonly list: Pick<MemberListSummary, "members">;
}

/** `memberID:N alarm:NOSPACE `, as etcd words alarms among a status's errors; "etcdserver: no leader" is none. */
export function isAlarm(error: string): boolean {
  return error.includes("alarm:");
}

/** What such an error says. etcd writes the ID in decimal there, and in hexadecimal everywhere else. */
export function alarmOf(error: string, { rows, list }: AlarmNames): Alarm {
  const [, id = "0", kind = ""] = /memberID:(\d+) alarm:(\w+)/.exec(error) ?? [];
  const hex = /^\d{1,20}$/.test(id) ? BigInt(id).toString(16) : id;
  const row = rows.find(({ status }) => status?.memberId === hex);
  const listed = list.members.find((member) => member.id === hex);
  return { kind, member: row?.name ?? memberName(listed, list.members) ?? hex };
}

/** An error of a member's status in words: an alarm names its member. */
export function errorWords(error: string, names: AlarmNames): string {
  return isAlarm(error) ? describeAlarm(alarmOf(error, names)) : error;
}

/** An alarm in words, with its member. */
export function describeAlarm({ kind, member }: Alarm): string {
  return `alarm ${kind} on ${member}`;
}
