import type { EtcdMembersSummary, MemberRow } from "../assessment.ts";
import type { Failure } from "../facts/failure.ts";
import type { ListedMember } from "../facts/member.ts";
import type { Seconds } from "../facts/time.ts";
import { emptyRow } from "./judge.ts";

/** What came of asking one member for the hash of its data. `not-asked`: there was a reason not to. */
export type HashAnswer =
  | {
      readonly state: "hashed";
      readonly hash: number;
      /** -1: never compacted */
      readonly compactRevision: bigint;
      readonly took: Seconds;
    }
  | { readonly state: "failed" | "not-asked"; readonly failure: Failure };

/** One member, and what came of asking it. */
export interface HashRow {
  readonly member: MemberRow;
  readonly answer: HashAnswer;
}

/** At which revision to ask which members, in this order, and which are skipped and why. */
export interface HashPlan {
  /** all members, and voters that never started */
  readonly rows: readonly MemberRow[];
  /** undefined: no member can be asked */
  readonly revision: bigint | undefined;
  readonly ask: readonly MemberRow[];
  readonly skipped: readonly HashRow[];
}

/**
 * What follows from the hashes.
 * - identical: every voter has the same data at that revision
 * - diverged: two members have different data at that revision
 * - inconclusive: neither can be said; `again`: another try may tell
 */
export interface HashVerdict {
  readonly state: "identical" | "diverged" | "inconclusive";
  /** one sentence without its end: which members differ, or why nothing can be said */
  readonly text: string;
  readonly again: boolean;
}

/**
 * Every member that answers is asked at the lowest revision that one of them has come to: what all of them have. The
 * leader is asked last, learners (which refuse) not at all.
 */
export function planHash({ rows: known, list }: EtcdMembersSummary): HashPlan {
  const rows = [...known, ...unstarted(list.members)];
  const skipped = rows.flatMap((member): HashRow[] => {
    const failure = reasonNotToAsk(member);
    return failure === undefined ? [] : [{ member, answer: { state: "not-asked", failure } }];
  });
  const ask = rows
    .filter((row) => reasonNotToAsk(row) === undefined)
    .toSorted((a, b) => Number(leads(a)) - Number(leads(b)));
  const revision = ask
    .flatMap(({ status }) => (status === undefined ? [] : [status.revision]))
    .reduce<bigint | undefined>((low, n) => (low === undefined || n < low ? n : low), undefined);
  return { rows, revision, ask, skipped };
}

/** Voters that were added and never started: no verdict can be about them. */
function unstarted(members: readonly ListedMember[]): readonly MemberRow[] {
  const voters = members.filter(({ clientUrls, isLearner }) => clientUrls.length === 0 && !isLearner);
  return voters.map(({ id, name }) =>
    emptyRow(
      { key: id, endpoint: "", addresses: [], name: name === "" ? id : name, memberId: id },
      { code: "other", text: "never started" },
    ),
  );
}

function leads(row: MemberRow): boolean {
  return row.role === "leader" || row.role === "old leader";
}

function reasonNotToAsk(row: MemberRow): Failure | undefined {
  if (row.state !== "answers")
    return row.failure ?? { code: "timeout", text: `no answer from ${row.endpoint} in time` };
  if (row.role === "learner") return { code: "other", text: "not asked: learners serve no hash" };
  return undefined;
}

/** The verdict at `revision`. Only unequal hashes of members that compacted alike prove anything. */
export function judgeHashes(rows: readonly HashRow[], revision: bigint | undefined): HashVerdict {
  const hashed = rows.flatMap(({ member, answer }) =>
    answer.state === "hashed" ? [{ member, ...answer }] : [],
  );
  if (revision === undefined || hashed.length === 0) return noHash(rows);
  const compacted = Map.groupBy(hashed, (one) => one.compactRevision);
  for (const alike of compacted.values()) {
    const parts = [...Map.groupBy(alike, (one) => one.hash).values()];
    if (parts.length > 1) return unequal(parts, revision);
  }
  if (compacted.size > 1) {
    const text = `${names(hashed)} answered with different compact revisions`;
    return { state: "inconclusive", text, again: true };
  }
  const missing = rows.filter(({ answer, member }) => answer.state !== "hashed" && member.role !== "learner");
  return missing.length > 0 ? incomplete(missing, hashed) : identical(hashed, revision);
}

type Hashed = { readonly member: MemberRow };

function identical(hashed: readonly Hashed[], revision: bigint): HashVerdict {
  const text =
    hashed.length === 1
      ? `identical at revision ${revision}: ${names(hashed)} is the only member, nothing to compare`
      : `identical at revision ${revision}: ${names(hashed)}`;
  return { state: "identical", text, again: false };
}

function unequal(parts: readonly (readonly Hashed[])[], revision: bigint): HashVerdict {
  const [most = [], ...others] = parts.toSorted((a, b) => b.length - a.length);
  const differing = others.flat();
  const old = parts.flat().find(({ member }) => hashesTombstones(member.status?.version ?? ""));
  if (old !== undefined) {
    const text = `${names(differing)} and ${names(most)} differ, but hashes of etcd ${old.member.status?.version ?? ""} depend on deleted keys; run 'kubectl ha keys diff --value'`;
    return { state: "inconclusive", text, again: false };
  }
  const differ = `${names(differing)} ${differing.length === 1 ? "differs" : "differ"} from ${names(most)}`;
  const text = `DIVERGED at revision ${revision}: ${differ}; 'kubectl ha keys diff --value' finds the keys`;
  return { state: "diverged", text, again: false };
}

function incomplete(missing: readonly HashRow[], hashed: readonly Hashed[]): HashVerdict {
  const why = missing
    .map(({ member, answer }) => `no hash from ${member.name} (${reason(answer)})`)
    .join(", ");
  const rest = hashed.length > 1 ? `; ${names(hashed)} are identical` : "";
  const moved = missing.some(({ answer }) => answer.state === "failed" && isMoved(answer.failure));
  return { state: "inconclusive", text: `${why}${rest}`, again: moved };
}

function noHash(rows: readonly HashRow[]): HashVerdict {
  const why = rows.map(({ member, answer }) => `${member.name} (${reason(answer)})`).join(", ");
  const moved = rows.some(({ answer }) => answer.state === "failed" && isMoved(answer.failure));
  return { state: "inconclusive", text: `no member returned a hash: ${why}`, again: moved };
}

/** The revision was compacted away, or not there yet: a newer or an older one may do. */
const isMoved = ({ code }: Failure): boolean => code === "compacted" || code === "behind";

const reason = (answer: HashAnswer): string => (answer.state === "hashed" ? "" : answer.failure.text);

const names = (members: readonly Hashed[]): string => members.map(({ member }) => member.name).join(", ");

/** Up to 3.4.33 and 3.5.15 a hash depends on which deleted keys were compacted away by then (etcd's CHANGELOG-3.5, 3.5.16). */
function hashesTombstones(version: string): boolean {
  const [, minor = 0, patch = 0] = (/^3\.(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return (minor === 4 && patch <= 33) || (minor === 5 && patch <= 15);
}
