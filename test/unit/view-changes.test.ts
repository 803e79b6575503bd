import { parseHolder } from "../../src/core/facts/holder.ts";
import { leaseChanges, leadersChanged, statusChanged } from "../../src/output/changes.ts";
import {
  assessment,
  deadRow,
  etcd,
  leaseIn,
  leaseRow,
  leases,
  memberRow,
  serverRow,
  QUORUM,
} from "./assessment-kit.ts";
import { lease, status, t } from "./model-kit.ts";

const before = assessment();
const holder = parseHolder("cp-1_0000");

test("a renewal is no change of a lease", () => {
  const record = lease("cp-1", 19.5);
  const after = assessment({ leases: leases(leaseRow("cp-1", { record, renewedAgo: 0.1 })) });
  expect(leaseChanges(before, after)).toEqual([]);
  expect(leadersChanged(before, after)).toBe(false);
});

test.each([
  ["another holder", leaseRow("cp-2")],
  ["another state", leaseIn({ state: "late", holder, expiresIn: 7 })],
  ["transitions", leaseRow("cp-1", { record: lease("cp-1", 18.5, { leaseTransitions: 2 }) })],
  ["another lease of that name", leaseRow("cp-1", { record: lease("cp-1", 18.5, { uid: "b" }) })],
  ["another duration", leaseRow("cp-1", { record: lease("cp-1", 18.5, { leaseDurationSeconds: 6 }) })],
])("%s is", (_, row) => {
  const after = assessment({ leases: leases(row) });
  expect(leaseChanges(before, after)).toEqual([{ row, deleted: false }]);
  expect(leadersChanged(before, after)).toBe(true);
});

test("only the lease that changed is reported", () => {
  const other = leaseRow("cp-3", {
    key: "kube-system/other",
    record: lease("cp-3", 18.5, { name: "other" }),
  });
  const both = assessment({ leases: leases(leaseRow("cp-1"), other) });
  expect(leaseChanges(before, both)).toEqual([{ row: other, deleted: false }]);
  expect(leaseChanges(both, before)).toEqual([{ row: other, deleted: true }]);
});

test("a source that goes silent is a change", () => {
  const failure = { code: "timeout", text: "no answer" } as const;
  const freshness = { state: "stale", age: 4, since: t(16), failure } as const;
  expect(leadersChanged(before, assessment({ leases: { ...leases(leaseRow("cp-1")), freshness } }))).toBe(
    true,
  );
});

describe("of everything else, counts and ages are no change", () => {
  const more = { raftIndex: 9n, raftAppliedIndex: 9n, revision: 9n, dbSize: 9n };
  test.each([
    [
      "counts",
      etcd({ revision: 9n, rows: [1, 2, 3].map((id) => memberRow(id, { status: status(id, 1, more) })) }),
    ],
    ["ages", etcd({ rows: [1, 2, 3].map((id) => memberRow(id, { age: 0.9, took: 0.2 })) })],
  ])("%s", (_, picture) => {
    const same = assessment({
      etcd: etcd({ rows: [1, 2, 3].map((id) => memberRow(id, { status: status(id, 1) })) }),
    });
    expect(statusChanged(same, assessment({ now: t(21), etcd: picture }))).toBe(false);
  });

  test.each([
    ["a member that answers no more", { etcd: etcd({ rows: [memberRow(1), memberRow(2), deadRow(3)] }) }],
    ["a new term", { etcd: etcd({ rows: [memberRow(1, { status: status(1, 1, { raftTerm: 3n }) })] }) }],
    ["quorum", { etcd: etcd({ quorum: { ...QUORUM, state: "election" } }) }],
    ["the member list", { etcd: etcd({ list: { ...etcd().list, members: [] } }) }],
    ["no way in any more", { etcd: { state: "notConfigured", tried: [] } }],
    [
      "an API server",
      { apiServers: { ...before.apiServers, rows: [serverRow(1, { answer: "not ready" })] } },
    ],
    ["the version", { gitVersion: "v1.37.0" }],
    [
      "a finding",
      {
        findings: [
          {
            id: "flapping",
            severity: "warning",
            subject: "kube-scheduler",
            evidence: "3 times",
            advice: "look",
          },
        ],
      },
    ],
    ["a lease", { leases: leases(leaseRow("cp-2")) }],
  ] as const)("%s is", (_, changed) => {
    expect(statusChanged(before, assessment(changed))).toBe(true);
    expect(statusChanged(before, assessment())).toBe(false);
  });
});
