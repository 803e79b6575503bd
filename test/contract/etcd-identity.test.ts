import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import { startEtcd } from "../etcd-for-file.ts";
import { document, PATIENT } from "./peer.ts";
import { kubectlHa } from "./program.ts";

describe("a member whose own address leads to another one", () => {
  test("is reported as not reached: by status, keys and hash; no member twice", async () => {
    await using cluster = await startEtcd({
      members: [{ name: "m1" }, { name: "m2" }, { name: "m3", advertiseAs: "m1" }],
    });
    await cluster.etcdctl("put", "fruit", "apple");
    const [m1, m2] = [cluster.member("m1"), cluster.member("m2")];
    // m3 cannot be asked where it listens: nobody knows that address.
    for (const given of [m1.url, m2.url, `${m2.url},${m1.url}`]) {
      const env = { ...cluster.env, ETCDCTL_ENDPOINTS: given };
      const { members, quorum } = await document<EtcdStatusDocument>(env, "etcd", "status");
      const states = members.map(({ name, state }) => `${name} ${state}`).toSorted();
      expect(states).toEqual(["m1 answers", "m2 answers", "m3 failed"]);
      const why = `advertises ${m1.endpoint}, which from here is m1`;
      expect(members.find(({ name }) => name === "m3")?.reason?.message).toBe(why);
      expect(quorum).toMatchObject({ state: "degraded", voters: 3, up: 2 });
      const keys = await kubectlHa(["keys", "fruit", ...PATIENT], env);
      expect(keys).toMatchObject({ code: 3, stdout: expect.stringContaining(`; unknown on m3: ${why}; `) });
      const health = await kubectlHa(["etcd", "health", ...PATIENT], env);
      expect(health).toMatchObject({
        code: 1,
        stderr: `error: 1 of 3 etcd members is unhealthy: ${why}; check --etcd-endpoints\n`,
      });
      const hash = await kubectlHa(["etcd", "hash", ...PATIENT], env);
      expect(hash.code).toBe(3);
      expect(hash.stdout).toMatch(
        /\ninconclusive: no hash from m3 \(.*\); (?:m1, m2|m2, m1) are identical\n$/,
      );
    }
  });

  test("all of them give one: who answers there is one of them, of the others nothing is known", async () => {
    const members = [{ name: "m1" }, { name: "m2", advertiseAs: "m1" }, { name: "m3", advertiseAs: "m1" }];
    await using cluster = await startEtcd({ members });
    await cluster.etcdctl("put", "fruit", "apple");
    const env = { ...cluster.env, ETCDCTL_ENDPOINTS: cluster.member("m1").url };
    const status = await document<EtcdStatusDocument>(env, "etcd", "status");
    expect(status.members.map(({ name, state }) => [name, state])).toEqual([
      ["m1", "answers"],
      ["m2", "failed"],
      ["m3", "failed"],
    ]);
    const keys = await kubectlHa(["keys", "fruit", ...PATIENT], env);
    expect(keys.code).toBe(3);
    expect(keys.stdout).toMatch(/\n1 key matches, on m1 at revision 2; unknown on m2: .*; unknown on m3: /);
  });
});

test("a member of another cluster among the endpoints counts for nothing", async () => {
  await using cluster = await startEtcd();
  await cluster.etcdctl("put", "fruit", "apple");
  const stranger = await cluster.stranger("stranger");
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: `${stranger.url},${cluster.env["ETCDCTL_ENDPOINTS"]}` };
  const { members, quorum, findings } = await document<EtcdStatusDocument>(env, "etcd", "status");
  const strange = members.find(({ endpoint }) => endpoint === stranger.endpoint);
  expect(strange).toMatchObject({ state: "failed", role: "unknown", status: null });
  expect(strange?.reason?.message).toBe(`${stranger.endpoint} is a member of another cluster`);
  expect(members.filter(({ role }) => role === "leader")).toHaveLength(1);
  expect(quorum).toMatchObject({ voters: 3, up: 3 });
  const ids = findings.map(({ id }) => id);
  for (const id of ["etcd-two-leaders", "etcd-lists-differ"]) expect(ids).not.toContain(id);
  const keys = await kubectlHa(["keys", "fruit", ...PATIENT], env);
  expect(keys).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(
      /\n1 key matches, on m1, m2, m3 at .*; unknown on \S+: \S+ is a member of another/,
    ),
  });
  const hash = await kubectlHa(["etcd", "hash", ...PATIENT], env);
  expect(hash.code).toBe(3);
  expect(hash.stdout).toMatch(
    /\ninconclusive: no hash from \S+ \(\S+ is a member of another cluster\); .* are identical\n$/,
  );
});

test("a voter that was added and never started: no verdict is about it", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }, { name: "m2" }] });
  const env = cluster.env;
  await cluster.add({ name: "m3" });
  const hash = await kubectlHa(["etcd", "hash", ...PATIENT], env);
  expect(hash.code).toBe(3);
  expect(hash.stdout).toMatch(
    /\ninconclusive: no hash from [\da-f]+ \(never started\); m\d, m\d are identical\n$/,
  );
});
