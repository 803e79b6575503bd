import { EVERYTHING } from "./route-kit.ts";
import { directRoute } from "../../src/core/etcd/routes.ts";
import type { MemberRow, UnlistedEndpoint } from "../../src/core/assessment.ts";
import { healthChanges, judgeHealth } from "../../src/core/etcd/health.ts";
import type { ListedMember, ObservedMember, QuorumRead } from "../../src/core/facts/member.ts";
import { unlistedWords } from "../../src/core/etcd/endpoints.ts";
import { listDifferences } from "../../src/core/etcd/member-list.ts";
import { memberRow } from "./assessment-kit.ts";
import { endpoint, listed, status, t } from "./model-kit.ts";

test.each<[code: "forbidden" | "timeout" | undefined, errors: readonly string[], healthy: boolean]>([
  [undefined, [], true],
  // Another user may read that key: etcdctl takes that as an answer, too.
  ["forbidden", [], true],
  ["timeout", [], false],
  [undefined, ["memberID:1 alarm:NOSPACE"], false],
  [undefined, ["etcdserver: no leader"], true],
])("failure %j, errors %j: healthy %j", (code, errors, healthy) => {
  const failure = code === undefined ? undefined : { code, text: "why" };
  const member = memberRow(1, { status: status(1, 1, { errors }) });
  expect(judgeHealth({ ...member, read: { took: 0.1, failure } })).toMatchObject({ healthy, took: 0.1 });
});

test("alarms that a dead member reported before count no more", () => {
  const old = status(1, 1, { errors: ["memberID:1 alarm:NOSPACE"] });
  const failure = { code: "refused", text: "why" } as const;
  const member = memberRow(1, { state: "failed", failure, status: old });
  const { healthy, alarms, failure: why } = judgeHealth({ ...member, read: { took: 0.1, failure } });
  expect({ healthy, alarms, why }).toEqual({ healthy: false, alarms: undefined, why: failure });
});

test("that a member no longer tells whether there is an alarm is no news: its last read was answered, as before", () => {
  const errors = ["memberID:1 alarm:NOSPACE"];
  const answered = { took: 0.1, failure: undefined };
  const failure = { code: "timeout", text: "no answer from e1:2379 within 1.5 s" } as const;
  const gone = memberRow(1, { state: "failed", failure });
  const reported = (
    before: MemberRow,
    after: [MemberRow, QuorumRead],
    read: QuorumRead = answered,
  ): unknown => {
    const picture = (row: MemberRow, of: QuorumRead) => ({
      rows: [judgeHealth({ ...row, read: of })],
      endpoints: [],
    });
    return healthChanges(picture(before, read), picture(...after), t(1)).map(({ text }) => text);
  };
  const ill = memberRow(1, { status: status(1, 1, { errors }) });
  expect(reported(memberRow(1), [gone, answered])).toEqual([]);
  expect(reported(ill, [gone, answered])).toEqual([]);
  expect(reported(gone, [memberRow(1), answered])).toEqual([]);
  expect(reported(gone, [gone, { took: 5, failure }])).toEqual([`is unhealthy: ${failure.text}`]);
  // It may be that it tells its status to nobody like us.
  expect(reported(gone, [gone, answered], { took: 5, failure })).toEqual(["is healthy"]);
});

test("an address that becomes unlisted, and is listed again, is reported", () => {
  const failure = { code: "refused", text: "connection refused by e9:2379" } as const;
  const one: UnlistedEndpoint = { endpoint: "e9:2379", failure, failedFor: 1, candidates: [] };
  const rows = [judgeHealth(memberRow(1, { read: { took: 0.1, failure: undefined } }))];
  const [none, some] = [
    { rows, endpoints: [] },
    { rows, endpoints: [one] },
  ];
  const texts = (...[before, after]: Parameters<typeof healthChanges>): readonly string[] =>
    healthChanges(before, after, t(1)).map(({ subject, text }) => `${subject} ${text}`);
  expect(texts(none, some, t(1))).toEqual([`etcd ${unlistedWords(one)}`]);
  expect(texts(some, some, t(1))).toEqual([]);
  expect(texts(some, none, t(1))).toEqual(["etcd endpoint e9:2379 answers"]);
  // Now a member lists it: its row tells.
  const named = {
    rows: [...rows, judgeHealth(memberRow(9, { read: { took: 0.1, failure } }))],
    endpoints: [],
  };
  expect(texts(some, named, t(1))).toEqual(["etcd cp-9 is unhealthy: connection refused by e9:2379"]);
});

describe("lists of members", () => {
  const holds = (id: number, members: readonly ListedMember[]): ObservedMember => ({
    ...{
      route: directRoute({ endpoint: endpoint(id), secure: true }),
      can: EVERYTHING,
      expected: undefined,
      read: undefined,
      identity: undefined,
      lastAnswer: undefined,
      failing: undefined,
      disagreesSince: undefined,
    },
    ...{ list: { members, at: t(1) }, listFailure: undefined, sizes: [], clock: undefined },
  });
  const shown = [1, 2, 3].map((id) => listed(id));

  test("that are the same in another order do not differ", () => {
    const urls = { clientUrls: ["https://e1:2379"] };
    const own = [listed(3), listed(2), listed(1, urls)];
    expect(listDifferences([holds(1, own)], shown, (m) => m.route.key)).toEqual([]);
  });

  test("say of each other one what it lacks, has besides, and has otherwise", () => {
    const own = [listed(1), listed(2, { isLearner: true }), listed(4)];
    expect(listDifferences([holds(1, shown), holds(3, own)], shown, (m) => m.route.key)).toEqual([
      {
        from: "e3:2379",
        extra: [listed(4)],
        lacks: [listed(3)],
        other: [listed(2, { isLearner: true })],
      },
    ]);
  });
});
