import type { KeyBucket } from "../etcd/key-buckets.ts";
import type { KeyPage } from "../etcd/key-page.ts";
import type { Instant } from "../model/time.ts";
import type { KeySegment } from "./key-index.ts";
import { packKeys } from "./key-index.ts";

/** A range of the keyspace and the keys that were read there. */
export interface CachedRange {
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
