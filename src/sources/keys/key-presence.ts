import type { LookedUp, LookUp } from "../../transport/etcd-api.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import type { Mark } from "../../core/keys/key.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import { isAnswering } from "./key-member.ts";
import { whenCaughtUp } from "./compare-counts.ts";

/** Keys a request, where many can be asked for in one: etcd takes no more (`--max-txn-ops`). */
const AT_ONCE = 128;
/** A member that failed is not asked again before this. */
const COOL_DOWN: Seconds = 1;

/**
 * Asks each member by itself whether it has a key at one revision. A member that is behind is waited for, as long as an
 * answer may take; one that fails costs its own marks, and is left alone for a second.
 */
export class KeyPresence {
  readonly #members: readonly MemberPresence[];

  constructor(members: readonly KeyMember[], about: { timeout: Seconds; clock: Clock }) {
    this.#members = members.map((member) => new MemberPresence(member, about.timeout, about.clock));
  }

  /**
   * A mark of each member for each key, members first. `known`: marks that need not be asked for, by the index of the
   * member. Throws RequestError with code `compacted` if the revision is gone.
   */
  async marks(
    keys: readonly Uint8Array[],
    revision: bigint,
    known: ReadonlyMap<number, readonly Mark[]>,
    signal: AbortSignal,
  ): Promise<readonly (readonly Mark[])[]> {
    return Promise.all(
      this.#members.map(
        async (member, index) => known.get(index) ?? (await member.marks(keys, revision, signal)),
      ),
    );
  }
}

class MemberPresence {
  readonly #member: KeyMember;
  readonly #timeout: Seconds;
  readonly #clock: Clock;
  #failed: { readonly failure: Failure; readonly at: Instant } | undefined;

  constructor(member: KeyMember, timeout: Seconds, clock: Clock) {
    this.#member = member;
    this.#timeout = timeout;
    this.#clock = clock;
    if (!isAnswering(member) && member.failure !== undefined)
      this.#failed = { failure: member.failure, at: clock() };
  }

  async marks(keys: readonly Uint8Array[], revision: bigint, signal: AbortSignal): Promise<readonly Mark[]> {
    const marks: Mark[] = [];
    const many = this.#member.api?.can.batch === false ? 1 : AT_ONCE;
    for (let at = 0; at < keys.length; at += many)
      marks.push(...(await this.#ask({ keys: keys.slice(at, at + many), revision, values: false }, signal)));
    return marks;
  }

  async #ask(wanted: LookUp, signal: AbortSignal): Promise<readonly Mark[]> {
    const closed = this.#closed();
    if (closed !== undefined) return unknown(wanted, closed);
    try {
      const { pairs } = await this.#lookUp(wanted, signal);
      this.#failed = undefined;
      return pairs.map((pair) => (pair === undefined ? { state: "lacks" } : { state: "has", numbers: pair }));
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = failureOf(error);
      if (failure.code === "compacted") throw error;
      this.#failed = { failure, at: this.#clock() };
      return unknown(wanted, failure);
    }
  }

  /** Why it is not asked now. */
  #closed(): Failure | undefined {
    const { api, failure } = this.#member;
    if (api === undefined || failure?.code === "other") return failure;
    if (this.#failed === undefined) return undefined;
    return secondsBetween(this.#failed.at, this.#clock()) < COOL_DOWN ? this.#failed.failure : undefined;
  }

  async #lookUp(wanted: LookUp, signal: AbortSignal): Promise<LookedUp> {
    const { api } = this.#member;
    if (api === undefined) throw new Error("a member without an address is not asked");
    const call = { signal, timeout: this.#timeout };
    return whenCaughtUp(() => api.lookUp(wanted, call), this.#timeout, this.#clock, signal);
  }
}

function unknown(wanted: LookUp, failure: Failure): readonly Mark[] {
  return wanted.keys.map(() => ({ state: "unknown", failure }));
}
