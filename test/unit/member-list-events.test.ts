import { asking } from "./route-kit.ts";
import type { EtcdObservation } from "../../src/core/facts/observation.ts";
import { after, endpoint, listed, listing, status, reported } from "./model-kit.ts";

type Seen = readonly [number, EtcdObservation];

const three = [listed(1), listed(2), listed(3)];
const lists = (at: number, id: number, ...members: ReturnType<typeof listed>[]): Seen => [
  at,
  listing(id, members),
];
const healthy: Seen[] = [
  [0, { kind: "etcd-routes", routes: asking([1, 2, 3].map(endpoint)) }],
  ...[1, 2, 3].map((id): Seen => [
    1,
    { kind: "member-answered", route: endpoint(id), status: status(id, 1), took: 0.001 },
  ]),
];

describe("the member list, as all agree on it", () => {
  const list = (at: number, members: ReturnType<typeof listed>[]): Seen[] =>
    [1, 2, 3].map((id) => lists(at, id, ...members));
  const added = listed(4, { name: "", clientUrls: [], isLearner: true });
  const learner = listed(4, { isLearner: true });

  test("tells who was added, has started, was promoted, was removed", () => {
    const changes = [[...three, added], [...three, learner], [...three, listed(4)], three];
    const seen = changes.flatMap((members, n) => list(2 + n, members));
    expect(reported(after(...healthy, ...list(1, three), ...seen)).slice(-4)).toEqual([
      "02.0 note etcd m4: added as learner",
      "03.0 note etcd cp-4: started (m4)",
      "04.0 note etcd cp-4: promoted: 4 voters, quorum 3",
      "05.0 note etcd cp-4: removed: 3 voters, quorum 2",
    ]);
  });

  test("tells nothing while one member still holds another one, and nothing at first sight", () => {
    const one = lists(2, 1, ...three, added);
    expect(reported(after(...healthy, ...list(1, three)))).toEqual(reported(after(...healthy)));
    expect(reported(after(...healthy, ...list(1, three), one))).toEqual(reported(after(...healthy)));
    expect(reported(after(...healthy, ...list(1, three), one, lists(3, 1, ...three)))).toEqual(
      reported(after(...healthy)),
    );
  });

  test("a voter that is added, an address that is another", () => {
    const moved = listed(3, { clientUrls: ["https://elsewhere:2379"] });
    expect(
      reported(after(...healthy, ...list(1, three), ...list(2, [...three.slice(0, 2), moved, listed(4)]))),
    ).toEqual(
      expect.arrayContaining([
        "02.0 note etcd cp-4: added: 4 voters, quorum 3",
        "02.0 note etcd cp-3: URLs changed",
      ]),
    );
  });
});
