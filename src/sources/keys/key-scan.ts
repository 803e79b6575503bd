import type { EtcdApi, KeyRange } from "../../transport/etcd-api.ts";
import type { KeyBucket } from "../../transport/etcd-grpc/key-buckets.ts";
import { keyAfter, splitKind, splitRest } from "../../transport/etcd-grpc/key-buckets.ts";
import type { KeyPage } from "../../transport/etcd-api.ts";
import type { FailureCode } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { ThrottleReason } from "../../core/keys/search.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import { errgroup } from "../async/channel.ts";

/** How hard a member is asked: keys a page, and how many pages at once. */
export interface Pace {
  readonly pageSize: number;
  readonly inFlight: number;
}

/** For a follower: as fast as it can. */
export const FULL_RATE: Pace = { pageSize: 20_000, inFlight: 2 };
/** For the leader, which serves everybody: a quarter of the memory, and writers hardly notice. */
export const LOW_RATE: Pace = { pageSize: 5000, inFlight: 1 };

/**
 * A member that is scanned, and how hard. `streams`: whether it may have RangeStream (etcd 3.7); `revision`: its newest when
 * it was asked, undefined where it did not say.
 */
export interface ScannedMember {
  readonly name: string;
  readonly revision: bigint | undefined;
  readonly api: EtcdApi;
  readonly pace: Pace;
  /** why it is asked gently; undefined: it is not */
  readonly throttled: ThrottleReason | undefined;
  readonly streams: boolean;
}

/**
 * What is scanned. `members` in the order in which they are asked: where one fails the next one goes on, at the same
 * revision, and after the last the first is tried again. `parts` do not overlap; they are taken in their order.
 * `revision`: undefined is the newest of the member that answers first.
 */
export interface ScanOf {
  readonly members: readonly ScannedMember[];
  readonly parts: readonly KeyBucket[];
  readonly revision: bigint | undefined;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/**
 * Looks at one page; the scan does not run ahead of it. `part` is the index of the part that the page is of,
 * `member` who gave it.
 */
export type Visit = (page: KeyPage, from: { part: number; member: ScannedMember }) => void | Promise<void>;

/** Failures that may pass, or that another member may not have. */
const PASSING: readonly FailureCode[] = [
  "refused",
  "timeout",
  "closed",
  "unresolved",
  "unavailable",
  "behind",
  "tls",
];
/** So long nobody may answer before a scan is given up: a member that is restarted needs some seconds. */
const PATIENCE: Seconds = 10;
const AGAIN: Seconds = 0.2;

/** What is still to be read. */
interface Rest extends KeyBucket {
  readonly part: number;
}

/**
 * Reads the keys of a range, each exactly once, all at one revision. Bounded pages, because etcd counts all keys of a
 * range for each page of it; where a page shows that its range holds much more, the rest is cut. Where a member has
 * RangeStream, a part is one stream.
 */
export class KeyScan {
  readonly #of: ScanOf;
  readonly #members: ScannedMember[];
  readonly #queue: Rest[];
  readonly #denied: KeyBucket[] = [];
  readonly #streamless = new Set<EtcdApi>();
  #member = 0;
  #revision: bigint | undefined;
  #active = 0;
  #news = Promise.withResolvers<undefined>();
  #heardAt: Instant;
  #isAnswered = false;

  constructor(of: ScanOf) {
    this.#of = of;
    this.#members = [...of.members];
    this.#queue = of.parts.map((part, index) => ({ ...part, part: index }));
    this.#revision = of.revision;
    this.#heardAt = of.clock();
  }

  /** The one revision of all pages; undefined before the first. */
  get revision(): bigint | undefined {
    return this.#revision;
  }

  /** The ranges that may not be read. */
  get denied(): readonly KeyBucket[] {
    return this.#denied;
  }

  /** Whether anything could be read. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Who is asked now. */
  get member(): ScannedMember | undefined {
    return this.#members[this.#member % this.#members.length];
  }

  /** Who may go on, too, where those before fail. */
  join(members: readonly ScannedMember[]): void {
    this.#members.push(...members);
  }

  /**
   * Reads all of it. Throws RequestError: code `compacted` means that the revision is gone and the scan has to start
   * over.
   */
  async run(visit: Visit, signal: AbortSignal): Promise<void> {
    const workers = Math.max(...this.#of.members.map(({ pace }) => pace.inFlight));
    this.#heardAt = this.#of.clock();
    await errgroup(signal, (inner) =>
      Array.from({ length: workers }, (_, worker) => this.#work(worker, visit, inner)),
    );
  }

  async #work(worker: number, visit: Visit, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const mayWork = worker < (this.member?.pace.inFlight ?? 0);
      const rest = mayWork ? this.#queue.shift() : undefined;
      if (rest !== undefined) await this.#read(rest, visit, signal);
      else if (this.#active === 0 && this.#queue.length === 0) return;
      // Another worker has the rest, and may cut it.
      else await this.#news.promise;
    }
  }

  async #read(rest: Rest, visit: Visit, signal: AbortSignal): Promise<void> {
    const { member } = this;
    if (member === undefined) throw new RequestError({ code: "other", text: "no member to scan" });
    const isStreamed = member.streams && !this.#streamless.has(member.api) && this.#revision !== undefined;
    this.#active += 1;
    try {
      await (isStreamed
        ? this.#stream(member, rest, visit, signal)
        : this.#page(member, rest, visit, signal));
    } finally {
      this.#active -= 1;
      this.#tell();
    }
  }

  /** Reads one page; what is left of the range goes back to the head of the queue. */
  async #page(member: ScannedMember, rest: Rest, visit: Visit, signal: AbortSignal): Promise<void> {
    const { pageSize } = member.pace;
    let page: KeyPage;
    try {
      page = await member.api.keys(this.#rangeOf(rest, pageSize), { signal, timeout: this.#of.timeout });
    } catch (error) {
      await this.#failed(member, rest, error, signal);
      return;
    }
    this.#revision ??= page.revision;
    this.#heard();
    this.#queue.unshift(...restOf(rest, page, pageSize));
    this.#tell();
    await visit(page, { part: rest.part, member });
  }

  /** Reads all of a range; if the stream fails, the rest goes back to the head of the queue. */
  async #stream(member: ScannedMember, rest: Rest, visit: Visit, signal: AbortSignal): Promise<void> {
    let left = rest;
    let isVisiting = false;
    try {
      const range = this.#rangeOf(rest, member.pace.pageSize);
      for await (const page of member.api.streamKeys(range, { signal, timeout: this.#of.timeout })) {
        this.#heard();
        if (page.size > 0) left = { ...rest, from: keyAfter(page.key(page.size - 1)) };
        isVisiting = true;
        await visit(page, { part: rest.part, member });
        isVisiting = false;
      }
    } catch (error) {
      if (isVisiting || signal.aborted) throw error;
      if (failureOf(error).code === "unsupported") {
        this.#streamless.add(member.api);
        this.#queue.unshift(left);
      } else await this.#failed(member, left, error, signal);
    }
  }

  #tell(): void {
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers();
  }

  #heard(): void {
    this.#isAnswered = true;
    this.#heardAt = this.#of.clock();
  }

  #rangeOf({ from, to }: Rest, limit: number): KeyRange {
    return { from, to, limit, revision: this.#revision };
  }

  /** Sees to it that what could not be read is read by another, or later, or is known to be closed to us. */
  async #failed(member: ScannedMember, rest: Rest, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw error;
    const { code } = failureOf(error);
    if (code === "forbidden") {
      this.#deny(rest);
      return;
    }
    if (!PASSING.includes(code) || this.#isGivenUp()) throw error;
    this.#queue.unshift(rest);
    if (member !== this.member) return;
    this.#member += 1;
    if (this.#member % this.#members.length === 0) await pause(AGAIN, signal);
  }

  #deny(rest: Rest): void {
    const parts = splitKind(rest);
    if (parts === undefined) this.#denied.push(rest);
    else this.#queue.unshift(...parts.map((part) => ({ ...part, part: rest.part })));
  }

  #isGivenUp(): boolean {
    return secondsBetween(this.#heardAt, this.#of.clock()) > PATIENCE;
  }
}

/** What is left of a range after a page of it: nothing, the rest, or the rest in parts where it is more than three pages. */
function restOf(rest: Rest, page: KeyPage, pageSize: number): readonly Rest[] {
  if (!page.more || page.size === 0) return [];
  const from = keyAfter(page.key(page.size - 1));
  if (page.count <= 3 * pageSize) return [{ ...rest, from }];
  const parts = Math.ceil((page.count - page.size) / pageSize);
  return splitRest(page.key(0), from, rest.to, parts).map((bucket) => ({ ...bucket, part: rest.part }));
}
