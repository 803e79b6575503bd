import { asking } from "./route-kit.ts";
import type {
  ApiServerObservation,
  EtcdObservation,
  LeaseObservation,
} from "../../src/core/facts/observation.ts";
import type { Finding } from "../../src/core/rules/finding.ts";
import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { errorWords } from "../../src/core/etcd/alarms.ts";
import { assess } from "../../src/core/assess.ts";
import { reduce } from "../../src/core/reduce.ts";
import { after, endpoint, lease, listed, listing, micro, quiet, renewals, status, t } from "./model-kit.ts";

type Seen = readonly [number, EtcdObservation | LeaseObservation | { readonly kind: "tick" }];

const refused = { code: "refused", text: "connection refused" } as const;
const found = (state: ClusterState, at: number): readonly Finding[] => assess(state, t(at)).findings;
const ids = (state: ClusterState, at: number): string[] => found(state, at).map((f) => f.id);
const says = (at: number, id: number, leader: number, more = {}): Seen => [
  at,
  { kind: "member-answered", route: endpoint(id), status: status(id, leader, more), took: 0.001 },
];
const fails = (at: number, id: number): Seen => [
  at,
  { kind: "member-failed", route: endpoint(id), failure: refused },
];
const members = (n: number, more: readonly Seen[] = []): ClusterState => {
  const all = Array.from({ length: n }, (_, i) => i + 1);
  return after(
    [0, { kind: "etcd-routes", routes: asking(all.map(endpoint)) }],
    ...all.map((id) => says(1, id, 1)),
    [
      1,
      listing(
        1,
        all.map((id) => listed(id)),
      ),
    ],
    ...more,
  );
};

test("nothing to find where all is well", () => {
  expect(ids(after(...renewals("cp-1", 0, 10)), 11)).toEqual([]);
  expect(ids(members(3), 1.5)).toEqual([]);
});

test("nothing is said of etcd before its members were heard; when all fail from the start, that is", () => {
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([1, 2, 3].map(endpoint)) }];
  expect(ids(after(asked), 0.2)).toEqual([]);
  expect(ids(after(asked, fails(0.5, 1), fails(0.5, 2), fails(0.5, 3)), 1)).toEqual(
    expect.arrayContaining(["etcd-unknown", "etcd-member-silent"]),
  );
});

test("members that deny access do answer: the finding says so and what to try, and does not send to their logs", () => {
  const denied = { code: "forbidden", text: "e1:2379: etcdserver: permission denied" } as const;
  const state = after(
    [0, { kind: "etcd-routes", routes: asking([1, 2, 3].map(endpoint)) }],
    ...[1, 2, 3].map((id): Seen => [1, { kind: "member-failed", route: endpoint(id), failure: denied }]),
    [
      1,
      listing(
        1,
        [1, 2, 3].map((id) => listed(id)),
      ),
    ],
  );
  const all = found(state, 3);
  expect(all.map(({ id }) => id)).toEqual(["etcd-unknown", ...Array(3).fill("etcd-member-access-denied")]);
  expect(all[0]?.evidence).toBe("access denied by 3 of 3 members");
  expect(all[1]).toMatchObject({
    ...{
      severity: "unknown",
      subject: "etcd cp-1",
      evidence: "access denied: e1:2379: etcdserver: permission denied",
    },
    advice: expect.stringContaining("--etcd-user"),
  });
});

test("what fails comes before what is so while nothing fails", () => {
  const both = ["kube-scheduler", "kube-controller-manager"];
  const state = after(
    [0, { kind: "leases-listed", leases: both.map((name) => lease("cp-1", 0, { name })) }],
    [0, { kind: "etcd-routes", routes: asking([1, 2, 3].map(endpoint)) }],
    ...[1, 2, 3].map((id) => says(1, id, 1)),
    fails(2, 3),
  );
  const all = ids(state, 2.5);
  expect(all).toContain("leaders-on-one-node");
  expect(all.indexOf("etcd-no-failure-tolerance")).toBeLessThan(all.indexOf("leaders-on-one-node"));
  expect(all.indexOf("etcd-member-silent")).toBeLessThan(all.indexOf("leaders-on-one-node"));
});

describe("leases", () => {
  test("late, then without a leader, then overdue, each with its figures", () => {
    const at = (to: number): Finding | undefined =>
      found(after(...renewals("cp-1", 0, 10), ...quiet(11, to)), to)[0];
    expect(at(16)).toMatchObject({
      id: "renewals-late",
      severity: "warning",
      evidence: expect.stringContaining("6.0 s"),
    });
    expect(at(26)).toMatchObject({
      id: "no-leader",
      severity: "critical",
      evidence: "no leader, last renewed 16.0 s ago by cp-1; takeover expected within 7.8 s",
    });
    expect(at(36)?.evidence).toContain("overdue by 2.2 s");
  });

  test("a lease that others left behind is no finding", () => {
    const old = lease("cp-1", -5000, { name: "an-operator" });
    expect(ids(after([0, { kind: "leases-listed", leases: [old] }]), 1)).toEqual([]);
  });

  test("a release is named", () => {
    const state = after(...renewals("cp-1", 0, 10), [11, { kind: "lease-changed", lease: lease("", 11) }]);
    expect(found(state, 12)[0]?.evidence).toContain("no leader, released 1.0 s ago by cp-1;");
  });

  test("a source that is dead is one finding, and no lease is judged", () => {
    const state = after(...renewals("cp-1", 0, 10), [11, { kind: "leases-failed", failure: refused }]);
    expect(ids(state, 60)).toEqual(["leases-unknown"]);
  });

  test("three changes of leader in a quarter of an hour are flapping", () => {
    const before = renewals("cp-1", 0, 10);
    const turns = ["cp-2", "cp-1", "cp-2"].flatMap((host, i): Seen[] =>
      [12, 13].map((at) => [at + i * 2, { kind: "lease-changed", lease: lease(host, at + i * 2) }]),
    );
    expect(ids(after(...before, ...turns.slice(0, 4)), 17)).not.toContain("flapping");
    expect(ids(after(...before, ...turns), 17)).toContain("flapping");
  });

  test("what changed while nothing could be seen counts for flapping, and so does a leader that restarts on its host", () => {
    const at = (second: number, more: Partial<LeaseRecord> = {}): Seen => [
      second,
      {
        kind: "leases-listed",
        leases: [lease("cp-1", second - 2, { acquireTime: micro(second - 1), ...more })],
      },
    ];
    const seen: Seen[] = [
      at(2, { acquireTime: micro(-100) }),
      [4, { kind: "leases-failed", failure: refused }],
      at(8, { holderIdentity: "cp-1_1111" }),
      at(10, { holderIdentity: "cp-1_2222" }),
      at(12, { holderIdentity: "cp-2_3333" }),
    ];
    expect(ids(after(...seen.slice(0, -1)), 13)).not.toContain("flapping");
    expect(ids(after(...seen), 13)).toContain("flapping");
    expect(ids(after(...seen, ...quiet(14, 1000)), 1000)).not.toContain("flapping");
  });

  test("a clock that is wrong is found by the renewals that come with it", () => {
    const state = after(
      [0, { kind: "lease-changed", lease: lease("cp-1", -30) }],
      [2, { kind: "lease-changed", lease: lease("cp-1", -28) }],
    );
    expect(found(state, 3)).toMatchObject([
      { id: "clock-skew", subject: "cp-1", evidence: "clock is 30.0 s behind this machine" },
    ]);
  });

  test("all leaders on one node", () => {
    const both = (host: string): LeaseObservation => ({
      kind: "leases-listed",
      leases: [lease("cp-1", 0), lease(host, 0, { name: "kube-controller-manager", renewTime: micro(0) })],
    });
    expect(ids(after([0, both("cp-1")]), 1)).toEqual(["leaders-on-one-node"]);
    expect(ids(after([0, both("cp-2")]), 1)).toEqual([]);
  });
});

describe("etcd", () => {
  test.each([
    ["one member down", members(3, [fails(2, 3)]), ["etcd-no-failure-tolerance", "etcd-member-silent"]],
    ["five members, one down: there is a spare", members(5, [fails(2, 3)]), ["etcd-member-silent"]],
    ["a single member", members(1), ["etcd-single"]],
    ["two members", members(2), ["etcd-even-voters"]],
    ["four members", members(4), ["etcd-even-voters"]],
    [
      "quorum lost",
      members(3, [fails(2, 2), fails(2, 3), says(2, 1, 0)]),
      ["etcd-quorum-lost", "etcd-member-silent", "etcd-member-silent"],
    ],
    [
      "an election",
      members(
        3,
        [1, 2, 3].map((id) => says(2, id, 0)),
      ),
      ["etcd-no-leader"],
    ],
    ["two say they lead", members(3, [says(2, 3, 3, { raftTerm: 3n })]), ["etcd-two-leaders"]],
    [
      "a member far behind",
      members(3, [says(2, 1, 1, { raftIndex: 5000n }), says(2, 3, 1)]),
      ["etcd-lag", "etcd-lag"],
    ],
    ["an alarm", members(3, [says(2, 3, 1, { errors: ["memberID:3 alarm:NOSPACE "] })]), ["etcd-alarm"]],
    [
      "a member that never started",
      members(3, [[2, listing(1, [1, 2, 3].map((id) => listed(id)).concat(listed(4, { name: "" })))]]),
      ["etcd-no-failure-tolerance", "etcd-unstarted", "etcd-even-voters"],
    ],
    [
      "lists that differ",
      members(3, [[2, listing(2, [listed(1), listed(2)])]]),
      expect.arrayContaining(["etcd-lists-differ"]),
    ],
  ])("%s", (_, state, expected) => {
    expect(ids(state, 2.5)).toEqual(expected);
  });

  test("a learner that never started has no vote to miss", () => {
    const added = [1, 2, 3].map((id) => listed(id)).concat(listed(4, { name: "", isLearner: true }));
    const reported = found(members(3, [[2, listing(1, added)]]), 2.5);
    expect(reported.find(({ id }) => id === "etcd-unstarted")?.advice).toBe(
      "start it or run `etcdctl member remove m4`: a learner has no vote",
    );
  });

  test.each<[alarm: string, subject: string, evidence: string]>([
    ["memberID:255 alarm:NOSPACE ", "etcd cp-9", "alarm NOSPACE: the cluster rejects writes"],
    [
      "memberID:18446744073709551615 alarm:CORRUPT ",
      "etcd ffffffffffffffff",
      "alarm CORRUPT: data differs from the other members",
    ],
  ])(
    "an alarm that all report is one finding, of the member that it is about: %j",
    (alarm, subject, evidence) => {
      const list = [1, 2, 3].map((id) => listed(id)).concat(listed(9, { id: "ff" }));
      const state = members(3, [
        ...[1, 2, 3].map((id) => says(2, id, 1, { errors: [alarm] })),
        [2, listing(1, list)],
      ]);
      const alarms = found(state, 2.5).filter(({ id }) => id === "etcd-alarm");
      expect(alarms).toMatchObject([{ severity: "critical", subject, evidence }]);
    },
  );

  test("an alarm among a member's errors names its member, as everything else does; another error is itself", () => {
    const errors = ["memberID:255 alarm:NOSPACE ", "etcdserver: no leader"];
    const names = { rows: [], list: { members: [listed(9, { id: "ff" })] } };
    expect(errors.map((error) => errorWords(error, names))).toEqual([
      "alarm NOSPACE on cp-9",
      "etcdserver: no leader",
    ]);
  });

  test.each<[what: string, dbSize: bigint, inUse: bigint, quota: bigint | undefined, expected: string[]]>([
    ["over 95 % of the quota", 961n, 900n, 1000n, ["etcd-db-full"]],
    ["at 95 %", 950n, 900n, 1000n, []],
    ["no quota told", 961n, 900n, undefined, []],
    ["under half in use", 300n, 149n, 4000n, ["etcd-fragmented"]],
    ["half in use", 300n, 150n, 4000n, []],
    // Under 100 MiB in use there is nothing to win.
    ["a small one", 300n, 104n, 4000n, []],
  ])("the database: %s", (_, dbSize, dbSizeInUse, dbSizeQuota, expected) => {
    const mega = (n: bigint): bigint => n * 1_000_000n;
    const sizes = { dbSize: mega(dbSize), dbSizeInUse: mega(dbSizeInUse) };
    const quota = { dbSizeQuota: dbSizeQuota === undefined ? undefined : mega(dbSizeQuota) };
    expect(ids(members(3, [says(2, 3, 1, { ...sizes, ...quota })]), 2.5)).toEqual(expected);
  });

  test.each([
    [1.02, "no leader; 3 of 3 voters answer, quorum needs 2", /^an election takes/],
    [3, "no leader for 2.0 s; 3 of 3 voters answer, quorum needs 2", /^an election takes/],
    [
      5,
      "members answer clients but elect no leader for 4.0 s; 3 of 3 voters answer, quorum needs 2",
      /^check the network between the members \(peer port 2380\), their peer certificates/,
    ],
  ])("no leader, seen at %s s: an election only as long as one takes", (now, evidence, advice) => {
    const state = members(
      3,
      [1, 2, 3].map((id) => says(Math.min(now, 2), id, 0)),
    );
    expect(found(state, now).find(({ id }) => id === "etcd-no-leader")).toMatchObject({
      evidence,
      advice: expect.stringMatching(advice),
    });
  });

  test("sizes below a megabyte are not rounded to none", () => {
    const sizes = { dbSize: 98_000n, dbSizeInUse: 90_000n, dbSizeQuota: 100_000n };
    expect(found(members(3, [says(2, 3, 1, sizes)]), 2.5)).toMatchObject([
      { id: "etcd-db-full", evidence: "database is at 98 kB of its quota of 100 kB" },
    ]);
  });

  test("a database that would be full within four hours at the rate that was seen", () => {
    const sees = (...samples: readonly (readonly [at: number, inUse: bigint])[]): readonly Finding[] => {
      const size = { dbSize: 1_000_000_000n, dbSizeQuota: 2_000_000_000n };
      const seen = samples.map(([at, dbSizeInUse]) => says(at, 3, 3, { ...size, dbSizeInUse }));
      const state = after([0, { kind: "etcd-routes", routes: asking([endpoint(3)]) }], ...seen);
      return found(state, samples.at(-1)?.[0] ?? 0).filter(({ id }) => id === "etcd-db-full");
    };
    expect(sees([2, 900_000_000n], [42, 910_000_000n])).toEqual([]);
    expect(sees([2, 900_000_000n], [102, 910_000_000n])).toMatchObject([
      {
        severity: "warning",
        evidence: "database reaches its quota in 3 h at 6.0 MB per minute, measured over 1 min",
      },
    ]);
    expect(sees([2, 900_000_000n], [102, 900_100_000n])).toEqual([]);
    expect(sees([2, 910_000_000n], [102, 900_000_000n])).toEqual([]);
  });

  test("certificates that end: of a member, and our own", () => {
    const days = (n: number): number => t(0).wall + n * 86_400_000;
    const showing = (ends: number): Seen => [
      2,
      {
        ...{ kind: "member-answered", route: endpoint(3), status: status(3, 1), took: 0.001 },
        certificateEnds: ends,
      },
    ];
    expect(ids(members(3, [showing(days(8))]), 2.5)).toEqual([]);
    expect(found(members(3, [showing(days(6.5))]), 2.5)).toMatchObject([
      {
        ...{ id: "etcd-certificate", severity: "warning", subject: "etcd cp-3" },
        evidence: "server certificate expires in 6 d",
      },
    ]);
    expect(found(members(3, [showing(days(0.5))]), 2.5)[0]).toMatchObject({ severity: "critical" });
    const endpoints = [1, 2, 3].map(endpoint);
    const ours: Seen = [
      0,
      { kind: "etcd-routes", routes: asking(endpoints), clientCertificateEnds: days(-1) },
    ];
    expect(found(members(3, [ours]), 2.5)).toMatchObject([
      { id: "etcd-certificate", subject: "etcd client", evidence: "client certificate has expired" },
    ]);
  });

  test("clocks that are certainly apart by more than etcd itself takes for right", () => {
    const clock = (id: number, ahead: number, within = 0.5): Seen => [
      2,
      { kind: "member-clock", route: endpoint(id), ahead, within },
    ];
    const sees = (...clocks: readonly Seen[]): readonly Finding[] => found(members(3, clocks), 2.5);
    expect(sees(clock(1, 0.5), clock(2, -0.4), clock(3, 2.4))).toMatchObject([
      {
        ...{ id: "clock-skew", severity: "warning", subject: "etcd" },
        evidence: "clock of cp-3 is at least 1.8 s ahead of cp-2",
      },
    ]);
    expect(sees(clock(1, 0.5), clock(2, -0.4), clock(3, 1.4))).toEqual([]);
    expect(sees(clock(1, 99))).toEqual([]);
    const unknown: Seen = [2.2, { kind: "member-clock-unknown", route: endpoint(3) }];
    expect(sees(clock(1, 0), clock(3, 9), unknown)).toEqual([]);
    const silent: Seen = [2.2, { kind: "member-failed", route: endpoint(3), failure: refused }];
    expect(sees(clock(1, 0), clock(3, 9), silent).map(({ id }) => id)).not.toContain("clock-skew");
  });

  test("versions apart, and a leader that changes often", () => {
    expect(found(members(3, [says(2, 3, 1, { version: "3.5.21" })]), 2.5)).toMatchObject([
      { id: "etcd-versions", evidence: "members run 3.6.8 on cp-1, cp-2, 3.5.21 on cp-3" },
    ]);
    const elections = (count: number): ClusterState =>
      members(
        3,
        Array.from({ length: count }, (_, n): Seen[] =>
          [1, 2, 3].map((id) => says(2 + n, id, 1 + (n % 2), { raftTerm: BigInt(3 + n) })),
        ).flat(),
      );
    expect(ids(elections(3), 10)).toEqual([]);
    expect(found(elections(4), 10)).toMatchObject([
      {
        id: "etcd-flapping",
        evidence: "4 leader changes in 15 minutes, the last 5.0 s ago",
      },
    ]);
    expect(ids(elections(4), 10 + 900)).not.toContain("etcd-flapping");
  });

  test("not configured is unknown, not healthy", () => {
    const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
    expect(found(after([0, { kind: "etcd-not-configured", tried }]), 1)).toMatchObject([
      {
        id: "etcd-unknown",
        severity: "unknown",
        evidence: "etcd not configured (--etcd-endpoints: not given)",
      },
    ]);
  });

  test("two members tolerate no failure", () => {
    expect(found(members(2), 2)[0]).toMatchObject({
      evidence: "2 voters need a quorum of 2 and tolerate no failure, no more than 1 voter does",
      advice: expect.stringContaining("worse than one"),
    });
  });
});

test("API servers: silent after an answer, not ready, and out of reach from the start", () => {
  const see = (...seen: ApiServerObservation[]): string[] => {
    const all: ApiServerObservation[] = [
      {
        kind: "api-servers-found",
        servers: [
          { server: "a:6443", host: "cp-1" },
          { server: "b:6443", host: "cp-2" },
        ],
      },
      ...seen,
    ];
    return ids(
      all.reduce((s, o) => reduce(s, { ...o, at: t(1) }), after()),
      2,
    );
  };
  const answered = { kind: "api-server-answered", server: "a:6443", took: 0.01 } as const;
  const failed = { kind: "api-server-failed", server: "a:6443", failure: refused } as const;
  expect(see({ ...answered, ready: true, failing: [] })).toEqual([]);
  expect(see({ ...answered, ready: false, failing: ["etcd"] })).toEqual(["api-server-not-ready"]);
  expect(see({ ...answered, ready: true, failing: [] }, failed)).toEqual(["api-server-silent"]);
  expect(see(failed)).toEqual([]);
  // Down since before we looked: nobody listens there, while another one answers.
  const other = { ...answered, server: "b:6443", ready: true, failing: [] } as const;
  expect(see(failed, other)).toEqual(["api-server-silent"]);
  const timeout = { code: "timeout", text: "no answer" } as const;
  expect(see({ ...failed, failure: timeout }, other)).toEqual([]);
});
