import { asking } from "./route-kit.ts";
import type { FailureCode } from "../../src/core/facts/failure.ts";
import type { MemberStatus } from "../../src/core/facts/member.ts";
import type { EtcdObservation } from "../../src/core/facts/observation.ts";
import { assess } from "../../src/core/assess.ts";
import { after, endpoint, listed, listing, status, t } from "./model-kit.ts";

type Seen = readonly [number, EtcdObservation];

const says = (at: number, id: number, leader = 2, more: Partial<MemberStatus> = {}): Seen => [
  at,
  { kind: "member-answered", route: endpoint(id), status: status(id, leader, more), took: 0.001 },
];
const fails = (at: number, id: number, code: FailureCode = "refused"): Seen => [
  at,
  { kind: "member-failed", route: endpoint(id), failure: { code, text: code } },
];
const lists = (at: number, ...members: ReturnType<typeof listed>[]): Seen => [at, listing(1, members)];
const three = [listed(1), listed(2), listed(3)];
const known: Seen[] = [
  [0, { kind: "etcd-routes", routes: asking([1, 2, 3, 4].map(endpoint)) }],
  ...[1, 2, 3].map((id) => says(1, id)),
  lists(1, ...three),
];

describe("an address at which nobody answers", () => {
  const told4 = (...seen: Seen[]) => {
    const { etcd } = assess(after(...seen), t(5));
    if (etcd.state !== "members") throw new Error(`etcd is ${etcd.state}`);
    const { rows, endpoints: unlisted, quorum: q } = etcd;
    return {
      rows: rows.map(({ name }) => name),
      unlisted: unlisted.map((one) => one.endpoint),
      state: q.state,
    };
  };
  const whole = ["cp-1", "cp-2", "cp-3"];
  const e4 = endpoint(4);

  test.each<[what: string, seen: Seen[], rows: string[], unlisted: string[], state: string]>([
    ["may be a member's until it has failed", known, [...whole, e4], [], "unknown"],
    ["is nobody's where no member lists it", [...known, fails(2, 4)], whole, [e4], "ok"],
    [
      "may be a member's while nobody gives a list",
      [...known.slice(0, -1), fails(2, 4)],
      ["e1:2379", "e2:2379", "e3:2379", e4],
      [],
      "unknown",
    ],
    [
      "is a member's that lists it",
      [...known, lists(1.5, ...three, listed(4)), fails(2, 4)],
      [...whole, "cp-4"],
      [],
      "degraded",
    ],
    [
      "is a member's that answered there before, wherever its list says that it is",
      [...known, says(1.5, 4), lists(1.5, ...three, listed(4, { clientUrls: [] })), fails(2, 4)],
      [...whole, "cp-4"],
      [],
      "degraded",
    ],
    [
      "is nobody's once the member that answered there was removed",
      [...known, says(1.5, 4), fails(2, 4)],
      whole,
      [e4],
      "ok",
    ],
    ["is somebody's who refuses us", [...known, fails(2, 4, "forbidden")], [...whole, e4], [], "ok"],
  ])("%s", (_, seen, rows, unlisted, state) => {
    expect(told4(...seen)).toEqual({ rows, unlisted: unlisted, state });
  });
});

test("an unlisted address may be another one of a listed member that is not reached", () => {
  const { etcd } = assess(after(...known, fails(2, 4), fails(2, 3)), t(5));
  expect(etcd).toMatchObject({ endpoints: [{ endpoint: endpoint(4), candidates: ["cp-3"] }] });
  const all = assess(after(...known, fails(2, 4)), t(5)).etcd;
  expect(all).toMatchObject({ endpoints: [{ endpoint: endpoint(4), candidates: [] }] });
});

describe("a member that tells its clients to come to 127.0.0.1", () => {
  const here = "127.0.0.1:2379";
  const list = lists(1, listed(1), listed(2), listed(3, { clientUrls: [`https://${here}`] }));
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([endpoint(1), endpoint(2), here]) }];
  const failure = { code: "refused", text: "refused" } as const;
  const refused: Seen = [1, { kind: "member-failed", route: here, failure }];
  const seen = (...more: Seen[]) => assess(after(asked, says(1, 1), says(1, 2), list, ...more), t(5));

  test("is on a machine of its own where the others are not here: that it is down is not said", () => {
    const { etcd, findings } = seen(refused);
    const text = `advertises ${here}, which from here is this machine; does not answer: refused`;
    expect(etcd).toMatchObject({
      rows: [{}, {}, { name: "cp-3", endpointMismatch: true, failure: { text } }],
    });
    expect(findings.find(({ subject }) => subject === "etcd cp-3")).toMatchObject({
      ...{
        evidence: `does not answer: ${text}`,
        advice: "set an address that leads to it with --etcd-endpoints",
      },
    });
  });

  test("is here if it answered there before", () => {
    const answered: Seen = [1, { kind: "member-answered", route: here, status: status(3, 2), took: 0.001 }];
    expect(seen(answered, refused).etcd).toMatchObject({
      rows: [{}, {}, { name: "cp-3", endpointMismatch: false, failure: { text: "refused" } }],
    });
  });
});

test("two addresses of one member that tells no status are one row: its list says who gave it", () => {
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([1, 9].map(endpoint)) }];
  const refused: Seen[] = [fails(1, 1, "forbidden"), fails(1, 9, "forbidden")];
  const again = { ...listing(1, three), route: endpoint(9) };
  const { etcd } = assess(after(asked, ...refused, [1, listing(1, three)], [1, again]), t(2));
  expect(etcd).toMatchObject({ rows: [{ endpoint: endpoint(1), memberId: "m1", name: "cp-1" }] });
});

test("one that never answered is silent since it was asked, one that did since it answered last", () => {
  const failure = { code: "timeout", text: "no answer" } as const;
  const timeout = (at: number, id: number): Seen => [
    at,
    { kind: "member-failed", route: endpoint(id), failure, waited: 1.5 },
  ];
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([1, 2].map(endpoint)) }];
  const { etcd } = assess(after(asked, says(1, 1), timeout(2, 2), timeout(3, 1), timeout(4, 2)), t(4));
  expect(etcd).toMatchObject({ rows: [{ failedFor: 3 }, { failedFor: 3.5 }] });
});

test("a leader that no member lists any more was removed: there is none", () => {
  const quorum = (...seen: Seen[]) => {
    const { etcd } = assess(after(...seen), t(2));
    return etcd.state === "members" ? etcd.quorum : undefined;
  };
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([1, 2].map(endpoint)) }];
  const follow = [asked, says(1, 1, 3), says(1, 2, 3)];
  expect(quorum(...follow, lists(1, listed(1), listed(2)))).toMatchObject({
    state: "election",
    leaderId: undefined,
  });
  expect(quorum(...follow, lists(1, ...three))).toMatchObject({ state: "degraded", leaderId: "m3" });
  // A list from before it led tells nothing of it.
  const before: Seen[] = [asked, says(0.5, 1, 1), says(0.5, 2, 1), lists(0.5, listed(1), listed(2))];
  const newer = { raftTerm: 3n };
  const elected = [says(1, 1, 3, newer), says(1, 2, 3, newer)];
  expect(quorum(...before, ...elected)).toMatchObject({ state: "ok", leaderId: "m3" });
});

test("a voter that never started is none to count on: without it there is no majority for the leader that is still named", () => {
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([endpoint(1)]) }];
  const added = listed(2, { name: "", clientUrls: [] });
  const { etcd, findings } = assess(after(asked, says(1, 1, 1), lists(1, listed(1), added)), t(2));
  expect(etcd).toMatchObject({ quorum: { state: "unknown", failureTolerance: undefined } });
  expect(findings).toMatchObject([
    {
      id: "etcd-unknown",
      evidence: "1 of 2 members answer, 1 never started, yet a leader is named; quorum needs 2",
      advice: expect.stringContaining("a leader without quorum steps down within seconds") as string,
    },
    { id: "etcd-unstarted" },
  ]);
});

test("too many refuse connections, and a leader is still named: unknown until one without a majority would have given up", () => {
  const quorum = (at: number, ...seen: Seen[]) => {
    const { etcd } = assess(after(...seen), t(at));
    return etcd.state === "members" ? etcd.quorum : undefined;
  };
  const asked: Seen = [0, { kind: "etcd-routes", routes: asking([1, 2].map(endpoint)) }];
  const list = lists(1, listed(1), listed(2));
  const two = [asked, says(1, 1, 1), says(1, 2, 1), list, fails(1.5, 2), says(1.6, 1, 1)];
  expect(quorum(1.7, ...two)).toMatchObject({ state: "unknown", answering: 1, failureTolerance: undefined });
  expect(quorum(1.1, asked, fails(0.9, 2), says(1, 1, 1), list)).toMatchObject({ state: "unknown" });
  expect(quorum(4, ...two, says(3, 1, 0))).toMatchObject({ state: "lost" });
  const longer = [...two, says(3, 1, 1), says(6.1, 1, 1)];
  expect(quorum(7, ...longer)).toMatchObject({ state: "degraded", failureTolerance: undefined });
});
