import type { EtcdApi } from "../../transport/etcd-api.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError } from "../../core/facts/failure.ts";
import type { AnswerHeader, MemberStatus } from "../../core/facts/member.ts";
import type { MemberNames } from "../../core/etcd/resolve.ts";
import type { ThrottleReason } from "../../core/keys/search.ts";
import type { ScannedMember } from "./key-scan.ts";
import { FULL_RATE, LOW_RATE } from "./key-scan.ts";
import { cleanText } from "../../text/clean.ts";

/**
 * A member that is asked for keys. `name`: as it is listed, else its endpoint, else its ID. Without header and failure: it
 * has not said yet who it is.
 */
export interface KeyMember extends MemberNames {
  /** undefined: it has no route over which keys can be read, as before its first start */
  readonly api: EtcdApi | undefined;
  readonly status: MemberStatus | undefined;
  /** its identity; incomplete for one whose status is denied */
  readonly header: AnswerHeader | undefined;
  /** why it said nothing of itself, or must not be asked */
  readonly failure: Failure | undefined;
}

/** Whether a member can be asked for keys. Who may not ask for its status may be allowed to read keys. */
export function isAnswering({ api, status, failure }: KeyMember): boolean {
  return api !== undefined && (failure === undefined ? status !== undefined : failure.code === "forbidden");
}

/** Whether it has said who it is, or why not. */
export function isSettled({ header, failure }: KeyMember): boolean {
  return header !== undefined || failure !== undefined;
}

/** Whether it may lead: one whose status is denied might. */
export function mayLead({ status }: KeyMember): boolean {
  return status === undefined || status.leaderId === status.memberId;
}

/**
 * The members to scan, the best first: one that is in touch with a leader, a follower, a voter, one that is up to date.
 * The leader serves all clients, so it is asked last, and at a low rate.
 */
export function scanOrder(members: readonly KeyMember[]): readonly ScannedMember[] {
  return members
    .filter(isAnswering)
    .toSorted((a, b) => rank(a) - rank(b) || byRevision(a, b))
    .flatMap((member) => {
      const { api } = member;
      const throttled = throttleReason(member);
      const about = {
        name: member.name,
        revision: member.header?.revision,
        pace: throttled === undefined ? FULL_RATE : LOW_RATE,
        throttled,
        streams: mayStream(member),
      };
      return api === undefined ? [] : [{ ...about, api }];
    });
}

function throttleReason(member: KeyMember): ThrottleReason | undefined {
  if (!mayLead(member)) return undefined;
  return member.status === undefined ? "may-lead" : "leads";
}

function rank(member: KeyMember): number {
  const { status } = member;
  return (
    (status?.leaderId === undefined ? 4 : 0) +
    (mayLead(member) ? 2 : 0) +
    (status?.isLearner === true ? 1 : 0)
  );
}

function byRevision(a: KeyMember, b: KeyMember): number {
  return Number((b.header?.revision ?? 0n) - (a.header?.revision ?? 0n));
}

/** RangeStream came with 3.7; of one whose version is not known it is tried. */
function mayStream({ status, api }: KeyMember): boolean {
  if (api?.can.stream === false) return false;
  const [major = 0, minor = 0] = status?.version.split(".").map(Number) ?? [3, 7];
  return major > 3 || (major === 3 && minor >= 7);
}

const NOBODY: Failure = { code: "other", text: "no etcd member can be asked: check --etcd-endpoints" };

/** No member can be asked for keys; the text has the reason of each. */
export class NoMember extends RequestError {
  readonly members: readonly KeyMember[];

  constructor(members: readonly KeyMember[]) {
    const [first = NOBODY] = members.flatMap(({ failure }) => failure ?? []);
    super({ code: first.code, text: whyNot(members) || first.text });
    this.members = members;
  }
}

/** Why members cannot be asked, one after the other. */
export function whyNot(members: readonly KeyMember[]): string {
  const reasons = members.flatMap(({ name, failure }) => {
    if (failure === undefined) return [];
    return failure.text.includes(name) ? failure.text : `${cleanText(name)}: ${failure.text}`;
  });
  return [...new Set(reasons)].join("; ");
}

/** What became of members that were asked before each had said who it is. */
interface SettledMembers {
  /** those before, in their places, as they are now; then those that nobody knew of */
  readonly members: readonly KeyMember[];
  /** by their index: addresses that are those of others among them, or nobody's */
  readonly gone: ReadonlySet<number>;
}

/** `before`: the members as they were found early; `now`: as they are known once each has said who it is. */
export function settleMembers(before: readonly KeyMember[], now: readonly KeyMember[]): SettledMembers {
  const early = new Set(before.flatMap(({ header }) => header?.memberId ?? []));
  // Who was known is known: another address of it is nobody else.
  const isNewlyKnown = ({ header }: KeyMember): boolean =>
    header === undefined || !early.has(header.memberId);
  const later = now.filter(isNewlyKnown);
  const gone = new Set<number>();
  const members = before.map((member, index) => {
    if (isSettled(member)) return member;
    const found = later.find((one) => isSame(one, member));
    if (found === undefined) gone.add(index);
    return found ?? member;
  });
  const strangers = later.filter((one) => !before.some((member) => isSame(one, member)));
  return { members: [...members, ...strangers], gone };
}

/** One without an address is known by its name. */
function isSame(a: KeyMember, b: KeyMember): boolean {
  return a.api === b.api && (a.api !== undefined || a.name === b.name);
}
