import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { KeyDiffSummary, KeyDifference, Mark } from "../../core/keys/key.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import { isAnswering, scanOrder } from "./key-member.ts";
import { MemberCursor } from "./member-cursor.ts";

/**
 * Whose keys are compared. `limit`: enough differences. `values`: where the modRevisions are the same the values are read
 * and compared, too: data that was damaged on the disk keeps its modRevision.
 */
export interface DiffQuestion {
  readonly values: boolean;
  readonly members: readonly KeyMember[];
  readonly limit: number;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/** What a comparison says as it goes on; `ended` comes last. */
export type DiffMessage =
  /** the revision was compacted under it: what was found before does not count */
  | { readonly kind: "begun-again" }
  | { readonly kind: "different"; readonly key: KeyDifference }
  | { readonly kind: "ended"; readonly summary: KeyDiffSummary };

/** So often a comparison is begun. */
const TRIES = 3;
/** So many values are read at once: etcd takes 1.5 MB for one, and 64 MB is the largest answer that is taken. */
const VALUES = 32;

/**
 * Reads the keys of all members side by side, in their order and at one revision, the newest that all of them have: a page
 * of each is all that is kept. Throws RequestError where there are not two members to compare.
 */
export async function* diffKeys(
  question: DiffQuestion,
  signal: AbortSignal,
): AsyncGenerator<DiffMessage, void, void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const revision = await commonRevision(question, tries > 1, signal);
      yield* new Comparison(question, revision, signal).run();
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (failureOf(error).code !== "compacted" || tries === TRIES) throw error;
      yield { kind: "begun-again" };
    }
  }
}

class Comparison {
  readonly #question: DiffQuestion;
  readonly #revision: bigint;
  readonly #signal: AbortSignal;
  /** for each member: its keys, or why they cannot be read */
  readonly #sides: readonly (MemberCursor | Failure)[];
  /** keys at one modRevision on all members, whose values are still to be compared */
  readonly #waiting: KeyDifference[] = [];
  #compared = 0;
  #different = 0;

  constructor(question: DiffQuestion, revision: bigint, signal: AbortSignal) {
    const scanned = scanOrder(question.members);
    const about = { revision, timeout: question.timeout, clock: question.clock };
    this.#question = question;
    this.#revision = revision;
    this.#signal = signal;
    this.#sides = question.members.map(({ api, failure }) => {
      const one = scanned.find((member) => member.api === api);
      return one === undefined ? (failure ?? UNKNOWN) : new MemberCursor(one, about, signal);
    });
  }

  async *run(): AsyncGenerator<DiffMessage, void, void> {
    const sides = this.#sides.filter((side) => side instanceof MemberCursor);
    try {
      while (!this.#isEnough()) {
        for (const side of sides) if (side.needsPage) await side.load(this.#signal);
        const key = first(sides);
        if (key === undefined || sides.filter(({ failure }) => failure === undefined).length < 2) break;
        this.#compared += 1;
        const passed = Buffer.from(key);
        const found = { key: passed, marks: this.#marks(key), valuesDiffer: false };
        if (isDifferent(sides, key)) {
          // What waits stands before it.
          yield* this.#valuesThatDiffer(sides);
          if (this.#isEnough()) break;
          yield this.#news(found);
        } else if (this.#question.values) this.#waiting.push(found);
        for (const side of sides) side.pass(passed);
        if (this.#waiting.length >= VALUES) yield* this.#valuesThatDiffer(sides);
      }
      yield* this.#valuesThatDiffer(sides);
      yield { kind: "ended", summary: this.#summary(sides) };
    } finally {
      await Promise.all(sides.map((side) => side.close()));
    }
  }

  #news(key: KeyDifference): DiffMessage {
    this.#different += 1;
    return { kind: "different", key };
  }

  /** Of the keys that wait, those that have not one value on all members. */
  async *#valuesThatDiffer(sides: readonly MemberCursor[]): AsyncGenerator<DiffMessage, void, void> {
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return;
    const keys = waiting.map(({ key }) => key);
    const values = await Promise.all(sides.map((side) => side.values(keys, this.#signal)));
    for (const [index, found] of waiting.entries()) {
      if (this.#isEnough()) return;
      const [one, ...others] = values.flatMap((of) => of?.[index] ?? []);
      if (one !== undefined && others.some((other) => Buffer.compare(one, other) !== 0))
        yield this.#news({ ...found, valuesDiffer: true });
    }
  }

  #isEnough(): boolean {
    return this.#different >= this.#question.limit;
  }

  #marks(key: Buffer): readonly Mark[] {
    return this.#sides.map((side) =>
      side instanceof MemberCursor ? side.mark(key) : { state: "unknown", failure: side },
    );
  }

  #summary(sides: readonly MemberCursor[]): KeyDiffSummary {
    return {
      withValues: this.#question.values,
      revision: this.#revision,
      compared: this.#compared,
      different: this.#different,
      isLimited: this.#isEnough(),
      denied: Math.max(...sides.map(({ denied }) => denied)),
      members: this.#question.members.map(({ name }, index) => {
        const side = this.#sides[index];
        return { name, failure: side instanceof MemberCursor ? side.failure : side };
      }),
    };
  }
}

const UNKNOWN: Failure = { code: "other", text: "its status is unknown" };

/** The smallest of the keys at which the members stand. */
function first(sides: readonly MemberCursor[]): Buffer | undefined {
  let least: Buffer | undefined;
  for (const { key } of sides)
    if (key !== undefined && (least === undefined || Buffer.compare(key, least) < 0)) least = key;
  return least;
}

/** Whether one of those that are read lacks the key or has it at another modRevision. */
function isDifferent(sides: readonly MemberCursor[], key: Buffer): boolean {
  const read = sides.filter(({ failure }) => failure === undefined);
  const revision = read[0]?.modRevision(key);
  return revision === undefined || read.some((side) => side.modRevision(key) !== revision);
}

/**
 * The newest revision that all members have that answer; one that says none is read at that of the others. Throws RequestError
 * where there are not two of them.
 */
async function commonRevision(
  { members, timeout }: DiffQuestion,
  again: boolean,
  signal: AbortSignal,
): Promise<bigint> {
  const answering = members.filter(isAnswering);
  const failures: Failure[] = [];
  const revisions = answering.map(async ({ api, header }) => {
    if (!again && header !== undefined) return header.revision;
    try {
      return (await api?.header({ signal, timeout }))?.revision;
    } catch (error) {
      if (signal.aborted) throw error;
      failures.push(failureOf(error));
      return undefined;
    }
  });
  const known = (await Promise.all(revisions)).filter((revision) => revision !== undefined);
  const [least, ...more] = known.toSorted((a, b) => (a < b ? -1 : 1));
  if (least !== undefined && more.length > 0) return least;
  const failure = members.find((member) => !isAnswering(member))?.failure ?? failures[0];
  const why = failure === undefined ? "" : `: ${failure.text}`;
  throw new RequestError({
    code: failure?.code ?? "other",
    text: `fewer than two members can be compared${why}`,
  });
}
