import type { Question } from "../../src/core/etcd/routes.ts";
import type { Route, RouteCan } from "../../src/core/facts/route.ts";
import { EVERYTHING, podRoute, routesTo } from "./route-kit.ts";
import type { ListedMember } from "../../src/core/facts/member.ts";
import type { RouteKnowledge } from "../../src/core/etcd/routes.ts";
import { routeFor, routesToAsk } from "../../src/core/etcd/routes.ts";

const listed = (id: string, ...urls: string[]): ListedMember => ({
  id,
  name: `cp-${id}`,
  peerUrls: [],
  clientUrls: urls.length > 0 ? urls : [`https://m${id}:2379`],
  isLearner: false,
});
const LIST = [listed("1"), listed("2"), listed("3")];
const answers = (memberId: string, list: readonly ListedMember[] = LIST): RouteKnowledge => ({
  can: EVERYTHING,
  settled: true,
  answers: true,
  memberId,
  leaderId: undefined,
  list,
});
const silent = (known: Partial<RouteKnowledge> = {}): RouteKnowledge => ({
  ...{ memberId: undefined, leaderId: undefined, list: undefined, ...known },
  ...{ can: EVERYTHING, settled: true, answers: false },
});

const ALL: readonly (keyof RouteCan)[] = [
  ...(["stream", "batch", "clock", "raftTerm"] as const),
  ...(["list", "hash", "linearizable"] as const),
];

type Known = Record<string, RouteKnowledge>;

test.each<[what: string, given: readonly string[], known: Known, asked: readonly string[]]>([
  ["nothing is known yet", ["m1:2379", "m2:2379"], {}, ["m1:2379", "m2:2379"]],
  [
    "one given, the others are listed",
    ["m1:2379"],
    { "m1:2379": answers("1") },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "by another address it is still the same member",
    ["vip:9"],
    { "vip:9": answers("2") },
    ["vip:9", "m1:2379", "m3:2379"],
  ],
  [
    "nothing is added before all that are given had their chance",
    ["m1:2379", "fwd:1"],
    { "m1:2379": answers("1") },
    ["m1:2379", "fwd:1"],
  ],
  [
    "a given one that is dead is not asked twice",
    ["m1:2379", "m2:2379"],
    { "m1:2379": answers("1"), "m2:2379": silent() },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "one that is left out because its list says that it is the same member need not tell its status, too",
    ["m1:2379", "fwd:1"],
    { "m1:2379": answers("1"), "fwd:1": { ...answers("1"), settled: false, answers: false } },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "two given that are the same member: the first",
    ["m1:2379", "fwd:1"],
    { "m1:2379": answers("1"), "fwd:1": answers("1") },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "two given that are the same member, and the first stops answering: the second, and still the first",
    ["m1:2379", "fwd:1"],
    { "m1:2379": silent({ memberId: "1" }), "fwd:1": { ...answers("1"), list: [listed("1")] } },
    ["m1:2379", "fwd:1"],
  ],
  [
    "two given that are the same member, and neither answers: both",
    ["m1:2379", "fwd:1"],
    {
      "m1:2379": silent({ memberId: "1", list: [listed("1")] }),
      "fwd:1": silent({ memberId: "1", list: [listed("1")] }),
    },
    ["m1:2379", "fwd:1"],
  ],
  [
    "the first serves no list: the second is asked beside it",
    ["m1:2379", "fwd:1"],
    {
      "m1:2379": { ...answers("1"), can: { ...EVERYTHING, list: false }, list: undefined },
      "fwd:1": answers("1", [listed("1")]),
    },
    ["m1:2379", "fwd:1"],
  ],
  [
    "the second can do nothing that the first cannot: it is left out",
    ["m1:2379", "fwd:1"],
    {
      "m1:2379": answers("1", [listed("1")]),
      "fwd:1": {
        ...answers("1", [listed("1")]),
        can: { ...EVERYTHING, list: false, raftTerm: false },
      },
    },
    ["m1:2379"],
  ],
  [
    "the only one given dies: the rows stay",
    ["m1:2379"],
    { "m1:2379": silent({ memberId: "1", list: LIST }), "m2:2379": answers("2"), "m3:2379": silent() },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "all die: the rows stay",
    ["m1:2379"],
    { "m1:2379": silent({ memberId: "1", list: LIST }), "m2:2379": silent({ memberId: "2", list: LIST }) },
    ["m1:2379", "m2:2379", "m3:2379"],
  ],
  [
    "one that was removed and lists itself still is asked no longer",
    ["m1:2379"],
    {
      "m1:2379": answers("1", [listed("1"), listed("2")]),
      "m2:2379": answers("2", [listed("1"), listed("2")]),
      "m3:2379": answers("3"),
    },
    ["m1:2379", "m2:2379"],
  ],
  [
    "a member that never started has no address",
    ["m1:2379"],
    { "m1:2379": answers("1", [listed("1"), { ...listed("4"), clientUrls: [] }]) },
    ["m1:2379"],
  ],
  [
    "an address that is none is left out",
    ["m1:2379"],
    { "m1:2379": answers("1", [listed("1"), listed("2", "unix:///x", "https://\u001b[31m:1")]) },
    ["m1:2379"],
  ],
])("%s", (_what, given, known, asked) => {
  const routes = routesToAsk(routesTo(given), new Map(Object.entries(known)));
  expect(routes.map(({ key }) => key)).toEqual(asked);
});

test("the addresses in a list are asked only where a route goes straight to an address", () => {
  const pods = ["1", "2"].map((id): Route => podRoute(id));
  const known = new Map(pods.map(({ key }, at) => [key, answers(String(at + 1))]));
  expect(routesToAsk(pods, known).map(({ key }) => key)).toEqual(["pods etcd-1", "pods etcd-2"]);
});

describe("which route of a member serves a question", () => {
  const route = (name: string, answering: boolean, ...cannot: readonly (keyof RouteCan)[]) => {
    const can = Object.fromEntries(
      Object.keys(EVERYTHING).map((what) => [what, !cannot.some((one) => one === what)]),
    );
    return { name, answers: answering, can: { ...EVERYTHING, ...can } };
  };

  test.each<
    [
      what: string,
      question: Question,
      routes: readonly ReturnType<typeof route>[],
      serves: string | undefined,
    ]
  >([
    ["the first that answers", "hash", [route("a", true), route("b", true)], "a"],
    ["not one that does not answer, while another does", "hash", [route("a", false), route("b", true)], "b"],
    ["of those that do not answer the first", "hash", [route("a", false), route("b", false)], "a"],
    ["not one that cannot", "hash", [route("a", true, "hash"), route("b", false)], "b"],
    ["none, where none can", "hash", [route("a", true, "hash"), route("b", true, "hash")], undefined],
    ["a status by each", "status", [route("a", true, ...ALL), route("b", true)], "a"],
    ["a term not by one that has none", "raftTerm", [route("a", true, "raftTerm"), route("b", true)], "b"],
    ["none, where there is none", "status", [], undefined],
  ])("%s", (_what, question, routes, serves) => {
    expect(routeFor(question, routes)?.name).toBe(serves);
  });
});
