import type { EtcdCall } from "../etcd/api.ts";
import type { KeyPage } from "../etcd/key-page.ts";
import { failureOf } from "../model/failed.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import type { KeyCache } from "./key-library.ts";
import type { ScannedMember } from "./key-scan.ts";
import { LOW_RATE, KeyScan } from "./key-scan.ts";

/** Ranges whose keys are counted in one step. */
const COUNTED = 8;

/**
 * Brings keys that were read up to date, a little at a time: what was read at the revision that the member has is true;
 * of the rest some ranges are counted, those that hold another number than before are read anew, and so is the oldest one.
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

  /** One step; whether something was read anew. What fails is left for the next step: the keys grow older, and that is said. */
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
