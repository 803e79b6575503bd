import type { EtcdHashDocument } from "../../src/output/etcd-hash.ts";
import type { EtcdHealthDocument } from "../../src/output/etcd-health.ts";
import type { EtcdMembersDocument } from "../../src/output/etcd-status.ts";
import type { MemberList } from "./peer.ts";
import { document, etcdctl, PATIENT, written } from "./peer.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import { eventually } from "../lab/support.ts";
import { kubectlHa, runProgram, Running } from "./program.ts";

const etcd = etcdForFile();

interface Hash {
  readonly Endpoint: string;
  readonly HashKV: {
    readonly hash: bigint;
    readonly compact_revision: bigint;
    readonly hash_revision?: bigint;
  };
}

interface Health {
  readonly endpoint: string;
  readonly health: boolean;
}

describe("etcd members", () => {
  test("has what etcdctl member list has, and who leads", async () => {
    const peer = (await etcdctl(etcd().env, "member", "list")) as MemberList;
    const ours = await document<EtcdMembersDocument>(etcd().env, "etcd", "members");
    const items = ours.memberList?.items ?? [];
    expect(ours).toMatchObject({
      kind: "EtcdMembers",
      memberList: { agree: true, differences: [], failed: [] },
    });
    expect(
      items.map(({ id, name, peerURLs, clientURLs, isLearner }) => [
        id,
        name,
        peerURLs,
        clientURLs,
        isLearner,
      ]),
    ).toEqual(
      peer.members.map((m) => [m.ID.toString(16), m.name, m.peerURLs, m.clientURLs, m.isLearner ?? false]),
    );
    expect(items.filter(({ isLeader }) => isLeader)).toHaveLength(1);
    const table = (await runProgram("etcdctl", ["member", "list", "-w", "table"], etcd().env)).stdout;
    const heads = (table.split("\n")[1] ?? "").split("|").map((head) => head.trim());
    const text = written(await kubectlHa(["etcd", "members", ...PATIENT], etcd().env));
    const head = text.split("\n")[2]?.split(/ {3,}/) ?? [];
    expect(head).toEqual([...heads.filter((name) => name !== ""), "IS LEADER"]);
  });

  test("without a quorum, where etcdctl fails: the list that the survivor holds; who is silent is said", async () => {
    await using cluster = await startEtcd({ members: [{ name: "m1" }, { name: "m2" }] });
    await cluster.member("m2").stop();
    const ended = await kubectlHa(["etcd", "members", ...PATIENT], cluster.env);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["m1", "m2"])
      expect(ended.stdout).toMatch(new RegExp(`\\n[0-9a-f]+ +started +${name} `));
    expect(ended.stdout).toMatch(/\nm2 returned no list: connection refused by /);
  });
});

describe("etcd health", () => {
  test("agrees with etcdctl endpoint health, on members that serve and on one that is gone", async () => {
    await using cluster = await startEtcd();
    await cluster.member("m3").stop();
    await cluster.member("m1").healthy();
    const ours = await document<EtcdHealthDocument>(cluster.env, "etcd", "health");
    const peer = (await etcdctl(cluster.env, "endpoint", "health")) as readonly Health[];
    const byEndpoint = new Map(peer.map(({ endpoint, health }) => [endpoint, health]));
    expect(ours.members.map(({ name, healthy }) => [name, healthy])).toEqual([
      ["m1", true],
      ["m2", true],
      ["m3", false],
    ]);
    for (const one of ours.members) expect(byEndpoint.get(`https://${one.endpoint}`)).toBe(one.healthy);
    const ended = await kubectlHa(["etcd", "health", ...PATIENT], cluster.env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: 1 of 3 etcd members is unhealthy: connection refused by \S+; check that etcd runs there, .*\n$/,
    );
  });

  test("without a quorum nobody is healthy, though the survivor answers for itself", async () => {
    await using cluster = await startEtcd({ members: [{ name: "m1" }, { name: "m2" }] });
    await cluster.member("m2").stop();
    const ended = await kubectlHa(["etcd", "health", "--request-timeout", "1s"], cluster.env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: 2 of 2 etcd members are unhealthy: no answer from \S+ within 1\.0 s; conn.*; try again when etcd has quorum; /,
    );
  });
});

test("etcd health -w: who stops serving, why, and who is back; a cluster without a quorum, too", async () => {
  await using cluster = await startEtcd();
  // Nobody listens there, and no member lists it.
  const unlisted = "127.0.0.1:9";
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: `${cluster.member("m1").url},https://${unlisted}` };
  await using documents = new Running(["etcd", "health", "-w", "-o", "json", ...PATIENT], env);
  await using lines = new Running(["etcd", "health", "-w", "--request-timeout", "5s"], env);
  const healthy = (all: readonly string[]): readonly (boolean | null)[] | undefined =>
    all
      .map((line) => JSON.parse(line) as EtcdHealthDocument)
      .at(-1)
      ?.members.map((member) => member.healthy);
  const say = (pattern: RegExp) => (all: readonly string[]) => all.find((line) => pattern.test(line));
  await lines.see("the first table", say(/^m3 +\S+ +(?:leader|follower) +true /));
  await lines.see("whose address is nobody's", say(/^\S+Z {3}etcd +endpoint 127\.0\.0\.1:9 is .* refused$/));
  const of = (all: readonly string[]): string | undefined =>
    all.map((line) => (JSON.parse(line) as EtcdHealthDocument).endpoints[0]?.endpoint).at(-1);
  await documents.see("the same", (all) => of(all) === unlisted || undefined);
  await documents.see("the first document", (all) => healthy(all)?.join() === "true,true,true" || undefined);
  await cluster.member("m3").stop();
  await lines.see("that it is gone", say(/^\S+Z {3}etcd m3 +is unhealthy: (?:no answer|connection) /));
  await documents.see("the same", (all) => healthy(all)?.[2] === false || undefined);
  cluster.member("m3").start();
  await lines.see("that it is back", say(/^\S+Z {3}etcd m3 +is healthy$/));
  await documents.see("the same", (all) => healthy(all)?.join() === "true,true,true" || undefined);
  await cluster.member("m2").stop();
  await cluster.member("m3").stop();
  await lines.see("the survivor, which cannot serve", say(/^\S+Z {3}etcd m1 +is unhealthy: no answer /));
});

describe("etcd hash", () => {
  test("is etcdctl's hash at the same revision, and the verdict identical; before it, what it costs", async () => {
    await etcd().etcdctl("put", "a", "1");
    await etcd().etcdctl("put", "a", "2");
    const ended = await kubectlHa(["etcd", "hash", "-o", "json", ...PATIENT], etcd().env);
    const ours = JSON.parse(ended.stdout) as EtcdHashDocument;
    expect(ours).toMatchObject({ kind: "EtcdHash", verdict: "identical" });
    const peer = (await etcdctl(
      etcd().env,
      "endpoint",
      "hashkv",
      `--rev=${ours.revision ?? ""}`,
    )) as readonly Hash[];
    expect(ours.members.map(({ endpoint, hash }) => [`https://${endpoint}`, hash])).toEqual(
      peer.map(({ Endpoint, HashKV }) => [Endpoint, Number(HashKV.hash)]),
    );
    expect(ours.members.map(({ compactRevision }) => compactRevision)).toEqual(
      peer.map(({ HashKV }) => Number(HashKV.compact_revision)),
    );
    expect(ended.stderr).toMatch(
      /^Hashing all keys at revision \d+, one member at a time: m\d, then m\d, then m\d\. /,
    );
    expect(ended.code).toBe(0);
    const text = (await kubectlHa(["etcd", "hash", ...PATIENT], etcd().env)).stdout;
    expect(text).toMatch(/\nidentical at revision \d+: m1, m2, m3\n$/);
  });

  test("one member is missing: inconclusive, and who; the others' identity is reported", async () => {
    await using cluster = await startEtcd();
    await cluster.member("m2").stop();
    const ended = await kubectlHa(["etcd", "hash", ...PATIENT], cluster.env);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(
      /\nnote: check that etcd runs there, or name other members with --etcd-endpoints\n$/,
    );
    expect(ended.stdout).toMatch(
      /\ninconclusive: no hash from m2 \(connection refused by \S+\); m1, m3 are identical\n$/,
    );
  });

  test("after a compaction the hashes are of what is left", async () => {
    await using cluster = await startEtcd();
    for (const value of ["1", "2", "3"]) await cluster.etcdctl("put", "a", value);
    await cluster.etcdctl("compact", "3");
    const compacted = await eventually("compacted everywhere", async () => {
      const ours = await document<EtcdHashDocument>(cluster.env, "etcd", "hash");
      return ours.members.every(({ compactRevision }) => compactRevision === 3) && ours;
    });
    expect(compacted).toMatchObject({ verdict: "identical", revision: 4 });
  });
});

test("a learner is asked for neither: it is said, and fails nothing", async () => {
  await using cluster = await startEtcd();
  (await cluster.add({ name: "m4" }, true)).start();
  const health = await eventually("the learner", async () => {
    const ours = await document<EtcdHealthDocument>(cluster.env, "etcd", "health");
    return ours.members[3]?.role === "learner" && ours;
  });
  expect(health.members[3]).toMatchObject({
    healthy: null,
    reason: { message: expect.stringContaining("learner") as string },
  });
  expect(await kubectlHa(["etcd", "health", ...PATIENT], cluster.env)).toMatchObject({ code: 0, stderr: "" });
  const hash = await kubectlHa(["etcd", "hash", ...PATIENT], cluster.env);
  expect(hash.code).toBe(0);
  expect(hash.stdout).toMatch(/\nm4 .* learner +<unknown> .*not asked: learners serve no hash\n/);
  const members = await document<EtcdMembersDocument>(cluster.env, "etcd", "members");
  expect(members.memberList?.failed).toMatchObject([{ name: "m4" }]);
});
