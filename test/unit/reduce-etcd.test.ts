import type { EtcdMembersSummary } from "../../src/core/assessment.ts";
import type { Failure, FailureCode } from "../../src/core/facts/failure.ts";
import type { MemberStatus } from "../../src/core/facts/member.ts";
import type { EtcdObservation } from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { assess } from "../../src/core/assess.ts";
import { after, asking, endpoint, listed, listing, status, t, reported } from "./model-kit.ts";

type Seen = readonly [number, EtcdObservation | { readonly kind: "tick" }];

const failure = (code: FailureCode): Failure => ({ code, text: code });
const endpoints = (...ids: number[]): Seen => [0, { kind: "etcd-routes", routes: asking(ids.map(endpoint)) }];
const says = (at: number, id: number, leader: number, more?: Partial<MemberStatus>): Seen => [
  at,
  { kind: "member-answered", route: endpoint(id), status: status(id, leader, more), took: 0.001 },
];
const fails = (at: number, id: number, code: FailureCode = "refused"): Seen => [
  at,
  { kind: "member-failed", route: endpoint(id), failure: failure(code) },
];
const lists = (at: number, id: number, ...members: ReturnType<typeof listed>[]): Seen => [
  at,
  listing(id, members),
];
const three = [listed(1), listed(2), listed(3)];
const healthy: Seen[] = [
  endpoints(1, 2, 3),
  says(1, 1, 2),
  says(1, 2, 2),
  says(1, 3, 2),
  lists(1, 1, ...three),
];

function picture(state: ClusterState, at: number): EtcdMembersSummary {
  const { etcd } = assess(state, t(at));
  if (etcd.state !== "members") throw new Error(`etcd is ${etcd.state}`);
  return etcd;
}
const quorum = (at: number, ...seen: Seen[]) => picture(after(...seen), at).quorum;

describe("quorum", () => {
  const n = (...ids: number[]) => lists(1, ids[0] ?? 1, ...ids.map((id) => listed(id)));

  test("three of three", () => {
    expect(quorum(2, ...healthy)).toMatchObject({
      state: "ok",
      voters: 3,
      needed: 2,
      failureTolerance: 1,
      leaderId: "m2",
    });
  });
  test("one gone: none may be lost any more", () => {
    expect(quorum(2, ...healthy, fails(2, 3))).toMatchObject({
      state: "degraded",
      answering: 2,
      failureTolerance: 0,
    });
  });
  test("two gone, the third has no leader: lost", () => {
    const seen = [...healthy, fails(2, 3), fails(2, 2), says(3, 1, 0)];
    expect(quorum(4, ...seen)).toMatchObject({
      state: "lost",
      answering: 1,
      needed: 2,
      noLeaderFor: 3,
    });
  });
  test("two out of our reach while the third names a leader: there is quorum", () => {
    expect(quorum(3, ...healthy, fails(2, 3, "timeout"), fails(2, 1, "timeout"))).toMatchObject({
      state: "degraded",
      answering: 1,
      failureTolerance: undefined,
    });
  });
  test("all silent: unknown, it may be our own network; all refused: lost", () => {
    const all = (code: FailureCode) => [1, 2, 3].map((id) => fails(2, id, code));
    expect(quorum(3, ...healthy, ...all("timeout")).state).toBe("unknown");
    expect(quorum(3, ...healthy, ...all("refused")).state).toBe("lost");
  });
  test("enough answer, none is named leader: an election", () => {
    expect(quorum(3, ...healthy, says(2, 1, 0), fails(2, 2), says(2, 3, 0)).state).toBe("election");
  });
  test("two members elect a leader while both are up, but may lose none", () => {
    const two = [endpoints(1, 2), says(1, 1, 1), says(1, 2, 1), n(1, 2)];
    expect(quorum(2, ...two)).toMatchObject({ state: "ok", voters: 2, needed: 2, failureTolerance: 0 });
  });
  test("four members may lose no more than three", () => {
    const four = [endpoints(1, 2, 3, 4), ...[1, 2, 3, 4].map((id) => says(1, id, 1)), n(1, 2, 3, 4)];
    expect(quorum(2, ...four)).toMatchObject({ voters: 4, needed: 3, failureTolerance: 1 });
  });
  test("a learner has no vote, a member that never started has one", () => {
    const seen = [
      ...healthy,
      endpoints(1, 2, 3, 4),
      says(2, 4, 2, { isLearner: true }),
      lists(2, 1, ...three, listed(4, { isLearner: true }), listed(5, { name: "" })),
    ];
    expect(quorum(3, ...seen)).toMatchObject({
      voters: 4,
      answering: 3,
      needed: 3,
      failureTolerance: 0,
      state: "degraded",
    });
  });
  test("two addresses of one member count once, and without a list nobody knows who has a vote", () => {
    const twice = [
      ...healthy,
      endpoints(1, 2, 3, 4),
      says(2, 4, 0, { memberId: "m1" }),
      says(2, 1, 0),
      fails(2, 2),
      fails(2, 3),
    ];
    expect(quorum(3, ...twice)).toMatchObject({ state: "lost", answering: 1, voters: 3 });
    expect(quorum(2, endpoints(1), says(1, 1, 2))).toMatchObject({
      state: "unknown",
      failureTolerance: undefined,
    });
  });
  test("lost since before we looked counts from then", () => {
    const seen = [endpoints(1, 2, 3), says(1, 1, 0), fails(1, 2), fails(1, 3), lists(1, 1, ...three)];
    expect(quorum(100, ...seen)).toMatchObject({ state: "lost", noLeaderFor: 99 });
  });
  test("before all were heard nothing is said", () => {
    expect(quorum(1, endpoints(1, 2, 3), says(1, 1, 2)).state).toBe("unknown");
  });
});

test("two members say they lead: the higher term wins, the other is named old", () => {
  const state = after(...healthy, says(2, 3, 3, { raftTerm: 3n }), says(2, 1, 3, { raftTerm: 3n }));
  const etcd = picture(state, 2);
  expect(etcd.rows.map((r) => r.role)).toEqual(["follower", "old leader", "leader"]);
  expect(etcd.quorum.leaderId).toBe("m3");
  expect(reported(state)).toEqual(["02.0 up etcd: cp-2 → cp-3, term 3"]);
});

test("a member that stops answering keeps its row and its last figures, says why and for how long", () => {
  const etcd = picture(after(...healthy, fails(3, 3)), 41);
  expect(etcd.rows[2]).toMatchObject({
    name: "cp-3",
    state: "failed",
    role: "unknown",
    status: { raftIndex: 1000n },
    age: 40,
    failedFor: 40,
    failure: { code: "refused" },
    lag: undefined,
  });
  expect(etcd.rows[0]).toMatchObject({ state: "answers", lag: 0n });
});

test("a killed leader is reported: who stopped, the election, the new leader and how long there was none", () => {
  const state = after(
    ...healthy,
    says(1.5, 1, 2),
    fails(2, 2),
    says(2.1, 1, 0),
    says(2.1, 3, 0),
    says(3, 3, 3, { raftTerm: 3n }),
    says(3.1, 1, 3, { raftTerm: 3n }),
    says(9, 2, 3, { raftTerm: 3n }),
  );
  expect(reported(state)).toEqual([
    "02.0 bad etcd cp-2: does not answer: refused",
    "02.1 warn etcd: no leader: election in progress",
    "03.0 up etcd: cp-2 → cp-3, term 3, no leader for 1.5 s",
    "09.0 ok etcd cp-2: answers again after 8.0 s",
  ]);
  const [leaders, up] = assess(state, t(10)).history;
  expect(leaders?.intervals.map((p) => [p.kind, p.who])).toEqual([
    ["led", "cp-2"],
    ["gap", ""],
    ["led", "cp-3"],
  ]);
  expect(up?.intervals.map((p) => [p.kind, p.who])).toEqual([
    ["led", "3 of 3"],
    ["less", "2 of 3"],
    ["led", "3 of 3"],
  ]);
});

test("changes of leader are counted with their times, and from the second one on the timeline says how many", () => {
  const term = (raftTerm: bigint) => ({ raftTerm });
  const state = after(
    ...healthy,
    says(3, 3, 3, term(3n)),
    says(7.5, 1, 1, term(5n)),
    says(8, 3, 1, term(5n)),
  );
  expect(picture(state, 9).leaderChanges).toMatchObject({ times: [t(3), t(7.5)], recent: 2, lastAgo: 1.5 });
  expect(reported(state)).toEqual([
    "03.0 up etcd: cp-2 → cp-3, term 3",
    "07.5 up etcd: cp-3 → cp-1, term 5; 2 leader changes in 4.5 s",
  ]);
});

describe("quorum that was lost and is there again is reported with who leads, since when, and after how long", () => {
  const lost = [...healthy, fails(2, 2), fails(2, 3), says(3, 1, 0)];
  const term = (raftTerm: bigint) => ({ raftTerm });

  test.each([
    [
      "by the first member that names a leader, though others answered before",
      [...lost, says(10, 1, 1, term(3n)), says(10.1, 3, 1, term(3n))],
      ["quorum regained: cp-2 → cp-1, term 3, no leader for 9.0 s", "answers again after 9.1 s"],
    ],
    [
      "at once: a leader that was elected since the others refused proves that a majority was there",
      [...lost, says(4, 1, 1, term(3n)), fails(4.1, 2), fails(4.1, 3), says(4.2, 3, 1, term(3n))],
      ["quorum regained: cp-2 → cp-1, term 3, no leader for 3.0 s", "answers again after 3.2 s"],
    ],
    [
      "when enough members answered before they had elected one",
      [...lost, says(9, 3, 0), says(10, 3, 3, term(3n))],
      ["answers again after 8.0 s", "quorum regained: cp-2 → cp-3, term 3, no leader for 9.0 s"],
    ],
    [
      "when nothing was heard at all in between",
      [...lost, fails(5, 1, "timeout"), says(10, 2, 2, term(3n))],
      [
        "does not answer: timeout",
        "answers again after 9.0 s",
        "quorum regained: cp-2 leads again, term 3, no leader for 9.0 s",
      ],
    ],
    [
      "when it was lost before we looked",
      [
        ...[endpoints(1, 2, 3), fails(1, 2), fails(1, 3), says(1, 1, 0), lists(1, 1, ...three)],
        says(10, 1, 1),
      ],
      ["quorum regained: cp-1 leads, term 2, no leader for 9.0 s"],
    ],
  ] as const)("%s", (_, seen, last) => {
    const texts = after(...seen).events.map(({ text }) => text);
    expect(texts.slice(0, last.length).toReversed()).toEqual(last);
    expect(texts.filter((text) => text.startsWith("quorum"))).toEqual([
      expect.stringMatching(/^quorum regained/),
      "quorum lost: 1 of 3 answers, needs 2",
    ]);
  });
});

test("an election that the same leader wins in the same term ends in the timeline, too", () => {
  const state = after(...healthy, says(2, 1, 0), says(2, 2, 0), says(2, 3, 0), says(2.8, 2, 2));
  expect(reported(state)).toEqual([
    "02.0 warn etcd: no leader: election in progress",
    "02.8 up etcd: cp-2 leads again, term 2, no leader for 1.8 s",
  ]);
});

test("quorum lost outranks whatever the leases say", () => {
  const state = after(...healthy, fails(2, 3), fails(2, 2), says(3, 1, 0));
  expect(assess(state, t(5)).headline).toMatchObject({ kind: "quorum-lost", lasts: 4 });
});

test("members that hold different lists do not agree", () => {
  const same = after(...healthy, lists(1, 2, ...three.toReversed()));
  expect(picture(same, 2).list).toMatchObject({ agree: true, from: ["cp-1", "cp-2"] });
  const other = after(...healthy, lists(1, 2, listed(1), listed(2)));
  expect(picture(other, 2).list.agree).toBe(false);
});

test("IDs and counters above 2^53 keep every digit", () => {
  const big = 2n ** 63n + 1n;
  const etcd = picture(after(endpoints(1), says(1, 1, 1, { revision: big, raftIndex: big })), 1);
  expect(etcd.revision).toBe(big);
});

test("no way to etcd is said with what was tried", () => {
  const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
  const { etcd } = assess(after([0, { kind: "etcd-not-configured", tried }]), t(1));
  expect(etcd).toEqual({ state: "notConfigured", tried });
});

describe("a member that answers but is cut off from the others", () => {
  // 3 leads in term 2; 1 is cut off, 2 and 3 stay together.
  const cut = [
    endpoints(1, 2, 3),
    ...[1, 2, 3].map((id) => says(1, id, 1)),
    lists(1, 1, ...three),
    says(2, 2, 3, { raftTerm: 3n }),
    says(2.5, 3, 3, { raftTerm: 3n }),
  ];
  const others = says(3.5, 2, 3, { raftTerm: 3n });
  // A majority writes what 3 commits between these two.
  const written = [4, 4.5].map((at) => says(at, 3, 3, { raftTerm: 3n, raftIndex: BigInt(at * 100) }));

  test("is not judged by an answer from before the new leader was heard of", () => {
    expect(quorum(2.6, ...cut)).toMatchObject({ state: "ok", answering: 3, up: 3, failureTolerance: 1 });
  });

  test.each([
    ["names itself in the old term", says(3, 1, 1), "old leader"],
    ["names nobody", says(3, 1, 0), "no leader"],
  ] as const)("and %s: it is none of the quorum", (_, said, role) => {
    expect(quorum(3, ...cut, said)).toMatchObject({ state: "ok", up: 3 });
    const down = { state: "degraded", answering: 3, up: 2, failureTolerance: 0, leaderId: "m3" };
    expect(quorum(3.5, ...cut, said, others)).toMatchObject(down);
    expect(reported(after(...cut, said, others)).at(-1)).toMatch(/02\.0 up etcd: cp-1 → cp-3/);
    const seen = [...cut, said, others, ...written, [5, said[1]] as const];
    expect(quorum(5, ...seen)).toMatchObject(down);
    expect(picture(after(...seen), 5).rows.map((row) => [row.role, row.partitioned])).toEqual([
      [role, true],
      ["follower", false],
      ["leader", false],
    ]);
    expect(reported(after(...seen)).at(-1)).toMatch(
      /05\.0 bad etcd cp-1: partitioned: does not know leader cp-3/,
    );
  });

  test("is known to be partitioned after a while where nothing is written, too: a leader that goes on has a majority", () => {
    const seen = [...cut, says(3, 1, 0)];
    for (let at = 4; at < 8; at += 1) seen.push(says(at, 3, 3, { raftTerm: 3n }), says(at + 0.5, 1, 0));
    expect(reported(after(...seen)).at(-1)).toMatch(/02\.0 up etcd: cp-1 → cp-3/);
    seen.push(says(8.1, 3, 3, { raftTerm: 3n }), says(8.5, 1, 0));
    expect(reported(after(...seen)).at(-1)).toMatch(/08\.5 bad etcd cp-1: partitioned/);
  });

  test("rejoins once it names the leader", () => {
    const seen = [...cut, says(3, 1, 0), ...written, says(5, 1, 0), says(9, 1, 3, { raftTerm: 3n })];
    expect(quorum(9, ...seen)).toMatchObject({ state: "ok", up: 3, failureTolerance: 1 });
    expect(reported(after(...seen)).at(-1)).toMatch(/ok etcd cp-1: rejoined, leader cp-3/);
  });

  test("without any leader none is partitioned", () => {
    const seen = [...healthy, says(3, 1, 0), says(3, 2, 0), says(3, 3, 0)];
    expect(quorum(3, ...seen)).toMatchObject({ state: "election", answering: 3, up: 3 });
  });
});

describe("while a leader goes, no member is reported as partitioned that is not", () => {
  const ids = [1, 2, 3, 4, 5];
  const five = lists(1, 1, ...ids.map((id) => listed(id)));
  /** 2 leads five members, all is well, and something was written at each look. */
  const begin: Seen[] = [
    endpoints(...ids),
    ...ids.map((id) => says(1, id, 2, { raftIndex: 100n })),
    five,
    ...ids.map((id) => says(2, id, 2, { raftIndex: 200n })),
  ];
  const leads = (at: number, id: number, raftIndex = 200n): Seen => says(at, id, 2, { raftIndex });
  const distance = (...seen: Seen[]): readonly string[] => {
    const state = after(...begin, ...seen);
    const rows = picture(state, 20).rows.filter((row) => row.partitioned);
    const events = reported(state).filter((line) => line.includes("partitioned"));
    return [...rows.map(({ name }) => name), ...events];
  };

  test.each<[string, Seen[]]>([
    [
      "the leader was killed: one sees it before the others do, which go on naming it",
      [fails(3, 2), says(3.2, 5, 0), leads(3.3, 1), leads(3.3, 3), says(3.4, 5, 0), leads(3.5, 4)],
    ],
    [
      "quorum is lost: the leader gives up before its last follower sees it",
      [...[1, 3, 4].map((id) => fails(3, id)), says(4, 2, 0), leads(4.1, 5), says(4.3, 2, 0), leads(4.4, 5)],
    ],
    [
      "quorum is lost: what the leader said before it gave up comes late",
      [
        ...[1, 3, 4].map((id) => fails(3, id)),
        says(4, 5, 0),
        leads(4.1, 2),
        says(4.2, 5, 0),
        says(4.3, 2, 0),
      ],
    ],
    [
      "the leader was cut off, not from us: the others see it one after the other, it gives up last",
      [
        ...[says(3, 5, 0), leads(3.1, 2), leads(3.1, 1), leads(3.1, 3), says(3.3, 5, 0), leads(3.4, 2)],
        ...[says(3.5, 1, 0), says(3.5, 3, 0), says(3.6, 5, 0), leads(3.7, 2), says(3.8, 4, 0), says(4, 2, 0)],
      ],
    ],
    [
      "one that lost its leader for a moment, and was not heard since",
      [says(3, 5, 0), leads(3.1, 2, 300n), leads(3.2, 2, 400n), leads(3.3, 5, 400n)],
    ],
    [
      "one that starts again and does not know the leader yet",
      [
        says(3, 5, 0),
        fails(3.5, 5),
        leads(4, 2, 300n),
        leads(5, 2, 400n),
        says(5.1, 5, 0),
        leads(6, 5, 400n),
      ],
    ],
  ])("%s", (_, seen) => {
    expect(distance(...seen)).toEqual([]);
  });

  test("and one that is, is: a majority writes without it, before and after it was asked", () => {
    const seen = [says(3, 5, 0), leads(3.1, 2, 300n), leads(3.2, 2, 400n), says(3.3, 5, 0)];
    expect(distance(...seen)).toEqual(["cp-5", expect.stringMatching(/^03\.3 bad etcd cp-5: partitioned: /)]);
  });
});

describe("before we have looked around", () => {
  const look: Seen[] = [[4, { kind: "tick" }]];
  const began: Seen[] = [endpoints(1, 2, 3), says(1, 1, 2), says(1, 2, 2), lists(1, 1, ...three)];

  test("a member that is slow at first contact is no event, and none when it answers", () => {
    expect(reported(after(...began, fails(1.5, 3, "timeout"), says(1.7, 3, 2), ...look))).toEqual([]);
  });

  test("one that has not answered by then is reported with the first look, and when it does answer", () => {
    const seen = after(...began, fails(1.5, 3), ...look, says(9, 3, 2));
    expect(reported(seen)).toEqual([
      "01.5 bad etcd cp-3: does not answer: refused",
      "09.0 ok etcd cp-3: answers after 7.5 s",
    ]);
  });

  test("one that is still asked is none that is down", () => {
    const began: Seen[] = [endpoints(1, 2), says(1, 1, 1), lists(1, 1, listed(1), listed(2))];
    const look = after(...began, [4, { kind: "tick" }]).events.find((e) => e.subject === "start");
    expect(look?.text ?? "").not.toContain("member");
    const whole = after(...began, says(2, 2, 1), [4, { kind: "tick" }]).events.at(-1);
    expect(whole?.text).toBe("2 members");
  });

  test("one that stops answering is reported at once", () => {
    expect(reported(after(...began, says(1, 3, 2), fails(1.8, 3)))).toEqual([
      "01.8 bad etcd cp-3: does not answer: refused",
    ]);
  });
});
