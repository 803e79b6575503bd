import type { FoundKey } from "../../core/keys/key.ts";
import type { OpenedKey } from "../../core/keys/value.ts";
import type { KeyHit, KeySearch } from "../../core/keys/search.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { EtcdAccess } from "../etcd/access.ts";
import type { KeyMember } from "./key-member.ts";
import { scanOrder } from "./key-member.ts";
import type { ScannedMember } from "./key-scan.ts";
import { KeyScan } from "./key-scan.ts";
import { setImmediate as immediate } from "node:timers/promises";
import { keyBuckets } from "../../transport/etcd-grpc/key-buckets.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { HitMarks } from "./hit-marks.ts";
import { KeyCache, CacheRefresher, CacheSearch } from "./key-cache.ts";
import { KeyMembers } from "./key-members.ts";
import { openKey } from "./open-key.ts";
import { isOver } from "../async/scope.ts";

const TIMEOUT: Seconds = 1.5;
const PAGE_TIMEOUT: Seconds = 3;
/** How often it is said how far the reading has come, when nothing was found. */
const PROGRESS: Seconds = 0.1;
/** How often the keys are brought up to date, and the members asked again. */
const REFRESH: Seconds = 2;
/** A search gives way to everything else after so many milliseconds. */
const SLICE_MS = 8;

/** What the browser knows of the way to the keys. */
interface Reading {
  members: readonly KeyMember[];
  scanned: ScannedMember | undefined;
  state: KeySearch["state"];
  failure: KeySearch["failure"];
  total: number | undefined;
}

/**
 * The keys of one member in memory, read once and then kept up to date, and searched as their user types. `tell` gets how
 * far a search has come. It works in short slices: whatever else the process does goes on meanwhile.
 */
export class KeyBrowser {
  readonly #etcd: EtcdAccess;
  readonly #clock: Clock;
  readonly #tell: (search: KeySearch) => void;
  readonly #library = new KeyCache();
  readonly #reading: Reading = {
    members: [],
    scanned: undefined,
    state: "reading",
    failure: undefined,
    total: undefined,
  };
  #marks: HitMarks | undefined;
  #search: CacheSearch | undefined;
  #isRunning = false;
  #took: Seconds = 0;
  #saidAt: Instant;

  constructor(etcd: EtcdAccess, clock: Clock, tell: (search: KeySearch) => void) {
    this.#etcd = etcd;
    this.#clock = clock;
    this.#tell = tell;
    this.#saidAt = clock();
  }

  /** Reads all keys, and keeps them up to date until `signal` aborts. Never throws but for a mistake of ours. */
  async run(signal: AbortSignal): Promise<void> {
    while (!isOver(signal)) {
      try {
        using members = new KeyMembers(this.#etcd, TIMEOUT);
        await this.#read(await members.find(signal), signal);
      } catch (error) {
        if (isOver(signal)) return;
        const failure = failureOf(error);
        // A compacted revision is no failure: the keys are read again at once.
        if (failure.code === "compacted") continue;
        Object.assign(this.#reading, { state: "failed", failure });
        this.#say();
        await pause(REFRESH, signal);
      }
    }
  }

  /** Looks for another part of a key from now on; "" for none. */
  ask(query: string, signal: AbortSignal): void {
    this.#search = query === "" ? undefined : new CacheSearch(this.#library, query);
    this.#marks?.forget();
    this.#took = 0;
    if (this.#search === undefined) this.#say();
    else this.#goOn(signal);
  }

  /** Reads a hit with its value on every member; undefined while the members have not been asked for it. */
  async open(hit: KeyHit, signal: AbortSignal): Promise<OpenedKey | undefined> {
    const revision = this.#marks?.revision;
    if (revision === undefined) return undefined;
    const found: FoundKey = { key: hit.key, marks: hit.marks ?? [] };
    const { members } = this.#reading;
    const how = { members, revision, showSecrets: false, timeout: TIMEOUT, clock: this.#clock };
    return openKey(found, how, signal);
  }

  async #read(members: readonly KeyMember[], signal: AbortSignal): Promise<void> {
    const order = scanOrder(members);
    const [first] = order;
    this.#library.clear();
    this.#marks = new HitMarks(members, order, { timeout: TIMEOUT, clock: this.#clock });
    Object.assign(this.#reading, { members, scanned: first, state: "reading", failure: undefined });
    if (this.#search !== undefined) this.ask(this.#search.query, signal);
    this.#count(first, signal);
    const of = { members: order, parts: keyBuckets(), timeout: PAGE_TIMEOUT, clock: this.#clock };
    const scan = new KeyScan({ ...of, revision: undefined });
    await scan.run((page, { member }) => {
      this.#reading.scanned = member;
      this.#library.add(page, scan.revision ?? 0n, this.#clock());
      this.#goOn(signal);
    }, signal);
    this.#library.close(scan.revision ?? 0n, this.#clock());
    Object.assign(this.#reading, { state: "ready", total: this.#library.size });
    this.#say();
    await this.#keepUp(order, signal);
  }

  /** How many keys there are, to say how far the reading has come; not of the leader. Without it, that is not said. */
  #count(first: ScannedMember | undefined, signal: AbortSignal): void {
    if (first === undefined || first.throttled !== undefined) return;
    const all = { from: Buffer.from([0]), to: Buffer.from([0]), revision: undefined };
    first.api.countKeys(all, { signal, timeout: PAGE_TIMEOUT }).then(
      (total) => (this.#reading.total = total),
      () => undefined,
    );
  }

  async #keepUp(order: readonly ScannedMember[], signal: AbortSignal): Promise<void> {
    const refresh = new CacheRefresher(this.#library, order, { timeout: PAGE_TIMEOUT, clock: this.#clock });
    for (;;) {
      await pause(REFRESH, signal);
      signal.throwIfAborted();
      const hasChanged = await refresh.step(signal);
      this.#reading.total = this.#library.size;
      if (hasChanged) await this.#searchAnew(signal);
      if (this.#search === undefined) this.#say();
      else this.#goOn(signal, true);
    }
  }

  /** What was found stands until all is searched again. */
  async #searchAnew(signal: AbortSignal): Promise<void> {
    const before = this.#search;
    if (before === undefined) return;
    const search = new CacheSearch(this.#library, before.query);
    for (;;) {
      const from = performance.now();
      if (search.run(() => performance.now() - from < SLICE_MS)) break;
      await immediate();
      signal.throwIfAborted();
    }
    if (this.#search === before) this.#search = search;
  }

  /** Searches what was not searched yet, in slices; the hits are reported, and the members are asked for them. */
  #goOn(signal: AbortSignal, again = false): void {
    const search = this.#search;
    if (search === undefined) {
      if (secondsBetween(this.#saidAt, this.#clock()) >= PROGRESS) this.#say();
      return;
    }
    if (this.#isRunning) return;
    const before = search.matched;
    const from = performance.now();
    const isDone = search.run(() => performance.now() - from < SLICE_MS);
    this.#took += (performance.now() - from) / 1000;
    if (!isDone) this.#later(signal);
    const isDue = search.matched > before || secondsBetween(this.#saidAt, this.#clock()) >= PROGRESS;
    if (isDone || isDue) this.#say();
    if (isDone)
      this.#marks?.ask(search.hits, again, signal, () => {
        this.#say();
      });
  }

  #later(signal: AbortSignal): void {
    this.#isRunning = true;
    setImmediate(() => {
      this.#isRunning = false;
      if (!signal.aborted) this.#goOn(signal);
    });
  }

  #say(): void {
    const { members, scanned, state, failure, total } = this.#reading;
    const search = this.#search;
    this.#saidAt = this.#clock();
    const marked = this.#marks?.hits(search?.hits ?? []) ?? { hits: [], gone: 0 };
    this.#tell({
      query: search?.query ?? "",
      members: members.map(({ name }) => name),
      scanned: scanned?.name ?? "",
      throttled: scanned?.throttled,
      state,
      failure,
      revision: this.#marks?.revision,
      seen: this.#library.size,
      total,
      readAt: this.#library.readAt,
      isWhole: search?.isWhole ?? true,
      matched: Math.max(0, (search?.matched ?? 0) - marked.gone),
      hits: marked.hits,
      took: this.#took,
    });
  }
}
