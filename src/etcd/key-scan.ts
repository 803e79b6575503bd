import { cleanText } from "../model/clean-text.ts";
import { failureOf } from "../model/failed.ts";
import type { Failure } from "../model/failure.ts";
import type { KeySearch } from "../model/key-search.ts";
import type { Instant, Seconds } from "../model/time.ts";
import { secondsBetween } from "../model/time.ts";
import type { EtcdApi, KeyPage } from "./api.ts";
import type { KeyBucket } from "./key-buckets.ts";
import { keyAfter, keyBuckets, splitRest } from "./key-buckets.ts";

/** What is looked for, and when enough is enough. */
export interface KeyQuery {
  /** a part of the key, letter for letter */
  readonly text: string;
  /** the search stops with this many keys found */
  readonly maxHits: number;
  /** the search stops after this many keys were looked at */
  readonly maxKeys: number;
}

/** Keys a page: small ones, one at a time, hardly disturb the member. */
const PAGE = 5000;
const PAGE_TIMEOUT: Seconds = 3;
/** Where a range holds more than this, counting it for every page costs more than cutting it. */
const TOO_MANY = 3 * PAGE;
/** Characters of a key that are shown. */
const LONGEST_KEY = 1000;
/** How often it is said how far the search has come. */
const PROGRESS: Seconds = 0.1;

/**
 * Looks for keys on one member, at the revision that it has when the search begins: how far it has come, several times
 * a second, and at the end `done`, `stopped` by a bound (`failure` says which), or `failed`. Ends without a word when
 * `signal` aborts. Never throws.
 */
export async function* scanKeys(
  api: EtcdApi,
  query: KeyQuery,
  clock: () => Instant,
  signal: AbortSignal,
): AsyncGenerator<KeySearch, void, void> {
  const scan = new Scan(api, query, clock);
  let saidAt = clock();
  try {
    for await (const found of scan.pages(signal)) {
      if (!found && secondsBetween(saidAt, clock()) < PROGRESS) continue;
      saidAt = clock();
      yield scan.report("running");
    }
    yield scan.stopped === undefined ? scan.report("done") : scan.report("stopped", scan.stopped);
  } catch (error) {
    if (!signal.aborted) yield scan.report("failed", failureOf(error));
  }
}

class Scan {
  readonly #api: EtcdApi;
  readonly #query: KeyQuery;
  readonly #needle: Buffer;
  readonly #clock: () => Instant;
  readonly #startedAt: Instant;
  readonly #hits: string[] = [];
  #matched = 0;
  #scanned = 0;
  #revision: bigint | undefined;
  #stopped: Failure | undefined;

  constructor(api: EtcdApi, query: KeyQuery, clock: () => Instant) {
    this.#api = api;
    this.#query = query;
    this.#needle = Buffer.from(query.text);
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** Set when a bound ended the search before the last key. */
  get stopped(): Failure | undefined {
    return this.#stopped;
  }

  /** Goes through the keyspace; after each page, whether something was found on it. */
  async *pages(signal: AbortSignal): AsyncGenerator<boolean, void, void> {
    const queue = [...keyBuckets()];
    for (let bucket = queue.shift(); bucket !== undefined; bucket = queue.shift()) {
      this.#stopped = this.#bound();
      if (this.#stopped !== undefined) return;
      const range = { ...bucket, limit: PAGE, revision: this.#revision };
      const page = await this.#api.keys(range, { signal, timeout: PAGE_TIMEOUT });
      this.#revision ??= page.revision;
      queue.unshift(...restOf(bucket, page));
      yield this.#look(page);
    }
  }

  report(state: KeySearch["state"], failure?: Failure): KeySearch {
    return {
      query: this.#query.text,
      member: this.#api.endpoint,
      state,
      failure,
      revision: this.#revision,
      scanned: this.#scanned,
      total: state === "done" ? this.#scanned : undefined,
      matched: this.#matched,
      hits: [...this.#hits],
      took: secondsBetween(this.#startedAt, this.#clock()),
    };
  }

  #look(page: KeyPage): boolean {
    const found = page.keys.map((key) => Buffer.from(key)).filter((key) => key.includes(this.#needle));
    const left = this.#query.maxHits - this.#hits.length;
    this.#hits.push(...found.slice(0, left).map((key) => cleanText(key.toString("utf8"), LONGEST_KEY)));
    this.#matched += found.length;
    this.#scanned += page.keys.length;
    return found.length > 0;
  }

  #bound(): Failure | undefined {
    const { maxHits, maxKeys } = this.#query;
    if (this.#matched > maxHits)
      return { code: "other", text: `more than ${maxHits} keys match: search for more of the name` };
    if (this.#scanned >= maxKeys) return { code: "other", text: `stopped after ${this.#scanned} keys` };
    return undefined;
  }
}

/** What is left of a bucket after a page of it: nothing, the rest, or the rest in parts where it holds too much. */
function restOf(bucket: KeyBucket, page: KeyPage): readonly KeyBucket[] {
  const first = page.keys[0];
  const last = page.keys.at(-1);
  if (!page.more || first === undefined || last === undefined) return [];
  const from = keyAfter(last);
  return page.count > TOO_MANY ? splitRest(first, from, bucket.to) : [{ from, to: bucket.to }];
}
