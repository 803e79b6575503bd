import { parseTarget, targetComponents } from "../../scripts/lab/target.ts";

const lab = { nodes: 3, prefix: "127.64.1" };
const components = (text: string): string[] => {
  const target = parseTarget(text, lab);
  if (target.kind === "leader") throw new Error("a leader is resolved elsewhere");
  return targetComponents(target, lab);
};

describe("a target", () => {
  test.each([
    ["scheduler/cp-2", ["scheduler/cp-2"]],
    ["kubelet/cp-1", ["kubelet/cp-1"]],
    ["apiserver/all", ["apiserver/cp-1", "apiserver/cp-2", "apiserver/cp-3"]],
    ["balancer", ["balancer"]],
  ])("%s means %j", (text, expected) => {
    expect(components(text)).toEqual(expected);
  });

  test("a node is all of its processes, the kubelet first", () => {
    expect(components("node/cp-3")).toEqual([
      "kubelet/cp-3",
      "scheduler/cp-3",
      "controller-manager/cp-3",
      "apiserver/cp-3",
      "etcd/cp-3",
    ]);
    expect(components("node/all")).toHaveLength(15);
  });

  test.each(["scheduler", "controller-manager", "etcd"] as const)(
    "%s/leader is for the components to answer",
    (role) => {
      expect(parseTarget(`${role}/leader`, lab)).toEqual({ kind: "leader", role });
    },
  );

  test.each([
    "",
    "scheduler",
    "scheduler/",
    "scheduler/cp-4",
    "apiserver/leader",
    "node/leader",
    "balancer/cp-1",
    "etcd/cp-1/x",
  ])("%j is refused with one line that lists what there is", (text) => {
    expect(() => parseTarget(text, lab)).toThrow(/^unknown target .*scheduler.*cp-1, cp-2, cp-3$/);
  });
});
