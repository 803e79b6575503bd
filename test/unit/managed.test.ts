import { assess } from "../../src/core/assess.ts";
import { managedBy } from "../../src/core/etcd/managed.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import { t } from "./model-kit.ts";

test.each([
  ["v1.33.1-eks-4096722", "EKS"],
  ["v1.33.1-gke.1584000", "GKE"],
  ["v1.36.3", undefined],
  ["v1.33.1+k3s1", undefined],
  [undefined, undefined],
])("%s is run by %s", (gitVersion, service) => {
  expect(managedBy(gitVersion)?.short).toBe(service);
});

test("that nobody may ask the etcd of a service is no finding; of one's own cluster it is", () => {
  const found = (gitVersion: string): readonly string[] => {
    const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];
    const state = [
      { kind: "version", gitVersion, at: t(1) } as const,
      { kind: "etcd-not-configured", tried, at: t(1) } as const,
    ].reduce(reduce, initialState(t(0)));
    return assess(state, t(2)).findings.map(({ id }) => id);
  };
  expect(found("v1.33.1-eks-4096722")).toEqual([]);
  expect(found("v1.36.3")).toEqual(["etcd-unknown"]);
});
