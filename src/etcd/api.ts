import type { ListedMember, MemberStatus } from "../model/member.ts";
import type { Seconds } from "../model/time.ts";

/** One etcd member, asked by itself. Every method throws Failed; none needs quorum unless it says so. */
export interface EtcdApi {
  /** `host:port` */
  readonly endpoint: string;
  /** until when the certificate is good that the member showed last, in ms of the wall clock; undefined: none so far */
  readonly certificateEnds?: number | undefined;
  status(call: EtcdCall): Promise<MemberStatus>;
  /** The member list as this member has it. */
  memberList(call: EtcdCall): Promise<readonly ListedMember[]>;
  /** The hash of all that this member keeps up to `revision`. It reads the whole database, and writes wait meanwhile. */
  hash(revision: bigint, call: EtcdCall): Promise<KeyHash>;
  /** One read through the majority (linearizable), of the key that `etcdctl endpoint health` reads: it needs quorum. */
  readThroughQuorum(call: EtcdCall): Promise<void>;
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

/** A HashKVResponse. `compactRevision` -1: never compacted. */
export interface KeyHash {
  readonly hash: number;
  readonly compactRevision: bigint;
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
