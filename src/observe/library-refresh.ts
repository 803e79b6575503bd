import type { KeyPage } from "../etcd/key-page.ts";
import { failureOf } from "../model/failed.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import type { KeyLibrary } from "./key-library.ts";
import type { ScannedMember } from "./key-scan.ts";
import { GENTLE, KeyScan } from "./key-scan.ts";

/** Ranges whose keys are counted in one step. */
const COUNTED = 8;

/**
 * Brings keys that were read up to date, a little at a time: what was read at the revision that the member has is true;
 * of the rest some ranges are counted, those that hold another number than before are read anew, and so is the oldest one.
 */
export class LibraryRefresh {
  readonly #library: KeyLibrary;
  readonly #order: readonly ScannedMember[];
  readonly #about: { readonly timeout: Seconds; readonly clock: Clock };
  #next = 0;

  constructor(
    library: KeyLibrary,
    order: readonly ScannedMember[],
    about: { timeout: Seconds; clock: Clock },
  ) {
    this.#library = library;
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
    const [first] = this.#order;
    if (first === undefined) return false;
    const call = { signal, timeout: this.#about.timeout };
    const { revision } = await first.api.status(call);
    this.#library.confirm(revision, this.#about.clock());
    const oldest = this.#oldest();
    if (this.#library.shelves[oldest]?.revision === revision) return false;
    await this.#reread(oldest, signal);
    for (let n = 0; n < COUNTED; n += 1) {
      this.#next = (this.#next + 1) % this.#library.shelves.length;
      const shelf = this.#library.shelves[this.#next];
      if (shelf === undefined || shelf.revision === revision) continue;
      const keys = await first.api.countKeys({ ...shelf.range, revision: undefined }, call);
      if (keys !== (shelf.segment?.size ?? 0)) await this.#reread(this.#next, signal);
    }
    return true;
  }

  #oldest(): number {
    const { shelves } = this.#library;
    return shelves.reduce(
      (oldest, { readAt }, at) => (readAt.mono < (shelves[oldest]?.readAt.mono ?? Infinity) ? at : oldest),
      0,
    );
  }

  async #reread(index: number, signal: AbortSignal): Promise<void> {
    const shelf = this.#library.shelves[index];
    if (shelf === undefined) return;
    const pages: KeyPage[] = [];
    const readAt = this.#about.clock();
    const members = this.#order.map((member) => ({
      ...member,
      pace: { ...member.pace, inFlight: GENTLE.inFlight },
    }));
    const scan = new KeyScan({ ...this.#about, members, parts: [shelf.range], revision: undefined });
    await scan.run((page) => {
      if (page.size > 0) pages.push(page);
    }, signal);
    this.#library.replace(index, pages, scan.revision ?? 0n, readAt);
  }
}
