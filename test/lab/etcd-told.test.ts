import type { EtcdMembersDocument } from "../../src/view/etcd-members.ts";
import type { EtcdStatusDocument } from "../../src/view/etcd-status.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import { runHere } from "./in-process.ts";

/** So that a machine that is busy is no finding. */
const PATIENT = ["--request-timeout", "20s"];

describe("members that ask who one is", () => {
  let cluster: EtcdCluster;
  const as = (user: string): Record<string, string> => ({ ...cluster.env, ETCDCTL_USER: user });

  beforeAll(async () => {
    cluster = await startEtcd({ args: ["--bcrypt-cost=4"] });
    for (const words of [
      ["user", "add", "root:secret"],
      ["user", "grant-role", "root", "root"],
      ["user", "add", "reader:book"],
      ["auth", "enable"],
    ])
      await cluster.etcdctl(...words);
  }, 60_000);

  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test("one who may not ask for a status is refused, and nobody is said to be silent", async () => {
    const told = await runHere(["etcd", "status", "-o", "wide", ...PATIENT], as("reader:book"));
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^QUORUM {3}unknown: 3 of 3 members refuse us\n/);
    expect(told.stdout).toMatch(
      /^unknown +etcd-member-refuses +etcd m1 +refuses us: \S+: etcdserver: permission denied .*--etcd-user/m,
    );
    expect(told.stdout).toMatch(/^m1 +\S+ +<unknown> +refuses +unknown /m);
    expect(told.stderr).toMatch(
      /^error: 3 of 3 etcd members refuse us: \S+: etcdserver: permission denied; .*; ask for a role of etcd's .*\n$/,
    );
    expect(told.stdout + told.stderr).not.toContain("answer");
  });

  test("the list that it was given is as new as it is", async () => {
    const told = await runHere(["etcd", "members", ...PATIENT], as("reader:book"));
    expect(told).toMatchObject({ code: 0, stderr: "" });
    expect(told.stdout).not.toMatch(/gave no list|had before/);
    const json = await runHere(["etcd", "members", "-o", "json", ...PATIENT], as("reader:book"));
    const { memberList } = JSON.parse(json.stdout) as EtcdMembersDocument;
    expect(memberList).toMatchObject({ freshness: { state: "live" }, silent: [], from: ["m1", "m2", "m3"] });
  });

  test.each([
    [
      "a certificate that names nobody whom etcd knows",
      {},
      /does not know this user \(.*user name not found\)/,
    ],
    ["a wrong password", { ETCDCTL_USER: "reader:wrong" }, /does not take this user and password/],
  ])("%s: what to try is said", async (_, more, why) => {
    const env = { ...cluster.env, ...more };
    const told = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
    const { members } = JSON.parse(told.stdout) as EtcdStatusDocument;
    expect(members.map(({ state }) => state)).toEqual(["refuses", "refuses", "refuses"]);
    expect(members[0]?.reason).toEqual({
      code: "unauthorized",
      message: expect.stringMatching(why) as string,
    });
    expect(told.stderr).toMatch(
      /^error: 3 of 3 etcd members refuse us: .*; see --etcd-user and --etcd-password, /,
    );
  });
});

describe("one of three is down", () => {
  const etcd = etcdForFile();
  const here = (...argv: string[]) => runHere([...argv, ...PATIENT], etcd().env);

  beforeAll(() => etcd().member("m3").stop());

  test("asked for by name it is the one that does not answer, not all", async () => {
    const told = await here("etcd", "status", "m3");
    const why = `connection refused by ${etcd().member("m3").endpoint}`;
    expect(told).toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/^QUORUM {3}degraded: 2 of 3 members answer/) as string },
      stderr: `error: etcd m3 does not answer: ${why}; see that a member runs there, or name others with --etcd-endpoints\n`,
    });
    expect(await here("etcd", "status", "m1")).toMatchObject({ code: 0, stderr: "" });
  });
});
