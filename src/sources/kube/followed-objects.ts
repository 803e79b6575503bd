import type { KubeApi } from "../../transport/kube-http/client.ts";
import type { WatchEvent } from "../../transport/kube-http/watch-events.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { Backoff, pause } from "../async/clock.ts";
import { KubeRequestError } from "../../transport/kube-http/failure.ts";
import { field } from "../../text/fields.ts";
import { hedged } from "../async/hedge.ts";
import { errgroup } from "../async/channel.ts";
import { ResourceVersions, versionOf } from "./resource-versions.ts";
import { isOver, Scope } from "../async/scope.ts";

/** Some objects of one kind, and who wants to know of them. `timeout`: deadline of each request. */
export interface Followed {
  readonly api: KubeApi;
  readonly timeout: Seconds;
  readonly clock: Clock;
  /** of the list, without a query */
  readonly path: string;
  /** which of them: labelSelector or fieldSelector */
  readonly selector: Readonly<Record<string, string>>;
  /** Gets all of them, as of now: after each change, and each time that it was proved that nothing had changed. */
  readonly listed: (objects: readonly unknown[]) => void;
  readonly failed: (failure: Failure) => void;
}

/** More objects than that are no control plane's: the rest is left out. */
const MOST = 500;
/** How long nothing may come from the watch until all are listed again. */
const PROOF_INTERVAL: Seconds = 10;
/** What is refused now will be refused in a second, too. */
const FORBIDDEN_INTERVAL: Seconds = 30;
/** A watch is opened no oftener than this. */
const WATCH_INTERVAL: Seconds = 1;
/** Who wants one look has left by then, and needs no watch. */
const FIRST_WATCH: Seconds = 0.5;
/** How long a watch is asked to stay open. */
const WATCH_SECONDS = 300;

/**
 * Follows objects by a list and a watch until `signal` aborts. A watch can stay open and silent for minutes, so after
 * each 10 s without an event all are listed again; where the list knows more than the watch has told, the watch is
 * opened anew. Where no watch is to be had, that list is all.
 */
export async function followObjects(followed: Followed, signal: AbortSignal): Promise<void> {
  await new ObjectLoop(followed, signal).run();
}

class ObjectLoop {
  readonly #followed: Followed;
  readonly #signal: AbortSignal;
  readonly #picture = new ResourceVersions();
  readonly #objects = new Map<string, unknown>();
  readonly #backoff = new Backoff();
  /** where the watch goes on */
  #resourceVersion = "";
  #provedAt: Instant | undefined;
  #watching: Scope | undefined;

  constructor(followed: Followed, signal: AbortSignal) {
    this.#followed = followed;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    while (!isOver(this.#signal) && !(await this.#list(this.#signal)));
    await errgroup(this.#signal, (signal) => [this.#watchOn(signal), this.#verifyByList(signal)]);
  }

  /** Lists all; false: in vain, and it is time to try again. */
  async #list(signal: AbortSignal): Promise<boolean> {
    const { api, timeout, clock, listed, failed } = this.#followed;
    try {
      const path = this.#path({ limit: String(MOST) });
      const list = await hedged((call) => api.get(path, call), timeout, signal);
      this.#takeList(list);
      this.#provedAt = clock();
      this.#backoff.reset();
      listed([...this.#objects.values()]);
      return true;
    } catch (error) {
      if (isOver(signal)) return false;
      const failure = failureOf(error);
      this.#provedAt = undefined;
      failed(failure);
      await (failure.code === "forbidden" ? pause(FORBIDDEN_INTERVAL, signal) : this.#backoff.wait(signal));
      return false;
    }
  }

  /** What the watch told already is no older than the list. */
  #takeList(list: unknown): void {
    const items = field(list, "items");
    const version = field(field(list, "metadata"), "resourceVersion");
    if (!Array.isArray(items) || typeof version !== "string") {
      const text = `${this.#followed.api.server} returned an invalid list`;
      throw new KubeRequestError({ code: "other", text });
    }
    const objects: readonly unknown[] = items.slice(0, MOST);
    const versions = objects.map(versionOf).filter((one) => one !== undefined);
    if (this.#resourceVersion !== "" && this.#picture.includes(versions)) return;
    this.#resourceVersion = version;
    this.#picture.list(objects);
    this.#objects.clear();
    for (const object of objects) this.#keep(object);
    this.#watching?.abort();
  }

  #keep(object: unknown): void {
    const name = versionOf(object)?.name;
    if (name !== undefined) this.#objects.set(name, object);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > MOST && oldest !== undefined) this.#forget(oldest);
  }

  #forget(name: string): void {
    this.#objects.delete(name);
    this.#picture.delete(name);
  }

  /** Lists all again whenever nothing was heard for a while. */
  async #verifyByList(signal: AbortSignal): Promise<void> {
    while (!isOver(signal)) {
      const silent = this.#provedAt && secondsBetween(this.#provedAt, this.#followed.clock());
      if (silent === undefined || silent >= PROOF_INTERVAL) await this.#list(signal);
      else await pause(PROOF_INTERVAL - silent, signal);
    }
  }

  async #watchOn(signal: AbortSignal): Promise<void> {
    const { clock } = this.#followed;
    await pause(FIRST_WATCH, signal);
    while (!isOver(signal)) {
      using scope = new Scope(signal);
      this.#watching = scope;
      const openedAt = clock();
      const end = await this.#watch(scope.signal);
      if (end === "forbidden") await pause(FORBIDDEN_INTERVAL, signal);
      if (end === "list" && this.#provedAt !== undefined) await this.#list(signal);
      await pause(WATCH_INTERVAL - secondsBetween(openedAt, clock()), signal);
    }
  }

  /** One watch from its opening to its end. list: it cannot go on from where it was. */
  async #watch(signal: AbortSignal): Promise<"resume" | "list" | "forbidden"> {
    const { api, timeout } = this.#followed;
    const path = this.#path({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: String(WATCH_SECONDS),
    });
    try {
      for await (const event of await api.watch(path, { signal, timeout })) {
        if (event.type === "ERROR") return this.#gone(field(event.object, "code"));
        this.#take(event);
      }
      return "resume";
    } catch (error) {
      if (failureOf(error).code === "forbidden") return "forbidden";
      return this.#gone(error instanceof KubeRequestError ? error.status : undefined);
    }
  }

  #gone(status: unknown): "resume" | "list" {
    if (status !== 410) return "resume";
    this.#resourceVersion = "";
    return "list";
  }

  #take({ type, object }: WatchEvent): void {
    const version = versionOf(object);
    const position = field(field(object, "metadata"), "resourceVersion");
    if (typeof position === "string") this.#resourceVersion = position;
    if (type === "BOOKMARK" || version === undefined) return;
    if (type === "DELETED") this.#forget(version.name);
    else {
      this.#picture.change(version);
      this.#keep(object);
    }
    // While lists fail, what a watch still delivers may be a burst of what happened long ago: it proves nothing.
    if (this.#provedAt === undefined) return;
    this.#provedAt = this.#followed.clock();
    this.#followed.listed([...this.#objects.values()]);
  }

  #path(query: Readonly<Record<string, string>>): string {
    const { path, selector } = this.#followed;
    return `${path}?${new URLSearchParams({ ...selector, ...query }).toString()}`;
  }
}
