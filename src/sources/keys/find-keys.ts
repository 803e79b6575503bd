import type { KeyBucket } from "../../transport/etcd-grpc/key-buckets.ts";
import { keyBuckets, within } from "../../transport/etcd-grpc/key-buckets.ts";
import type { KeyPage } from "../../transport/etcd-api.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { FoundKey, KeySummary } from "../../core/keys/key.ts";
import type { KeyPattern, ThrottleReason } from "../../core/keys/search.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import { isSettled, NoMember, scanOrder, settleMembers } from "./key-member.ts";
import type { ScannedMember } from "./key-scan.ts";
import { KeyScan } from "./key-scan.ts";
import type { Emit } from "../async/channel.ts";
import { channel } from "../async/channel.ts";
import type { Select } from "./select-keys.ts";
import { rangeOf } from "./select-keys.ts";
import { compareCounts } from "./compare-counts.ts";
import { Enough, FoundKeys } from "./found-keys.ts";

/**
 * The search, and its members. `limit`: enough keys; `marks`: whether each member is asked for each key. `settled`: the
 * members once each has said who it is, for a search without marks, which need not wait for that.
 */
export interface KeyQuestion {
  readonly pattern: KeyPattern;
  /** what matches the pattern */
  readonly select: Select;
  readonly members: readonly KeyMember[];
  readonly settled?: (() => Promise<readonly KeyMember[]>) | undefined;
  readonly limit: number;
  readonly marks: boolean;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/** What a search says as it goes on; `ended` comes last. */
export type KeyMessage =
  /** the revision was compacted under it: what was found before does not count */
  | { readonly kind: "begun-again" }
  /** who is scanned from now on, and why gently */
  | { readonly kind: "scanning"; readonly member: string; readonly throttled: ThrottleReason | undefined }
  | { readonly kind: "found"; readonly keys: readonly FoundKey[]; readonly revision: bigint }
  | { readonly kind: "ended"; readonly summary: KeySummary };

/** No key that was asked for may be read; `summary`: what that comes to. */
export class AllDenied extends RequestError {
  readonly summary: KeySummary;

  constructor(failure: Failure, summary: KeySummary) {
    super(failure);
    this.summary = summary;
  }
}

/** A page of keys may take longer than other answers: a member that is busy is not given up for the leader. */
const PAGE_TIMEOUT: Seconds = 3;
/** So often a search is begun. */
const TRIES = 3;

/**
 * Looks for keys on one member and asks every other one for each that is found. Members that hold another number of keys
 * in a part of the keyspace, or as many although they lack some, are scanned there, too: what only they have is found as
 * well. Throws RequestError; NoMember, if there is none to be asked; AllDenied, if none may be read.
 */
export function findKeys(question: KeyQuestion, signal: AbortSignal): AsyncGenerator<KeyMessage, void, void> {
  return channel(signal, async (emit, inner) => {
    for (let tries = 1; ; tries += 1) {
      try {
        await new Search(question, emit).run(tries > 1, inner);
        return;
      } catch (error) {
        if (inner.aborted) return;
        if (failureOf(error).code !== "compacted" || tries === TRIES) throw error;
        emit({ kind: "begun-again" });
      }
    }
  });
}

/** A part of the keyspace, and what the first scan saw of it. */
interface Part {
  readonly range: KeyBucket;
  keys: number;
  /** the members that it was read from, by their index */
  readonly readFrom: Set<number>;
  /** the members that lack a key that was found there */
  readonly missingOn: Set<number>;
}

/** What the members that were not searched hold, by their names: see KeySummary. */
type Elsewhere = Pick<KeySummary, "countMismatch" | "counted">;

/** One search at one revision. */
class Search {
  readonly #question: KeyQuestion;
  readonly #emit: Emit<KeyMessage>;
  readonly #parts: readonly Part[];
  readonly #found: FoundKeys;
  readonly #timeout: Seconds;
  #members: readonly KeyMember[];
  #gone: ReadonlySet<number> = new Set();
  #scanned: ScannedMember | undefined;
  #seen = 0;

  constructor(question: KeyQuestion, emit: Emit<KeyMessage>) {
    const asked = rangeOf(question.pattern);
    const ranges = keyBuckets().flatMap((bucket) => within(bucket, asked) ?? []);
    this.#question = question;
    this.#members = question.members;
    this.#timeout = Math.max(PAGE_TIMEOUT, question.timeout);
    this.#emit = emit;
    this.#parts = ranges.map((range) => ({ range, keys: 0, readFrom: new Set(), missingOn: new Set() }));
    this.#found = new FoundKeys(question, (keys, revision) => {
      emit({ kind: "found", keys, revision });
    });
  }

  async run(again: boolean, signal: AbortSignal): Promise<void> {
    if (scanOrder(this.#members).length === 0) await this.#settle();
    const members = scanOrder(this.#members);
    const [first] = members;
    if (first === undefined) throw new NoMember(this.#members);
    const parts = this.#parts.map(({ range }) => range);
    // What was newest when the members were found may be compacted by now.
    const scan = new KeyScan({
      members,
      parts,
      timeout: this.#timeout,
      clock: this.#question.clock,
      revision: again ? undefined : first.revision,
    });
    let otherMembers: Elsewhere = { countMismatch: [], counted: [] };
    const scanning = scan.run((page, from) => this.#visit(scan, page, from, signal), signal);
    // No hit waits for who the others are, the end does.
    const settling = this.#settle(scan);
    try {
      await Promise.all([scanning, settling]);
      if (!scan.isAnswered && scan.denied.length > 0) throw this.#allDenied(scan, first);
      otherMembers = await this.#lookElsewhere(scan, scanOrder(this.#here()), signal);
    } catch (error) {
      if (!(error instanceof Enough)) throw error;
    }
    await settling;
    this.#emit({ kind: "ended", summary: this.#summary(scan, otherMembers) });
  }

  /** Waits until each member has said who it is, or cannot any more. */
  async #settle(scan?: KeyScan): Promise<void> {
    const { settled } = this.#question;
    if (settled === undefined || this.#members.every(isSettled)) return;
    const before = this.#members;
    const { members, gone } = settleMembers(before, await settled());
    this.#members = members;
    this.#gone = gone;
    this.#found.settle(members);
    scan?.join(scanOrder(members.filter((member) => !before.includes(member))));
  }

  /** The members without addresses that turned out to be another's, or nobody's. */
  #here(): readonly KeyMember[] {
    return this.#members.filter((_, index) => !this.#gone.has(index));
  }

  async #visit(
    scan: KeyScan,
    page: KeyPage,
    { part: index, member }: { part: number; member: ScannedMember },
    signal: AbortSignal,
  ): Promise<void> {
    this.#say(member);
    const giver = this.#indexOf(member);
    const part = this.#parts[index];
    if (part !== undefined) part.keys += page.size;
    part?.readFrom.add(giver);
    this.#seen += page.size;
    const { revision } = scan;
    if (revision === undefined) return;
    const missingOn = await this.#found.add(
      { page, hits: this.#question.select(page), revision, giver },
      signal,
    );
    for (const lacker of missingOn) part?.missingOn.add(lacker);
  }

  /** Scans members where they hold other keys than were seen. */
  async #lookElsewhere(
    { revision }: KeyScan,
    members: readonly ScannedMember[],
    signal: AbortSignal,
  ): Promise<Elsewhere> {
    if (revision === undefined) return { countMismatch: [], counted: [] };
    const others = members.filter((member) => this.#parts.some((part) => !this.#gave(member, part)));
    const compared = await Promise.all(
      others.map(async (member) => ({
        member,
        outcome: await compareCounts(member, this.#parts, revision, this.#question, signal),
      })),
    );
    const [countMismatch, counted]: [string[], string[]] = [[], []];
    for (const { member, outcome } of compared) {
      const index = this.#indexOf(member);
      if ("failure" in outcome) {
        this.#found.blame(index, outcome.failure);
        continue;
      }
      // Who holds as many keys as were seen, and lacks one of them, has one that was not seen.
      const other = this.#parts.flatMap(({ missingOn }, at) => (missingOn.has(index) ? at : []));
      const parts = [...new Set([...outcome.countMismatch, ...other])];
      (parts.length > 0 ? countMismatch : counted).push(member.name);
      if (parts.length > 0) await this.#scanAlso(member, parts, revision, signal);
    }
    return { countMismatch, counted };
  }

  /** Finds what a member has that none of those has from which these parts were read before. */
  async #scanAlso(
    member: ScannedMember,
    countMismatch: readonly number[],
    revision: bigint,
    signal: AbortSignal,
  ): Promise<void> {
    const parts = countMismatch.flatMap((index) => this.#parts[index] ?? []);
    const ranges = parts.map(({ range }) => range);
    const giver = this.#indexOf(member);
    const { clock } = this.#question;
    const of = { members: [member], parts: ranges, revision, timeout: this.#timeout, clock };
    const scan = new KeyScan(of);
    await scan.run(async (page, { part: index }) => {
      const before = parts[index]?.readFrom ?? new Set();
      await this.#found.add(
        {
          page,
          hits: this.#question.select(page),
          revision,
          giver,
          isNew: (marks) => ![...before].some((one) => marks[one]?.state === "has"),
        },
        signal,
      );
    }, signal);
    for (const part of parts) part.readFrom.add(giver);
  }

  #summary(scan: KeyScan, otherMembers: Elsewhere): KeySummary {
    const members = this.#here();
    const readFrom = new Set(this.#parts.flatMap((part) => [...part.readFrom]));
    const searched = this.#members.flatMap(({ name }, index) => (readFrom.has(index) ? name : []));
    const among = (names: readonly string[], but: readonly string[]): readonly string[] =>
      members.flatMap(({ name }) => (names.includes(name) && !but.includes(name) ? name : []));
    return {
      revision: scan.revision,
      matched: this.#found.matched,
      seen: this.#seen,
      isLimited: this.#found.isEnough,
      differing: this.#found.differing,
      denied: scan.denied.length,
      members: this.#found.tally.filter((_, index) => !this.#gone.has(index)),
      searched: among(searched, otherMembers.countMismatch),
      countMismatch: otherMembers.countMismatch,
      counted: among(otherMembers.counted, searched),
    };
  }

  #allDenied(scan: KeyScan, asked: ScannedMember): AllDenied {
    const text = `${asked.api.endpoint}: permission denied on all requested keys`;
    const failure: Failure = { code: "forbidden", text };
    this.#found.blame(this.#indexOf(asked), failure);
    const summary = this.#summary(scan, { countMismatch: [], counted: [] });
    return new AllDenied(failure, { ...summary, revision: undefined });
  }

  #say(member: ScannedMember): void {
    if (member === this.#scanned) return;
    this.#scanned = member;
    this.#emit({ kind: "scanning", member: member.name, throttled: member.throttled });
  }

  #gave(member: ScannedMember, part: Part): boolean {
    return part.readFrom.size === 1 && part.readFrom.has(this.#indexOf(member));
  }

  #indexOf({ api }: ScannedMember): number {
    return this.#members.findIndex((member) => member.api === api);
  }
}
