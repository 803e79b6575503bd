import { etcdStatusDocument, etcdStatusTable } from "../../src/output/etcd-status.ts";
import { managedBy } from "../../src/core/etcd/managed.ts";
import { parseHolder } from "../../src/core/facts/holder.ts";
import { statusDocument, statusTable } from "../../src/output/status.ts";
import {
  assessment,
  deadRow,
  etcd,
  leaseIn,
  leases,
  memberRow,
  serverRow,
  QUORUM,
} from "./assessment-kit.ts";
import { listed, status, t } from "./model-kit.ts";

const plain = { wide: false, headers: true, colour: false };
const holder = parseHolder("cp-1_0000");
const failure = { code: "refused", text: "connection refused by a:6443" } as const;
const stale = { state: "stale", age: undefined, since: t(19), failure } as const;

/** What `status` answers at its top, by subject. */
function answer(subject: string, of: Parameters<typeof assessment>[0]): string | undefined {
  const text = statusTable(assessment(of), plain);
  return new RegExp(`^${subject} {3,}(.*)$`, "m").exec(text)?.[1];
}

test("the table: the answers, then what they rest on", () => {
  expect(statusTable(assessment(), plain)).toBe(`LEADERS       1 of 1 held
QUORUM        ok: 3 of 3 members answer, tolerates 1 failure
API SERVERS   2 of 2 ready
DATA          live, 2026-11-22T13:51:20.000Z

COMPONENT        HOLDER   STATE     RENEWED      DURATION   ACQUIRED               TRANSITIONS
kube-scheduler   cp-1     held      1.5 s ago    15 s       2026-11-22T13:51:00Z   1

API SERVER   ADDRESS   READYZ   TOOK    LEASE RENEWED   REASON
cp-1         a1:6443   ready    12 ms   3.3 s ago       <none>
cp-2         a2:6443   ready    12 ms   3.3 s ago       <none>

MEMBER   ENDPOINT   ID   STATE     ROLE       VERSION   DB SIZE   RAFT TERM   RAFT INDEX              LAG   TOOK     ERRORS
cp-1     e1:2379    m1   answers   leader     3.6.8     446 MB    2           9,007,199,254,740,993   0     1.2 ms   <none>
cp-2     e2:2379    m2   answers   follower   3.6.8     446 MB    2           9,007,199,254,740,993   0     1.2 ms   <none>
cp-3     e3:2379    m3   answers   follower   3.6.8     446 MB    2           9,007,199,254,740,993   0     1.2 ms   <none>

ID   STATUS    NAME   PEER ADDRS        CLIENT ADDRS      IS LEARNER
m1   started   cp-1   https://e1:2380   https://e1:2379   false
m2   started   cp-2   https://e2:2380   https://e2:2379   false
m3   started   cp-3   https://e3:2380   https://e3:2379   false
`);
});

test("wide has every column of etcdctl endpoint status", () => {
  const head = statusTable(assessment(), { ...plain, wide: true })
    .split("\n")
    .find((line) => line.startsWith("MEMBER "));
  for (const column of [
    ...[
      "ENDPOINT",
      "ID",
      "VERSION",
      "STORAGE VERSION",
      "DB SIZE",
      "IN USE",
      "PERCENTAGE NOT IN USE",
      "QUOTA",
    ],
    ...["IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS"],
  ])
    expect(`${head ?? ""}   `).toContain(`   ${column}   `);
});

test("an alarm names its member, not the decimal ID that etcd writes", () => {
  const errors = [`memberID:${BigInt("0xd19a6f8689ba3eef")} alarm:NOSPACE `];
  const own = { ...status(2, 1), memberId: "d19a6f8689ba3eef" };
  const rows = [memberRow(1, { status: status(1, 1, { errors }) }), memberRow(2, { status: own })];
  const text = etcdStatusTable(assessment({ etcd: etcd({ rows }) }), plain);
  expect(text).toMatch(/^cp-1 .* alarm NOSPACE on cp-2$/m);
});

test("no heads, if none are wanted", () => {
  expect(statusTable(assessment(), { ...plain, headers: false })).not.toMatch(/COMPONENT|ENDPOINT|STATUS/);
});

describe("leaders", () => {
  test.each([
    [leases(leaseIn({ state: "late", holder, expiresIn: 7 })), "1 of 1 held; renewal late: kube-scheduler"],
    [
      { ...leases(leaseIn({ state: "expired", holder, expiredFor: 4 })), held: 0 },
      "0 of 1 held; no leader: kube-scheduler",
    ],
    [
      { ...leases(leaseIn({ state: "vacant", vacantFor: 4 })), held: 0 },
      "0 of 1 held; no leader: kube-scheduler",
    ],
    [leases(), "no leader election leases found"],
    [{ ...leases(), freshness: stale }, "unknown: connection refused by a:6443"],
    [{ ...leases(), freshness: { state: "asking", waited: 1 } as const }, "unknown: no answer yet"],
  ])("%#", (picture, words) => {
    expect(answer("LEADERS", { leases: picture })).toBe(words);
  });
});

describe("quorum", () => {
  const heard = (answer: number, refuse = 0, isListed = true, asked = 3) => ({
    ...QUORUM,
    ...{
      answering: answer,
      up: answer,
      reachability: { isListed, asked, answer, refuse, down: 0, unstarted: 0 },
    },
  });
  test.each([
    [
      { ...QUORUM, answering: 2, up: 2, failureTolerance: 0, state: "degraded" },
      "degraded: 2 of 3 members answer, tolerates no failure",
    ],
    [
      { ...QUORUM, answering: 1, up: 1, failureTolerance: undefined, state: "degraded" },
      "degraded: 1 of 3 members answer, but a leader is reported",
    ],
    [
      { ...QUORUM, answering: 1, up: 1, failureTolerance: 0, state: "lost" },
      "lost: 1 of 3 members answer, quorum is 2",
    ],
    [{ ...QUORUM, state: "election" }, "no leader: 3 of 3 members answer, quorum is 2"],
    [{ ...heard(0), state: "unknown" }, "unknown: 0 of 3 members answer from here"],
    [{ ...heard(0, 3), state: "unknown" }, "unknown: access denied by 3 of 3 members"],
    [{ ...heard(1, 1), state: "unknown" }, "unknown: 1 of 3 members answer from here, 1 denies access"],
    [
      { ...heard(0, 0, false, 1), state: "unknown", voters: undefined, needed: undefined },
      "unknown: 0 of 1 endpoints answer from here, member list unknown",
    ],
    [
      { ...heard(1), reachability: { ...heard(1).reachability, down: 2 }, state: "unknown" },
      "unknown: 1 of 3 members answer, 2 refuse connections, yet a leader is named",
    ],
    [
      { ...QUORUM, voters: 2, answering: 2, up: 2, failureTolerance: 0 },
      "ok: 2 of 2 members answer, tolerates no failure",
    ],
  ] as const)("%j", (changed, words) => {
    expect(answer("QUORUM", { etcd: etcd({ quorum: changed }) })).toBe(words);
  });

  test("no way in: what was tried, and what to give", () => {
    const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
    const text = statusTable(assessment({ etcd: { state: "notConfigured", tried } }), plain);
    expect(text).toContain("QUORUM        unknown: etcd is not configured\n");
    expect(text).toMatch(/ROUTE +OUTCOME\n--etcd-endpoints +not given\nTo see etcd, set --etcd-endpoints/);
  });
});

test("an etcd that a managed service hides needs no advice how to reach it", () => {
  const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
  const managed = managedBy("v1.33.1-eks-1de2ab1");
  const text = statusTable(assessment({ etcd: { state: "notConfigured", tried, managed } }), plain);
  expect(text).toContain("and cannot be accessed.\n");
  expect(text).not.toContain("--etcd-endpoints");
});

describe("API servers", () => {
  const picture = assessment().apiServers;
  const unasked = serverRow(3, { server: undefined, answer: undefined, took: undefined });
  const dead = serverRow(2, { answer: "failed", failure, took: undefined });
  test.each([
    [{ ...picture, rows: [serverRow(1), dead], ready: 1 }, "1 of 2 ready"],
    [{ ...picture, rows: [serverRow(1), unasked], ready: 1 }, "1 of 2 ready, 1 not asked"],
    [{ ...picture, rows: [unasked], ready: 0 }, "unknown: no API server could be asked directly"],
    [{ ...picture, rows: [], ready: 0, unknown: failure }, "unknown: connection refused by a:6443"],
  ])("%#", (changed, words) => {
    expect(answer("API SERVERS", { apiServers: changed })).toBe(words);
  });

  test("each row says why it is not ready", () => {
    const rows = [serverRow(1, { answer: "not ready", failing: ["etcd", "informer-sync"] }), dead, unasked];
    const text = statusTable(assessment({ apiServers: { ...picture, rows, ready: 0 } }), plain);
    expect(text).toMatch(/cp-1 .*not ready .*failed: etcd, informer-sync\n/);
    expect(text).toMatch(/cp-2 .*failed +<unknown> .*connection refused by a:6443\n/);
    expect(text).toMatch(/cp-3 +<unknown> +unknown +<unknown> .*not asked directly/);
  });
});

describe("a member that does not answer keeps its row, without figures", () => {
  const rows = [
    memberRow(1),
    deadRow(2),
    memberRow(3, { state: "failed", role: "unknown", failure, lag: undefined }),
  ];
  const picture = assessment({ etcd: etcd({ rows }) });

  test("in the table", () => {
    const text = statusTable(picture, plain);
    expect(text).toMatch(
      /cp-2 +e2:2379 +m2 +failed +unknown +(<unknown> +){6}connection refused by e2:2379\n/,
    );
    expect(text).toMatch(
      /cp-3 +e3:2379 +m3 +failed +unknown +(<unknown> +){6}connection refused by a:6443\n/,
    );
  });

  test("in the document: null and why, or the last answer and how old it is", () => {
    const { members } = statusDocument(picture).etcd;
    expect(members[1]).toMatchObject({
      state: "failed",
      status: null,
      lag: null,
      answeredAgoSeconds: null,
      failedForSeconds: 4.2,
      reason: { code: "refused", message: "connection refused by e2:2379" },
    });
    expect(members[2]).toMatchObject({ answeredAgoSeconds: 0.1, status: { memberID: "m3" } });
  });
});

test("the member list says when there is none, and when members disagree", () => {
  const list = { ...etcd().list, agree: false };
  expect(statusTable(assessment({ etcd: etcd({ list }) }), plain)).toContain(
    "Members with different lists: cp-1, cp-2, cp-3\n",
  );
  const none = { ...etcd().list, members: [], freshness: stale };
  expect(statusTable(assessment({ etcd: etcd({ list: none }) }), plain)).toContain(
    "The member list is unknown: connection refused by a:6443\n",
  );
});

test("a member that was added and never started", () => {
  const list = { ...etcd().list, members: [listed(1), listed(4, { name: "", clientUrls: [] })] };
  expect(statusTable(assessment({ etcd: etcd({ list }) }), plain)).toMatch(
    /\nm4 +unstarted +<none> +https:\/\/e4:2380 +<none> +false\n/,
  );
  expect(statusDocument(assessment({ etcd: etcd({ list }) })).etcd.memberList?.items[1]).toMatchObject({
    started: false,
    isLeader: false,
  });
});

describe("the document", () => {
  test("has all of a member's figures, 64 bits exact", () => {
    expect(statusDocument(assessment()).etcd.members[0]).toEqual({
      name: "cp-1",
      memberID: "m1",
      endpoint: "e1:2379",
      state: "answers",
      role: "leader",
      reason: null,
      failedForSeconds: null,
      answeredAgoSeconds: 0.1,
      tookSeconds: 0.001,
      lag: 0n,
      certificateExpiresInSeconds: 2_592_000,
      dbGrowthBytesPerSecond: null,
      dbFullInSeconds: null,
      clockAheadSeconds: null,
      clockWithinSeconds: null,
      status: {
        clusterID: "c",
        memberID: "m1",
        leaderID: "m1",
        isLearner: false,
        version: "3.6.8",
        storageVersion: "3.6.0",
        revision: 100n,
        raftTerm: 2n,
        raftIndex: 9_007_199_254_740_993n,
        raftAppliedIndex: 9_007_199_254_740_993n,
        dbSizeBytes: 446_000_000n,
        dbSizeInUseBytes: 174_000_000n,
        dbSizeQuotaBytes: 2_147_483_648n,
        errors: [],
        downgrade: null,
      },
    });
  });

  test("what an older etcd does not tell is null", () => {
    const old = memberRow(1, { status: status(1, 0, { storageVersion: undefined }) });
    expect(statusDocument(assessment({ etcd: etcd({ rows: [old] }) })).etcd.members[0]?.status).toMatchObject(
      {
        storageVersion: null,
        dbSizeQuotaBytes: null,
        leaderID: null,
      },
    );
  });

  test("no count is given of what is not known", () => {
    const list = { ...etcd().list, members: [], freshness: stale };
    const unlisted = {
      state: "unknown",
      voters: undefined,
      needed: undefined,
      failureTolerance: undefined,
    } as const;
    const quorum = { ...QUORUM, ...unlisted };
    const unasked = serverRow(1, { server: undefined, answer: undefined });
    const document = statusDocument(
      assessment({
        gitVersion: undefined,
        leases: { ...leases(), freshness: stale },
        apiServers: { ...assessment().apiServers, rows: [unasked], ready: 0, unknown: failure },
        etcd: etcd({ list, quorum, revision: undefined, clusterId: undefined }),
      }),
    );
    const reason = { code: "refused", message: "connection refused by a:6443" };
    expect(document).toMatchObject({
      gitVersion: null,
      leaders: { held: null, freshness: { ageSeconds: null, reason } },
      apiServers: { ready: null, reason, items: [{ state: "unknown", reason: { code: "not-asked" } }] },
      etcd: {
        revision: null,
        clusterID: null,
        quorum: { voters: null, needed: null, failureTolerance: null },
      },
    });
  });

  test("no way to etcd is distinguished from an etcd that does not answer", () => {
    const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
    expect(statusDocument(assessment({ etcd: { state: "notConfigured", tried } })).etcd).toEqual({
      state: "notConfigured",
      reason: { code: "not-configured", message: "etcd is not configured; tried lists what was tried" },
      tried,
      freshness: null,
      clusterID: null,
      revision: null,
      quorum: null,
      leaderChanges: null,
      clientCertificateExpiresInSeconds: null,
      members: [],
      endpoints: [],
      memberList: null,
    });
  });
});

test("etcd by itself tells of its members' clocks, and of nothing else but etcd", () => {
  const about = { severity: "warning", evidence: "", advice: "" } as const;
  const findings = [
    { ...about, id: "clock-skew", subject: "etcd" },
    { ...about, id: "clock-skew", subject: "cp-1" },
    { ...about, id: "etcd-lag", subject: "etcd cp-2" },
    { ...about, id: "flapping", subject: "kube-scheduler" },
  ] as const;
  const reported = etcdStatusDocument(assessment({ findings })).findings;
  expect(reported.map(({ id, subject }) => [id, subject])).toEqual([
    ["clock-skew", "etcd"],
    ["etcd-lag", "etcd cp-2"],
  ]);
});
