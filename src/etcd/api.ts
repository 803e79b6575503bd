import type { ListedMember, MemberStatus } from "../model/member.ts";
import type { Seconds } from "../model/time.ts";

/** One etcd member, asked by itself. Every method throws Failed; none needs quorum. */
export interface EtcdApi {
  /** `host:port` */
  readonly endpoint: string;
  status(call: EtcdCall): Promise<MemberStatus>;
  /** The member list as this member has it. */
  memberList(call: EtcdCall): Promise<readonly ListedMember[]>;
  /** The keys in a range as this member has them, without their values. */
  keys(range: KeyRange, call: EtcdCall): Promise<KeyPage>;
  /** Ends its connection; calls that run fail. */
  close(): void;
}

/** Until when an answer is wanted: at most `timeout` seconds from now, or until `signal` aborts. */
export interface EtcdCall {
  readonly signal: AbortSignal;
  readonly timeout: Seconds;
}

/**
 * Keys from `from` (included) to `to` (excluded), at most `limit`, at `revision` (undefined: the member's newest).
 * A single zero byte means "the first key" as `from` and "to the end" as `to`.
 */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly limit: number;
  readonly revision: bigint | undefined;
}

/** A part of a range. `count`: keys from `from` to `to` in all, those on this page among them; `more`: some are left. */
export interface KeyPage {
  readonly revision: bigint;
  readonly keys: readonly Uint8Array[];
  readonly count: number;
  readonly more: boolean;
}
