import { needleOf, searchSegment } from "./key-index.ts";
import type { KeyCache } from "./key-library.ts";

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
