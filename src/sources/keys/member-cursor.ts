import type { EtcdApi } from "../../transport/etcd-api.ts";
import type { KeyPage } from "../../transport/etcd-api.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import type { Mark } from "../../core/keys/key.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { ScannedMember } from "./key-scan.ts";
import { LOW_RATE, KeyScan } from "./key-scan.ts";
import { orderedBuckets } from "../../transport/etcd-grpc/key-buckets.ts";
import { withBackpressure } from "./with-backpressure.ts";

/** One member's keys in their order, a page at a time. */
export class MemberCursor {
  readonly name: string;
  readonly #api: EtcdApi;
  readonly #of: { readonly revision: bigint; readonly timeout: Seconds };
  readonly #pages: AsyncGenerator<KeyPage, void, void>;
  readonly #scan: KeyScan;
  #page: KeyPage | undefined;
  #at = 0;
  #isOver = false;
  #failure: Failure | undefined;

  constructor(
    member: ScannedMember,
    of: { readonly revision: bigint; readonly timeout: Seconds; readonly clock: Clock },
    signal: AbortSignal,
  ) {
    this.name = member.name;
    this.#api = member.api;
    this.#of = of;
    // One at a time, so that they come in order.
    const one = { ...member, pace: { ...member.pace, inFlight: LOW_RATE.inFlight } };
    this.#scan = new KeyScan({ ...of, members: [one], parts: orderedBuckets() });
    this.#pages = withBackpressure(signal, (push, inner) => this.#scan.run((page) => push(page), inner));
  }

  /** Why it is not read any more. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Ranges that may not be read. */
  get denied(): number {
    return this.#scan.denied.length;
  }

  /** Whether the page is used up and there may be another one. */
  get needsPage(): boolean {
    return !this.#isOver && (this.#page === undefined || this.#at >= this.#page.size);
  }

  /** The key at which it stands; undefined: behind the last. */
  get key(): Buffer | undefined {
    return this.#page !== undefined && this.#at < this.#page.size ? this.#page.key(this.#at) : undefined;
  }

  /** Reads on until there is a key or the end; a failure is the end, too. Throws RequestError with code `compacted` only. */
  async load(signal: AbortSignal): Promise<void> {
    try {
      while (this.needsPage) {
        const { done, value } = await this.#pages.next();
        this.#page = done === true ? undefined : value;
        this.#at = 0;
        this.#isOver = done === true;
      }
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  #fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) throw error;
    const failure = failureOf(error);
    if (failure.code === "compacted") throw error;
    this.#failure = failure;
    this.#isOver = true;
    this.#page = undefined;
  }

  /** When it last wrote `key`; undefined: it lacks it. */
  modRevision(key: Buffer): bigint | undefined {
    return this.#isAt(key) ? this.#page?.modRevision(this.#at) : undefined;
  }

  /**
   * The values of keys that it has; undefined where they cannot be had: then it is not read any more. Throws RequestError with
   * code `compacted` only.
   */
  async values(
    keys: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<readonly (Uint8Array | undefined)[] | undefined> {
    if (this.#failure !== undefined) return undefined;
    const { revision, timeout } = this.#of;
    try {
      const { pairs } = await this.#api.lookUp({ keys, revision, values: true }, { signal, timeout });
      return pairs.map((pair) => pair?.value);
    } catch (error) {
      this.#fail(error, signal);
      return undefined;
    }
  }

  mark(key: Buffer): Mark {
    if (this.#failure !== undefined) return { state: "unknown", failure: this.#failure };
    if (this.#page === undefined || !this.#isAt(key)) return { state: "lacks" };
    return { state: "has", numbers: this.#page.numbers(this.#at) };
  }

  /** Goes on behind `key` if it stands there. */
  pass(key: Buffer): void {
    if (this.#isAt(key)) this.#at += 1;
  }

  async close(): Promise<void> {
    await this.#pages.return();
  }

  #isAt(key: Buffer): boolean {
    return this.key?.equals(key) === true;
  }
}
