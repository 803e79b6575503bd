import type { Failure } from "../facts/failure.ts";

/** A key's own numbers, as etcd keeps them (mvccpb.KeyValue). */
export interface KeyNumbers {
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly version: bigint;
  /** ID of the lease that it is attached to, lower-case hex; undefined: none */
  readonly lease: string | undefined;
}

/** Whether one member has a key at the revision that is looked at; unknown says why. */
export type Mark =
  | { readonly state: "has"; readonly numbers: KeyNumbers }
  | { readonly state: "lacks" }
  | { readonly state: "unknown"; readonly failure: Failure };

/** A key that was found, as its bytes, and a mark for each member, in their order. */
export interface FoundKey {
  readonly key: Uint8Array;
  readonly marks: readonly Mark[];
}

/** A key that is not the same on all members. `valuesDiffer`: it has one modRevision on all, and yet other values. */
export interface KeyDifference extends FoundKey {
  readonly valuesDiffer: boolean;
}

/** What all marks of one member say. `failure`: the last reason why something is unknown. */
export interface MemberTally {
  readonly name: string;
  readonly has: number;
  readonly lacks: number;
  readonly unknown: number;
  readonly failure: Failure | undefined;
}

/** What a search came to. */
export interface KeySummary {
  /** the one revision at which all of it holds; undefined: nothing could be read */
  readonly revision: bigint | undefined;
  readonly matched: number;
  /** keys that were looked at */
  readonly seen: number;
  /** it stopped at so many keys found, as it was asked to */
  readonly isLimited: boolean;
  /** keys that members have at different modRevisions */
  readonly differing: number;
  /** ranges that may not be read: what matches there is unknown */
  readonly denied: number;
  readonly members: readonly MemberTally[];
  /** names of the members whose keys were searched, most often one */
  readonly searched: readonly string[];
  /** names of members that hold other keys than those that were searched, and were searched there, too */
  readonly countMismatch: readonly string[];
  /** names of members that hold as many keys in each part of the keyspace: which ones was not looked at */
  readonly counted: readonly string[];
}

/** What a search comes to that no member answered. */
export function unanswered(
  members: readonly { readonly name: string; readonly failure: Failure | undefined }[],
): KeySummary {
  return {
    ...{ revision: undefined, matched: 0, seen: 0, isLimited: false, differing: 0, denied: 0 },
    members: members.map(({ name, failure }) => ({ name, has: 0, lacks: 0, unknown: 0, failure })),
    ...{ searched: [], countMismatch: [], counted: [] },
  };
}

/** What a comparison came to. `denied`: ranges that may not be read; `withValues`: values were compared, too. */
export interface KeyDiffSummary {
  readonly withValues: boolean;
  /** undefined: there are not two members to compare */
  readonly revision: bigint | undefined;
  readonly compared: number;
  readonly different: number;
  readonly isLimited: boolean;
  readonly denied: number;
  /** every member, and why it was not compared to the end */
  readonly members: readonly { readonly name: string; readonly failure: Failure | undefined }[];
}

/** The numbers of a key, as the first member has it that does; undefined: none does. */
export function numbersOf({ marks }: FoundKey): KeyNumbers | undefined {
  return marks.find((mark) => mark.state === "has")?.numbers;
}

/** Whether members have a key at different modRevisions, which at one revision cannot be. */
export function modRevisionsDiffer({ marks }: FoundKey): boolean {
  const revisions = marks.flatMap((mark) => (mark.state === "has" ? [mark.numbers.modRevision] : []));
  return new Set(revisions).size > 1;
}

/** Adds the marks of keys that were found to what is known of each member. */
export function tally(members: readonly MemberTally[], keys: readonly FoundKey[]): readonly MemberTally[] {
  return members.map((member, index) => {
    const marks = keys.flatMap(({ marks }) => marks[index] ?? []);
    const unknown = marks.filter((mark) => mark.state === "unknown");
    return {
      name: member.name,
      has: member.has + marks.filter(({ state }) => state === "has").length,
      lacks: member.lacks + marks.filter(({ state }) => state === "lacks").length,
      unknown: member.unknown + unknown.length,
      failure: unknown.at(-1)?.failure ?? member.failure,
    };
  });
}
