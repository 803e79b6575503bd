import type { KeyBucket } from "../../transport/etcd-grpc/key-buckets.ts";
import type { KeyPage } from "../../transport/etcd-api.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import type { KeySegment } from "./key-index.ts";
import { packKeys, needleOf, searchSegment } from "./key-index.ts";
import type { EtcdCall } from "../../transport/etcd-api.ts";
import type { Clock } from "../async/clock.ts";
import type { ScannedMember } from "./key-scan.ts";
import { LOW_RATE, KeyScan } from "./key-scan.ts";
import { failureOf } from "../../core/facts/failure.ts";

/** A range of the keyspace and the keys that were read there. */
interface CachedRange {
  readonly range: KeyBucket;
  readonly segment: KeySegment | undefined;
  /** the revision at which it was read */
  readonly revision: bigint;
  /** when it was read, or was last known to be true */
  readonly readAt: Instant;
}

const ZERO = Buffer.from([0]);

/** All keys that were read, packed, in the order in which they are searched. */
export class KeyCache {
  #shelves: CachedRange[] = [];
  #size = 0;

  /** How many keys there are. */
  get size(): number {
    return this.#size;
  }

  get ranges(): readonly CachedRange[] {
    return this.#shelves;
  }

  /** Puts a page behind what is there; until `close` its range is not known. */
  add(page: KeyPage, revision: bigint, readAt: Instant): void {
    const segment = packKeys(page);
    if (segment === undefined) return;
    this.#size += segment.size;
    this.#shelves.push({ range: { from: segment.first, to: ZERO }, segment, revision, readAt });
  }

  /** Everything was read: each range goes on to where the next one begins, and the first one begins with the first key. */
  close(revision: bigint, readAt: Instant): void {
    const range = { from: ZERO, to: ZERO };
    if (this.#shelves.length === 0) this.#shelves.push({ range, segment: undefined, revision, readAt });
    const ordered = this.#shelves.toSorted((a, b) => Buffer.compare(a.range.from, b.range.from));
    const ranges = new Map(
      ordered.map((range, index) => [
        range,
        {
          from: index === 0 ? ZERO : range.range.from,
          to: ordered[index + 1]?.range.from ?? ZERO,
        },
      ]),
    );
    this.#shelves = this.#shelves.map((range) => ({ ...range, range: ranges.get(range) ?? range.range }));
  }

  /** Puts what was read of a range in the place of what was there. */
  replace(index: number, pages: readonly KeyPage[], revision: bigint, readAt: Instant): void {
    const before = this.#shelves[index];
    if (before === undefined) return;
    const segments = pages.flatMap((page) => packKeys(page) ?? []);
    const { from, to } = before.range;
    const ranges = segments.map((segment, at) => ({
      range: { from: at === 0 ? from : segment.first, to: segments[at + 1]?.first ?? to },
      segment,
      revision,
      readAt,
    }));
    const empty = [{ range: before.range, segment: undefined, revision, readAt }];
    this.#shelves.splice(index, 1, ...(ranges.length > 0 ? ranges : empty));
    this.#size += segments.reduce((sum, { size }) => sum + size, 0) - (before.segment?.size ?? 0);
  }

  /** The member is at this revision: what was read at it is true now. */
  confirm(revision: bigint, readAt: Instant): void {
    this.#shelves = this.#shelves.map((range) =>
      range.revision === revision ? { ...range, readAt } : range,
    );
  }

  clear(): void {
    this.#shelves = [];
    this.#size = 0;
  }

  /** When the oldest of it was read. */
  get readAt(): Instant | undefined {
    return this.#shelves.reduce<Instant | undefined>(
      (oldest, { readAt }) => (oldest === undefined || readAt.mono < oldest.mono ? readAt : oldest),
      undefined,
    );
  }
}

/** How many hits are kept, for showing. */
const MOST_HITS = 200;

/** A search over the keys of a library that may still grow: it goes on where it stopped. */
export class CacheSearch {
  readonly query: string;
  readonly #library: KeyCache;
  readonly #needle;
  readonly #hits: string[] = [];
  #next = 0;
  #matched = 0;

  constructor(cache: KeyCache, query: string) {
    this.query = query;
    this.#library = cache;
    this.#needle = needleOf(query);
  }

  get matched(): number {
    return this.#matched;
  }

  /** Whether all that is there was searched. */
  get isWhole(): boolean {
    return this.#next >= this.#library.ranges.length;
  }

  /** The first keys that match, one character a byte. */
  get hits(): readonly string[] {
    return this.#hits;
  }

  /** Searches on while `goOn` says so; true: all that is there was searched. */
  run(goOn: () => boolean): boolean {
    const { ranges } = this.#library;
    while (this.#next < ranges.length) {
      const segment = ranges[this.#next++]?.segment;
      if (segment !== undefined)
        this.#matched += searchSegment(segment, this.#needle, (key) => this.#keep(key));
      if (!goOn()) return this.#next >= ranges.length;
    }
    return true;
  }

  #keep(key: string): boolean {
    if (this.#hits.length < MOST_HITS) this.#hits.push(key);
    return this.#hits.length < MOST_HITS;
  }
}

/** Ranges whose keys are counted in one step. */
const COUNTED = 8;

/**
 * Brings keys that were read up to date, a little at a time: what was read at the revision that the member has is true;
 * of the rest some ranges are counted, those with another number than before are read again, and so is the oldest one.
 */
export class CacheRefresher {
  readonly #library: KeyCache;
  readonly #order: readonly ScannedMember[];
  readonly #about: { readonly timeout: Seconds; readonly clock: Clock };
  #next = 0;

  constructor(cache: KeyCache, order: readonly ScannedMember[], about: { timeout: Seconds; clock: Clock }) {
    this.#library = cache;
    this.#order = order;
    this.#about = about;
  }

  /**
   * One step; whether something was read again. What fails is left for the next step: the keys grow older, and that is
   * said.
   */
  async step(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#step(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      failureOf(error);
      return false;
    }
  }

  async #step(signal: AbortSignal): Promise<boolean> {
    const call = { signal, timeout: this.#about.timeout };
    const current = await this.#current(call);
    if (current === undefined) return false;
    const { member: first, revision } = current;
    this.#library.confirm(revision, this.#about.clock());
    const oldest = this.#oldest();
    if (this.#library.ranges[oldest]?.revision === revision) return false;
    await this.#reread(oldest, first, signal);
    for (let n = 0; n < COUNTED; n += 1) {
      this.#next = (this.#next + 1) % this.#library.ranges.length;
      const range = this.#library.ranges[this.#next];
      if (range === undefined || range.revision === revision) continue;
      const keys = await first.api.countKeys({ ...range.range, revision: undefined }, call);
      if (keys !== (range.segment?.size ?? 0)) await this.#reread(this.#next, first, signal);
    }
    return true;
  }

  /** The first member that answers and has come as far as what was read; what one that is behind has would be older. */
  async #current(call: EtcdCall): Promise<{ member: ScannedMember; revision: bigint } | undefined> {
    const newest = this.#library.ranges.reduce(
      (top, range) => (range.revision > top ? range.revision : top),
      0n,
    );
    for (const member of this.#order) {
      try {
        const { revision } = await member.api.header(call);
        if (revision >= newest) return { member, revision };
      } catch (error) {
        if (call.signal.aborted) throw error;
        // The next one may answer.
        failureOf(error);
      }
    }
    return undefined;
  }

  #oldest(): number {
    const { ranges } = this.#library;
    return ranges.reduce(
      (oldest, { readAt }, at) => (readAt.mono < (ranges[oldest]?.readAt.mono ?? Infinity) ? at : oldest),
      0,
    );
  }

  async #reread(index: number, first: ScannedMember, signal: AbortSignal): Promise<void> {
    const range = this.#library.ranges[index];
    if (range === undefined) return;
    const pages: KeyPage[] = [];
    const readAt = this.#about.clock();
    const members = [first, ...this.#order.filter((one) => one !== first)].map((member) => ({
      ...member,
      pace: { ...member.pace, inFlight: LOW_RATE.inFlight },
    }));
    const scan = new KeyScan({ ...this.#about, members, parts: [range.range], revision: undefined });
    await scan.run((page) => {
      if (page.size > 0) pages.push(page);
    }, signal);
    this.#library.replace(index, pages, scan.revision ?? 0n, readAt);
  }
}
