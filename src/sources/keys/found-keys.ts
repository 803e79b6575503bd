import type { KeyPage } from "../../transport/etcd-api.ts";
import type { Failure } from "../../core/facts/failure.ts";
import type { FoundKey, Mark, MemberTally } from "../../core/keys/key.ts";
import { modRevisionsDiffer, tally } from "../../core/keys/key.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import { isAnswering } from "./key-member.ts";
import { KeyPresence } from "./key-presence.ts";

/** Ends a scan that has found enough. */
export class Enough extends Error {}

/** Keys on a page that was read from one member. `isNew`: which of them nobody told of before, by their marks. */
export interface PageHits {
  readonly page: KeyPage;
  readonly hits: readonly number[];
  readonly revision: bigint;
  /** index of the member that gave the page */
  readonly giver: number;
  readonly isNew?: (marks: readonly Mark[]) => boolean;
}

/** The keys that a search has found so far: each is reported once, with the marks of all members, up to a limit. */
export class FoundKeys {
  readonly #limit: number;
  readonly #withMarks: boolean;
  readonly #about: { readonly timeout: Seconds; readonly clock: Clock };
  readonly #tell: (keys: readonly FoundKey[], revision: bigint) => void;
  #taken = 0;
  #matched = 0;
  #differing = 0;
  #members: readonly KeyMember[];
  #presence: KeyPresence;
  #tally: readonly MemberTally[];

  constructor(
    about: { members: readonly KeyMember[]; limit: number; marks: boolean; timeout: Seconds; clock: Clock },
    tell: (keys: readonly FoundKey[], revision: bigint) => void,
  ) {
    this.#about = about;
    this.#limit = about.limit;
    this.#withMarks = about.marks;
    this.#tell = tell;
    this.#members = about.members;
    this.#presence = new KeyPresence(about.members, about);
    this.#tally = about.members.map(nothingFound);
  }

  /** More is known of the members, and there may be more of them: of a search without marks only. */
  settle(members: readonly KeyMember[]): void {
    this.#members = members;
    this.#presence = new KeyPresence(members, this.#about);
    this.#tally = members.map(nothingFound);
  }

  get matched(): number {
    return this.#matched;
  }

  get differing(): number {
    return this.#differing;
  }

  get isEnough(): boolean {
    return this.#matched >= this.#limit;
  }

  get tally(): readonly MemberTally[] {
    return this.#tally;
  }

  /** A member could not be asked for all that it was to be asked. */
  blame(index: number, failure: Failure): void {
    this.#tally = this.#tally.map((one, at) => (at === index ? { ...one, failure } : one));
  }

  /**
   * Asks each member for the keys, and tells of them; the members (by their index) that lack one of them. Throws Enough
   * when there are enough of them.
   */
  async add(
    { page, hits, revision, giver, isNew }: PageHits,
    signal: AbortSignal,
  ): Promise<ReadonlySet<number>> {
    const taken = hits.slice(0, this.#limit - this.#taken);
    if (taken.length === 0) return new Set();
    this.#taken += taken.length;
    const keys = taken.map((hit) => Uint8Array.from(page.key(hit)));
    const has = taken.map((hit): Mark => ({ state: "has", numbers: page.numbers(hit) }));
    const ask = this.#withMarks || isNew !== undefined;
    const marks = ask
      ? await this.#presence.marks(keys, revision, new Map([[giver, has]]), signal)
      : this.#members.map((_, index) => (index === giver ? has : []));
    const found = keys
      .map((key, at) => ({ key, marks: marks.flatMap((ofMember) => ofMember[at] ?? []) }))
      .filter((one) => isNew === undefined || isNew(one.marks));
    this.#count(found, taken.length);
    if (found.length > 0) this.#tell(found, revision);
    if (this.isEnough) throw new Enough();
    const missingOn = marks.flatMap((of, index) => (of.some(({ state }) => state === "lacks") ? index : []));
    return new Set(missingOn);
  }

  #count(found: readonly FoundKey[], taken: number): void {
    this.#taken -= taken - found.length;
    this.#matched += found.length;
    this.#differing += found.filter(modRevisionsDiffer).length;
    if (this.#withMarks) this.#tally = tally(this.#tally, found);
  }
}

function nothingFound(member: KeyMember): MemberTally {
  const failure = isAnswering(member) ? undefined : member.failure;
  return { name: member.name, has: 0, lacks: 0, unknown: 0, failure };
}
