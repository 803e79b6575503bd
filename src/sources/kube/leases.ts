import type { KubeApi } from "../../transport/kube-http/client.ts";
import type { WatchEvent } from "../../transport/kube-http/watch-events.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { Backoff, pause } from "../async/clock.ts";
import type { Emit } from "../async/channel.ts";
import { channel, errgroup } from "../async/channel.ts";
import { KubeRequestError } from "../../transport/kube-http/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { field } from "../../text/fields.ts";
import { hedged } from "../async/hedge.ts";
import { readLease } from "./lease-record.ts";
import { ResourceVersions, versionOf } from "./resource-versions.ts";
import { isOver, Scope } from "../async/scope.ts";

/** Whose leases are followed. `timeout`: deadline of each request. `once`: for one look, which opens no watch. */
export interface LeaseSource {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly timeout: Seconds;
  readonly clock: Clock;
  readonly once?: boolean;
}

/** How long nothing may come from the watch until the leases are asked for, and how long the watch may lag behind it. */
const PROOF_INTERVAL: Seconds = 1;
/** A refused watch is tried again after this; until then leases are listed every second. */
const FORBIDDEN_INTERVAL: Seconds = 30;
/** How long a watch is asked to stay open. */
const WATCH_SECONDS = 300;

/**
 * The leases of one namespace: a list, then what changes. A watch can stay open and silent for minutes beside a dead
 * etcd, so each second without an event the leases themselves are read, from etcd's majority (no resourceVersion); if that
 * fails, so has the source, and it is live again only when such a read, or a list, succeeds. Where no watch is to be
 * had, the leases are listed every second.
 */
export function observeLeases(source: LeaseSource, signal: AbortSignal): AsyncGenerator<Observation> {
  return channel(signal, (emit, inner) => new LeaseLoop(source, emit, inner).run());
}

/** How a watch ended: it may go on from where it was, or all must be listed again. */
type WatchEnd = "resume" | "list";

class LeaseLoop {
  readonly #source: LeaseSource;
  readonly #emit: Emit<Observation>;
  readonly #signal: AbortSignal;
  readonly #path: string;
  readonly #picture = new ResourceVersions();
  /** where the watch goes on */
  #resourceVersion = "";
  /** when something last proved that what we have is the truth */
  #provedAt: Instant;
  #failing = false;
  #watchForbiddenAt: Instant | undefined;

  constructor(source: LeaseSource, emit: Emit<Observation>, signal: AbortSignal) {
    this.#source = source;
    this.#emit = emit;
    this.#signal = signal;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(source.namespace)}/leases`;
    this.#provedAt = source.clock();
  }

  async run(): Promise<void> {
    const backoff = new Backoff();
    while (!this.#signal.aborted) {
      if (!(await this.#list())) {
        await backoff.wait(this.#signal);
        continue;
      }
      backoff.reset();
      const listedAt = this.#source.clock();
      // One look is mostly over by now; while something else is waited for, a list each second keeps them fresh.
      let end: WatchEnd = this.#source.once ? "list" : "resume";
      while (end === "resume" && !isOver(this.#signal)) end = await this.#follow();
      await pause(PROOF_INTERVAL - secondsBetween(listedAt, this.#source.clock()), this.#signal);
    }
  }

  async #list(): Promise<boolean> {
    const { api, timeout } = this.#source;
    try {
      const list = await hedged((call) => api.get(this.#path, call), timeout, this.#signal);
      const items = field(list, "items");
      const version = field(field(list, "metadata"), "resourceVersion");
      if (!Array.isArray(items) || typeof version !== "string")
        throw new KubeRequestError({
          code: "other",
          text: `${api.server} returned an invalid list of leases`,
        });
      this.#resourceVersion = version;
      this.#picture.list(items);
      const at = this.#proved();
      const leases = items.map(readLease).filter((lease) => lease !== undefined);
      this.#emit({ at, kind: "leases-listed", leases });
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** One watch from its opening to its end, with the proof of life beside it. */
  async #follow(): Promise<WatchEnd> {
    const { clock } = this.#source;
    const forbidden = this.#watchForbiddenAt;
    if (forbidden !== undefined && secondsBetween(forbidden, clock()) < FORBIDDEN_INTERVAL) return "list";
    const startedAt = clock();
    using scope = new Scope(this.#signal);
    let end: WatchEnd | undefined;
    const endWith = (how: WatchEnd): void => {
      end ??= how;
      scope.abort();
    };
    await errgroup(scope.signal, (signal) => [
      this.#watch(signal).then(endWith),
      this.#verifyByList(signal).then(endWith),
    ]);
    // A watch that ends as soon as it is open must not be opened time after time.
    const brief = secondsBetween(startedAt, clock()) < PROOF_INTERVAL;
    return brief ? "list" : (end ?? "list");
  }

  async #watch(signal: AbortSignal): Promise<WatchEnd> {
    let opened = false;
    try {
      const events = await this.#openWatch(signal);
      opened = true;
      this.#watchForbiddenAt = undefined;
      for await (const event of events) {
        if (event.type === "ERROR") return field(event.object, "code") === 410 ? "list" : "resume";
        this.#take(event);
      }
      return "resume";
    } catch (error) {
      const failure = failureOf(error);
      if (error instanceof KubeRequestError && error.status === 410) return "list";
      if (failure.code === "forbidden") this.#watchForbiddenAt = this.#source.clock();
      return opened ? "resume" : "list";
    }
  }

  /** Opens the watch where it left off; if no server was reached, once more: a balancer has others. */
  async #openWatch(signal: AbortSignal): Promise<AsyncIterable<WatchEvent>> {
    const { api, timeout } = this.#source;
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: String(WATCH_SECONDS),
    });
    const path = `${this.#path}?${query.toString()}`;
    try {
      return await api.watch(path, { signal, timeout });
    } catch (error) {
      if (isOver(signal) || !(error instanceof KubeRequestError) || error.status !== undefined) throw error;
      return api.watch(path, { signal, timeout, fresh: true });
    }
  }

  #take({ type, object }: WatchEvent): void {
    const version = versionOf(object);
    const position = field(field(object, "metadata"), "resourceVersion");
    if (typeof position === "string") this.#resourceVersion = position;
    if (type === "BOOKMARK" || version === undefined) return;
    const lease = readLease(object);
    if (lease === undefined) return;
    if (type === "DELETED") this.#picture.delete(version.name);
    else this.#picture.change(version);
    const at = this.#source.clock();
    if (!this.#failing) this.#provedAt = at;
    this.#emit({ at, kind: type === "DELETED" ? "lease-deleted" : "lease-changed", lease });
  }

  /** Reads the leases in each second in which no event came. Ends when the watch is seen to lag behind. */
  async #verifyByList(signal: AbortSignal): Promise<WatchEnd> {
    const { clock } = this.#source;
    const backoff = new Backoff();
    while (!signal.aborted) {
      const wait = PROOF_INTERVAL - secondsBetween(this.#provedAt, clock());
      if (wait > 0 && !this.#failing) {
        await pause(wait, signal);
        continue;
      }
      const wasFailing = this.#failing;
      try {
        const agrees = await this.#probe(signal);
        if (agrees()) {
          this.#emit({ at: this.#proved(), kind: "leases-alive" });
          backoff.reset();
          continue;
        }
        if (!wasFailing) await pause(PROOF_INTERVAL, signal);
        if (!agrees()) return "list";
      } catch (error) {
        if (isOver(signal)) break;
        this.#failed(error);
        await backoff.wait(signal);
      }
    }
    return "resume";
  }

  /**
   * Asks etcd's majority, through the API server, for the leases; then tells whether the watch has told as much of each
   * of them. One lease alone proves too little: it may be the one that a dead holder renews no longer.
   */
  async #probe(signal: AbortSignal): Promise<() => boolean> {
    const { api, timeout } = this.#source;
    const items = field(await hedged((call) => api.get(this.#path, call), timeout, signal), "items");
    const versions = Array.isArray(items) ? items.map(versionOf).filter((v) => v !== undefined) : [];
    return () => this.#picture.includes(versions);
  }

  #proved(): Instant {
    this.#failing = false;
    this.#provedAt = this.#source.clock();
    return this.#provedAt;
  }

  #failed(error: unknown): void {
    if (this.#signal.aborted) return;
    const failure = failureOf(error);
    this.#failing = true;
    this.#emit({ at: this.#source.clock(), kind: "leases-failed", failure });
  }
}
