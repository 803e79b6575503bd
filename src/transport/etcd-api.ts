import type { KeyNumbers } from "../core/keys/key.ts";
import type { AnswerHeader, MemberList, MemberStatus } from "../core/facts/member.ts";
import type { Route, RouteCan } from "../core/facts/route.ts";
import type { Seconds } from "../core/facts/time.ts";

/** A kind of way to members: it finds routes, and opens them. What it offers is known by its name. */
export interface EtcdTransport {
  /** as it stands in Route */
  readonly name: string;
  /**
   * All routes that there are, the best first, and all of them again whenever that has changed; ends when it cannot change
   * any more, or `signal` aborts. It never throws.
   */
  discover(signal: AbortSignal): AsyncIterable<readonly Route[]>;
  /** Opens one of its routes; nothing is sent before the first question. */
  open(route: Route): EtcdApi;
}

/**
 * One etcd member, asked by itself over one route. Every method throws RequestError, with code `unsupported` where `can`
 * says that it cannot; none needs quorum unless it says so.
 */
export interface EtcdApi {
  /** where it leads, for messages: `host:port` */
  readonly endpoint: string;
  readonly can: RouteCan;
  /** until when the certificate is good that the member showed last, in ms of the wall clock; undefined: none so far */
  readonly certificateEnds?: number | undefined;
  status(call: EtcdCall): Promise<MemberStatus>;
  /**
   * What it writes above its answers. Any user that has signed in gets it; of a learner, only users that may request
   * its status.
   */
  header(call: EtcdCall): Promise<AnswerHeader>;
  /** The member list as this member has it. Any user gets it, also an unknown one. */
  memberList(call: EtcdCall): Promise<MemberList>;
  /** The time that it has, in ms of the wall clock, cut to whole seconds. */
  date(call: EtcdCall): Promise<number>;
  /** The hash of all that this member keeps up to `revision`. It reads the whole database, and writes wait meanwhile. */
  hash(revision: bigint, call: EtcdCall): Promise<KeyHash>;
  /** One read through the majority (linearizable), of the key that `etcdctl endpoint health` reads: it needs quorum. */
  readThroughQuorum(call: EtcdCall): Promise<void>;
  /** The keys in a range as this member has them, without their values. */
  keys(range: KeyRange, call: EtcdCall): Promise<KeyPage>;
  /**
   * The same as a stream of pages in ascending order; `limit` does not count, `timeout` is the longest wait for one
   * page. Throws RequestError with code `unsupported` where there is none: etcd has it from 3.7 on.
   */
  streamKeys(range: KeyRange, call: EtcdCall): AsyncIterable<KeyPage>;
  /** How many keys there are in a range. */
  countKeys(range: Omit<KeyRange, "limit">, call: EtcdCall): Promise<number>;
  /** Looks up to 128 keys (etcd's own limit) at once; each one that there is not is undefined. */
  lookUp(wanted: LookUp, call: EtcdCall): Promise<LookedUp>;
  /** Ends its connection; calls that run fail. */
  close(): void;
}

/** Until when an answer is wanted: at most `timeout` seconds from now, or until `signal` aborts. */
export interface EtcdCall {
  readonly signal: AbortSignal;
  readonly timeout: Seconds;
  /** called once the question is on its way, over a connection that is there */
  readonly sent?: (() => void) | undefined;
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

/** Keys to look up at `revision` (undefined: the member's newest), with their values or without. */
export interface LookUp {
  readonly keys: readonly Uint8Array[];
  readonly revision: bigint | undefined;
  readonly values: boolean;
}

/** What was found, in the order of the keys that were asked for. `revision`: the member's own when it answered. */
export interface LookedUp {
  readonly revision: bigint;
  readonly pairs: readonly (Pair | undefined)[];
}

/** A key's numbers and, where it was asked for, its value. */
export interface Pair extends KeyNumbers {
  readonly value: Uint8Array;
}

/** A page of keys in ascending order as one member has them, without their values. Rows are numbered from 0. */
export interface KeyPage {
  /** the revision that the member answered at; 0: it did not say (all pages of a stream but the last) */
  readonly revision: bigint;
  /** how many keys the range holds in all, those on this page among them; 0 where it was not said */
  readonly count: number;
  /** whether the range holds more keys behind the last one */
  readonly more: boolean;
  /** how many keys there are on this page */
  readonly size: number;
  /** the bytes that all keys are in, for those who read them in place: see `from` and `to` */
  readonly bytes: Buffer;
  from(index: number): number;
  to(index: number): number;
  /** A key. It shares its memory with the page: copy what is kept. */
  key(index: number): Buffer;
  numbers(index: number): KeyNumbers;
  /** When a key was last written: the one number of it that tells two of its states apart. */
  modRevision(index: number): bigint;
  /** The keys with `needle` in them, as indices in ascending order. */
  containing(needle: Buffer): Iterable<number>;
}
