import type { Mark } from "../../core/keys/key.ts";
import { modRevisionsDiffer } from "../../core/keys/key.ts";
import type { KeyHit } from "../../core/keys/search.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import type { ScannedMember } from "./key-scan.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { keyText } from "../../text/escape.ts";
import { KeyPresence } from "./key-presence.ts";

/** Hits for which members are asked: more are not seen at once. One request a member. */
const MOST = 100;
/** So long nobody must have typed before members are asked. */
const SETTLED: Seconds = 0.1;

/** Which members have the keys that are shown, all at one revision: the newest of the first member that answers. */
export class HitMarks {
  readonly #members: readonly KeyMember[];
  readonly #order: readonly ScannedMember[];
  readonly #about: { readonly timeout: Seconds; readonly clock: Clock };
  readonly #presence: KeyPresence;
  #known = new Map<string, readonly Mark[]>();
  #asked = "";
  #generation = 0;
  #revision: bigint | undefined;

  constructor(
    members: readonly KeyMember[],
    order: readonly ScannedMember[],
    about: { timeout: Seconds; clock: Clock },
  ) {
    this.#members = members;
    this.#order = order;
    this.#about = about;
    this.#presence = new KeyPresence(members, about);
  }

  /** At which the marks hold; undefined: there are none. */
  get revision(): bigint | undefined {
    return this.#revision;
  }

  /** Another query: what is known belongs to keys that are shown no more. */
  forget(): void {
    this.#generation += 1;
    this.#asked = "";
    this.#known = new Map();
    this.#revision = undefined;
  }

  /** Asks all members for the first of these keys, once the person stops typing; `again`: although it was asked before. */
  ask(keys: readonly string[], again: boolean, signal: AbortSignal, done: () => void): void {
    const wanted = keys.slice(0, MOST);
    const id = wanted.join("\n");
    if (wanted.length === 0 || (id === this.#asked && !again)) return;
    this.#asked = id;
    const generation = (this.#generation += 1);
    this.#askSoon(wanted, generation, signal).then(
      (isCurrent) => {
        if (isCurrent) done();
      },
      (error: unknown) => {
        // Nobody answers, or the revision is gone: the keys keep the marks that they have, and are asked for again.
        if (!signal.aborted) failureOf(error);
        this.#asked = "";
      },
    );
  }

  /** The keys with their marks, those first that not every member has. `gone`: those that no member has any more. */
  hits(keys: readonly string[]): { readonly hits: readonly KeyHit[]; readonly gone: number } {
    const all = keys.map((latin1): KeyHit => {
      const key = Buffer.from(latin1, "latin1");
      return { key, text: keyText(key), marks: this.#known.get(latin1) };
    });
    const hits = all.filter(({ marks }) => !isGone(marks));
    return { hits: hits.toSorted((a, b) => trouble(b) - trouble(a)), gone: all.length - hits.length };
  }

  async #askSoon(wanted: readonly string[], generation: number, signal: AbortSignal): Promise<boolean> {
    await pause(SETTLED, signal);
    if (generation !== this.#generation || signal.aborted) return false;
    const keys = wanted.map((key) => Buffer.from(key, "latin1"));
    const { revision, index, marks } = await this.#pin(keys, signal);
    const all = await this.#presence.marks(keys, revision, new Map([[index, marks]]), signal);
    if (generation !== this.#generation) return false;
    this.#known = new Map(wanted.map((key, at) => [key, all.flatMap((of) => of[at] ?? [])]));
    this.#revision = revision;
    return true;
  }

  /** Asks members in their order for their newest, until one answers. Throws what the last one said. */
  async #pin(
    keys: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<{ revision: bigint; index: number; marks: readonly Mark[] }> {
    for (const [at, { api }] of this.#order.entries()) {
      try {
        const call = { signal, timeout: this.#about.timeout };
        const { revision, pairs } = await api.lookUp({ keys, revision: undefined, values: false }, call);
        const marks = pairs.map((pair): Mark =>
          pair === undefined ? { state: "lacks" } : { state: "has", numbers: pair },
        );
        return { revision, index: this.#members.findIndex((member) => member.api === api), marks };
      } catch (error) {
        if (signal.aborted || at === this.#order.length - 1) throw error;
      }
    }
    throw new Error("no member to ask");
  }
}

function isGone(marks: readonly Mark[] | undefined): boolean {
  return (
    marks !== undefined &&
    marks.some(({ state }) => state === "lacks") &&
    !marks.some(({ state }) => state === "has")
  );
}

/** The higher, the sooner a person should see it. */
function trouble({ key, marks }: KeyHit): number {
  if (marks === undefined) return 0;
  if (marks.some(({ state }) => state === "lacks") || modRevisionsDiffer({ key, marks })) return 2;
  return marks.some(({ state }) => state === "unknown") ? 1 : 0;
}
