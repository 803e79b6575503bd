import type { EtcdTarget } from "../../src/core/etcd/address.ts";
import type { ListedMember } from "../../src/core/facts/member.ts";
import type { EndpointKnowledge } from "../../src/core/etcd/resolve.ts";
import { endpointsToAsk } from "../../src/core/etcd/resolve.ts";

const target = (endpoint: string): EtcdTarget => ({ endpoint, secure: true });
const listed = (id: string, ...urls: string[]): ListedMember => ({
  id,
  name: `cp-${id}`,
  peerUrls: [],
  clientUrls: urls.length > 0 ? urls : [`https://m${id}:2379`],
  isLearner: false,
});
const LIST = [listed("1"), listed("2"), listed("3")];
const answers = (memberId: string, list: readonly ListedMember[] = LIST): EndpointKnowledge => ({
  settled: true,
  answers: true,
  memberId,
  leaderId: undefined,
  list,
});
const silent = (known: Partial<EndpointKnowledge> = {}): EndpointKnowledge => ({
  ...{ memberId: undefined, leaderId: undefined, list: undefined, ...known },
  ...{ settled: true, answers: false },
});

type Known = Record<string, EndpointKnowledge>;

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
  const targets = endpointsToAsk(given.map(target), new Map(Object.entries(known)));
  expect(targets.map((one) => one.endpoint)).toEqual(asked);
});
