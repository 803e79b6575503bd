import type { KubeApi } from "../../transport/kube-http/client.ts";
import type { WatchEvent } from "../../transport/kube-http/watch-events.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { Backoff, pause } from "../async/clock.ts";
import { errgroup } from "../async/channel.ts";
import { hedged } from "../async/hedge.ts";
import { isOver, Scope } from "../async/scope.ts";
import { KubeRequestError } from "../../transport/kube-http/failure.ts";
import { field } from "../../text/fields.ts";
import { KnownObjects, resourceVersionOf } from "./known-objects.ts";

/** The API server that is asked. `timeout`: deadline of each request. */
export interface KubeSource {
  readonly api: KubeApi;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/** Objects of one kind, how closely they are followed, and what is done with what becomes known of them. */
export interface ListWatch extends KubeSource {
  /** of the list, without a query */
  readonly path: string;
  /** labelSelector or fieldSelector */
  readonly selector?: Readonly<Record<string, string>>;
  /** names the answer in a failure, as in "an invalid list of leases" */
  readonly answer: string;
  /** most objects that are followed, the rest is left out; undefined: all */
  readonly limit?: number;
  /** how long the watch may be silent until all are listed as proof; without a watch, from one list to the next */
  readonly proofInterval: Seconds;
  /** how long the watch may lag behind such a list */
  readonly lag: Seconds;
  /** how long after the first list the watch is opened; Infinity: never */
  readonly watchAfter: Seconds;
  /** what follows a watch that was not opened or ended at once: a list, or after 1 s the next watch */
  readonly afterBadWatch: Next;
  /** how long after a list that was forbidden the next one is tried; undefined: like any other failure */
  readonly forbiddenInterval?: Seconds;
  /** All objects, as of now. */
  readonly listed: (objects: readonly unknown[]) => void;
  /** A list failed: what was known may be out of date until `listed` or `proved`. */
  readonly failed: (failure: Failure) => void;
  /** From the watch; also while lists fail. undefined: `listed` gets all objects instead, but not while lists fail. */
  readonly changed?: (object: unknown, isDeleted: boolean) => void;
  /** A list agreed with what the watch has reported; undefined: `listed` gets all objects instead. */
  readonly proved?: () => void;
}

/** How it goes on after a watch: it is opened again where it was, or all are listed again. */
type Next = "resume" | "list";

/** Neither a list nor a watch follows the one before it sooner. */
const SPACING: Seconds = 1;
/** A watch that was forbidden is tried again after this. */
const FORBIDDEN_WATCH_INTERVAL: Seconds = 30;
/** How long a watch is asked to stay open. */
const WATCH_SECONDS = 300;

/**
 * Follows objects by a list and a watch until `signal` aborts. A watch can stay open and silent for minutes beside a dead
 * etcd, so after each `proofInterval` without an event all are listed as proof, from etcd's majority (no
 * resourceVersion). If that fails, so has the source, and it is live again only when such a list succeeds. Where the
 * list shows more than the watch has reported, all begins again. Without a watch, a list in each interval is all.
 */
export async function listWatch(of: ListWatch, signal: AbortSignal): Promise<void> {
  await new ListWatchLoop(of, signal).run();
}

class ListWatchLoop {
  readonly #of: ListWatch;
  readonly #signal: AbortSignal;
  readonly #backoff = new Backoff();
  #known = new KnownObjects([]);
  /** where the watch goes on */
  #resourceVersion = "";
  /** when something last proved that what is known is the truth; undefined: lists fail */
  #provedAt: Instant | undefined;
  /** since when, and for how long, no watch is opened */
  #idle: { readonly since: Instant; readonly lasts: Seconds } | undefined;

  constructor(of: ListWatch, signal: AbortSignal) {
    this.#of = of;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    while (!isOver(this.#signal)) {
      const list = await this.#list(this.#signal);
      if (list === undefined) continue;
      this.#resourceVersion = list.resourceVersion;
      this.#known = list.known;
      const listedAt = this.#markProved();
      this.#idle ??= { since: listedAt, lasts: this.#of.watchAfter };
      this.#of.listed(this.#known.all());
      await this.#follow();
      await pause(SPACING - this.#since(listedAt), this.#signal);
    }
  }

  /** Goes on until all are to be listed again: by the watch or, while none may be opened, until that is due. */
  async #follow(): Promise<void> {
    while (!isOver(this.#signal)) {
      const idle = this.#idle === undefined ? 0 : this.#idle.lasts - this.#since(this.#idle.since);
      if (idle > 0) {
        const due = this.#proofDue();
        await pause(Math.min(idle, due), this.#signal);
        if (due < idle) return;
      } else if ((await this.#watchAndProve()) === "list") return;
    }
  }

  /** One watch, and the proof beside it: the first that ends ends both. */
  async #watchAndProve(): Promise<Next> {
    using scope = new Scope(this.#signal);
    let first: Next | undefined;
    const end = (next: Next): void => {
      first ??= next;
      scope.abort();
    };
    await errgroup(scope.signal, (signal) => [
      this.#watch(signal).then(end),
      this.#proveEachInterval(signal).then(end),
    ]);
    return first ?? "list";
  }

  async #watch(signal: AbortSignal): Promise<Next> {
    const { clock, afterBadWatch } = this.#of;
    const openedAt = clock();
    let isOpen = false;
    try {
      const events = await this.#openWatch(signal);
      isOpen = true;
      for await (const { type, object } of events) {
        if (type === "ERROR" && field(object, "code") === 410) return "list";
        if (type === "ERROR") break;
        this.#take(type, object);
      }
    } catch (error) {
      const { code } = failureOf(error);
      if (error instanceof KubeRequestError && error.status === 410) return "list";
      if (code === "forbidden") {
        this.#idle = { since: clock(), lasts: FORBIDDEN_WATCH_INTERVAL };
        return afterBadWatch;
      }
    }
    if (isOpen && this.#since(openedAt) >= SPACING) return "resume";
    // A watch that ends as soon as it is open must not be opened time after time.
    if (afterBadWatch === "resume") this.#idle = { since: openedAt, lasts: SPACING };
    return afterBadWatch;
  }

  /** Opens the watch where it left off; if no server was reached, once more: a balancer has others. */
  async #openWatch(signal: AbortSignal): Promise<AsyncIterable<WatchEvent>> {
    const { api, timeout } = this.#of;
    const path = this.#path({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: String(WATCH_SECONDS),
    });
    try {
      return await api.watch(path, { signal, timeout });
    } catch (error) {
      if (isOver(signal) || !(error instanceof KubeRequestError) || error.status !== undefined) throw error;
      return api.watch(path, { signal, timeout, fresh: true });
    }
  }

  #take(type: string, object: unknown): void {
    this.#resourceVersion = resourceVersionOf(object) ?? this.#resourceVersion;
    const isDeleted = type === "DELETED";
    if (type === "BOOKMARK" || !this.#known.take(object, isDeleted)) return;
    // While lists fail, what a watch still delivers may be a burst of what happened long ago: it proves nothing.
    const isLive = this.#provedAt !== undefined;
    if (isLive) this.#provedAt = this.#of.clock();
    const { changed, listed } = this.#of;
    if (changed !== undefined) changed(object, isDeleted);
    else if (isLive) listed(this.#known.all());
  }

  /** Ends when the watch is seen to lag behind. */
  async #proveEachInterval(signal: AbortSignal): Promise<Next> {
    while (!isOver(signal)) {
      const due = this.#proofDue();
      if (due > 0) await pause(due, signal);
      else if (await this.#lagsBehind(signal)) return "list";
    }
    return "resume";
  }

  /**
   * Asks for all objects and compares: has the watch reported as much of each? One object alone proves too little: it may
   * be the lease that a dead holder no longer renews.
   */
  async #lagsBehind(signal: AbortSignal): Promise<boolean> {
    const { lag, proved, listed } = this.#of;
    const wasFailing = this.#provedAt === undefined;
    const list = await this.#list(signal);
    if (list === undefined) return false;
    if (!this.#known.includes(list.known)) {
      if (!wasFailing) await pause(lag, signal);
      return !this.#known.includes(list.known);
    }
    this.#markProved();
    // What the watch has reported is no older than the list.
    if (proved !== undefined) proved();
    else listed(this.#known.all());
    return false;
  }

  /** All objects; undefined: that failed, was reported, and it is time to ask again. */
  async #list(signal: AbortSignal): Promise<ReturnType<typeof readList> | undefined> {
    const { api, timeout, limit, failed, forbiddenInterval } = this.#of;
    const path = this.#path(limit === undefined ? {} : { limit: String(limit) });
    try {
      return readList(await hedged((call) => api.get(path, call), timeout, signal), this.#of);
    } catch (error) {
      if (isOver(signal)) return undefined;
      const failure = failureOf(error);
      this.#provedAt = undefined;
      failed(failure);
      const isDenied = failure.code === "forbidden" && forbiddenInterval !== undefined;
      await (isDenied ? pause(forbiddenInterval, signal) : this.#backoff.wait(signal));
      return undefined;
    }
  }

  #markProved(): Instant {
    this.#backoff.reset();
    this.#provedAt = this.#of.clock();
    return this.#provedAt;
  }

  /** Seconds until all objects are to be listed, as proof or for want of a watch. */
  #proofDue(): Seconds {
    return this.#provedAt === undefined ? 0 : this.#of.proofInterval - this.#since(this.#provedAt);
  }

  #since(then: Instant): Seconds {
    return secondsBetween(then, this.#of.clock());
  }

  #path(query: Readonly<Record<string, string>>): string {
    const { path, selector } = this.#of;
    const search = new URLSearchParams({ ...selector, ...query }).toString();
    return search === "" ? path : `${path}?${search}`;
  }
}

function readList(
  list: unknown,
  { api, answer, limit }: ListWatch,
): { readonly known: KnownObjects; readonly resourceVersion: string } {
  const items = field(list, "items");
  const resourceVersion = resourceVersionOf(list);
  if (Array.isArray(items) && resourceVersion !== undefined)
    return { known: new KnownObjects(items, limit), resourceVersion };
  const text = `${api.server} returned an invalid ${answer}`;
  throw new KubeRequestError({ code: "other", text });
}
