import type { MemberRow } from "../../src/core/assessment.ts";
import type { HashAnswer, HashRow } from "../../src/core/etcd/hash.ts";
import { judgeHashes, planHash } from "../../src/core/etcd/hash.ts";
import { etcd, memberRow } from "./assessment-kit.ts";
import { status } from "./model-kit.ts";

const refused = { code: "refused", text: "connection refused by e3:2379" } as const;
const compacted = { code: "compacted", text: "e3:2379 has compacted that revision" } as const;
const hashed = (hash: number, compactRevision = -1n): HashAnswer => ({
  ...{ state: "hashed", hash, compactRevision, took: 0.1 },
});
const row = (id: number, answer: HashAnswer, more: Partial<MemberRow> = {}): HashRow => ({
  member: memberRow(id, more),
  answer,
});
const of = (id: number, version: string): Partial<MemberRow> => ({ status: status(id, 1, { version }) });

test.each<[what: string, rows: readonly HashRow[], state: string, text: string, again: boolean]>([
  [
    "equal hashes",
    [row(1, hashed(7)), row(2, hashed(7)), row(3, hashed(7))],
    ...(["identical", "identical at revision 9: cp-1, cp-2, cp-3", false] as const),
  ],
  [
    "one member alone",
    [row(1, hashed(7))],
    ...([
      "identical",
      "identical at revision 9: cp-1 is the only member, nothing to compare",
      false,
    ] as const),
  ],
  [
    "another hash at the same compaction",
    [row(1, hashed(7, 3n)), row(2, hashed(8, 3n)), row(3, hashed(7, 3n))],
    ...([
      "diverged",
      "DIVERGED at revision 9: cp-2 differs from cp-1, cp-3; 'kubectl ha keys diff --value' finds the keys",
      false,
    ] as const),
  ],
  [
    "another hash, and a third member is gone: that two differ is proved",
    [row(1, hashed(7)), row(2, hashed(8)), row(3, { state: "failed", failure: refused })],
    ...([
      "diverged",
      "DIVERGED at revision 9: cp-2 differs from cp-1; 'kubectl ha keys diff --value' finds the keys",
      false,
    ] as const),
  ],
  [
    "another hash, but compacted otherwise",
    [row(1, hashed(7, 3n)), row(2, hashed(8, 4n)), row(3, hashed(7, 3n))],
    ...(["inconclusive", "cp-1, cp-2, cp-3 answered with different compact revisions", true] as const),
  ],
  [
    "etcd 3.5.15 hashes what was deleted",
    [row(1, hashed(7), of(1, "3.5.15")), row(2, hashed(8), of(2, "3.5.15"))],
    ...([
      "inconclusive",
      "cp-2 and cp-1 differ, but hashes of etcd 3.5.15 depend on deleted keys; run 'kubectl ha keys diff --value'",
      false,
    ] as const),
  ],
  [
    "etcd 3.5.16 does not",
    [row(1, hashed(7), of(1, "3.5.16")), row(2, hashed(8), of(2, "3.4.34"))],
    ...([
      "diverged",
      "DIVERGED at revision 9: cp-2 differs from cp-1; 'kubectl ha keys diff --value' finds the keys",
      false,
    ] as const),
  ],
  [
    "one was not asked",
    [row(1, hashed(7)), row(2, hashed(7)), row(3, { state: "not-asked", failure: refused })],
    ...([
      "inconclusive",
      "no hash from cp-3 (connection refused by e3:2379); cp-1, cp-2 are identical",
      false,
    ] as const),
  ],
  [
    "one compacted the revision meanwhile: asking again may tell",
    [row(1, hashed(7)), row(2, hashed(7)), row(3, { state: "failed", failure: compacted })],
    ...([
      "inconclusive",
      "no hash from cp-3 (e3:2379 has compacted that revision); cp-1, cp-2 are identical",
      true,
    ] as const),
  ],
  [
    "a learner is not missed",
    [row(1, hashed(7)), row(2, { state: "not-asked", failure: refused }, { role: "learner" })],
    ...([
      "identical",
      "identical at revision 9: cp-1 is the only member, nothing to compare",
      false,
    ] as const),
  ],
  [
    "nobody",
    [row(1, { state: "not-asked", failure: refused })],
    ...(["inconclusive", "no member returned a hash: cp-1 (connection refused by e3:2379)", false] as const),
  ],
])("%s", (_what, rows, state, text, again) => {
  expect(judgeHashes(rows, 9n)).toEqual({ state, text, again });
});

test("the plan: at the lowest revision, the leader last; who is silent and learners are not asked", () => {
  const follower = (id: number, revision: bigint): MemberRow =>
    memberRow(id, { role: "follower", status: status(id, 1, { revision }) });
  const rows = [
    memberRow(1, { role: "leader", status: status(1, 1, { revision: 2n ** 60n + 1n }) }),
    follower(2, 2n ** 60n),
    follower(3, 2n ** 60n + 2n),
    memberRow(4, { state: "failed", failure: refused }),
    memberRow(5, { role: "learner", status: status(5, 1, { revision: 1n, isLearner: true }) }),
  ];
  const plan = planHash(etcd({ rows }));
  expect(plan.revision).toBe(2n ** 60n);
  expect(plan.ask.map(({ name }) => name)).toEqual(["cp-2", "cp-3", "cp-1"]);
  expect(plan.skipped.map(({ member }) => member.name)).toEqual(["cp-4", "cp-5"]);
  expect(planHash(etcd({ rows: rows.slice(3, 4) })).revision).toBeUndefined();
});
