import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import type { EtcdHashDocument } from "../../src/output/etcd-hash.ts";
import type { EtcdHealthDocument } from "../../src/output/etcd-health.ts";
import type { EtcdMembersDocument, EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { EndpointStatus, Parsed } from "../contract/peer.ts";
import { between, etcdctl, expectStatus, PATIENT } from "../contract/peer.ts";
import type { EtcdVersion } from "../etcd-versions.ts";
import { BUILD_MS, buildVersions, hasDebianEtcd, startVersions } from "../etcd-versions.ts";
import { startEtcd } from "../etcd-for-file.ts";
import { runHere } from "../lab/in-process.ts";
import { put } from "../lab/key-kit.ts";
import { eventually } from "../lab/support.ts";

/** Versions that may stand beside each other: those of one upgrade, a minor version at a time. */
const TOGETHER: readonly (readonly EtcdVersion[])[] = [
  ...(hasDebianEtcd() ? [["3.4", "3.5", "3.4"] as const] : []),
  ["3.5", "3.6", "3.5"],
  ["3.6", "3.7", "3.6"],
  ["3.7", "3.7"],
];
const KEYS = [
  "/registry/pods/default/hatest-1",
  "/registry/pods/default/hatest-2",
  "/registry/pods/default/web",
];

if (!hasDebianEtcd()) process.stdout.write("skipped: etcd 3.4 is not on PATH (Debian's etcd-server)\n");
beforeAll(() => buildVersions(["3.5", "3.7"]), BUILD_MS);

async function ask<D>(env: Record<string, string>, ...argv: string[]): Promise<Parsed<D>> {
  return JSON.parse((await runHere([...argv, "-o", "json", ...PATIENT], env)).stdout) as Parsed<D>;
}

const minor = (version: string | undefined): string => version?.split(".").slice(0, 2).join(".") ?? "";

/** The cells of `etcd status -o wide` by their heads, a row a member. */
async function wideRows(env: Record<string, string>): Promise<readonly ReadonlyMap<string, string>[]> {
  const text = (await runHere(["etcd", "status", "-o", "wide", ...PATIENT], env)).stdout;
  const [heads = [], ...rows] = (text.split("\n\n")[1] ?? "").split("\n").map((line) => line.split(/ {3,}/));
  return rows
    .filter((row) => row.length > 1)
    .map((row) => new Map(heads.map((head, at) => [head, row[at] ?? ""])));
}

async function expectAsEtcdctl(cluster: EtcdCluster): Promise<Parsed<EtcdStatusDocument>> {
  const peer = async (): Promise<readonly EndpointStatus[]> =>
    (await etcdctl(cluster.env, "endpoint", "status")) as readonly EndpointStatus[];
  const { before, answer, after } = await between(
    peer,
    () => ask<EtcdStatusDocument>(cluster.env, "etcd", "status"),
    (a, b) => a.every((one, at) => one.Status.raftTerm === b[at]?.Status.raftTerm),
  );
  for (const [at, { status }] of answer.members.entries()) {
    const [first, last] = [before[at]?.Status, after[at]?.Status];
    if (first === undefined || last === undefined) throw new Error(`etcdctl does not know member ${at}`);
    expectStatus(status, first, last);
  }
  return answer;
}

describe.each(TOGETHER.map((versions) => [versions.join(", "), versions] as const))(
  "members of %s",
  (_, versions) => {
    let cluster: EtcdCluster;
    const names = versions.map((_version, at) => `m${at + 1}`);

    beforeAll(async () => {
      cluster = await startVersions(versions);
      await put(cluster, [...KEYS, "/registry/pods/default/gone"], 1);
      await cluster.etcdctl("del", "/registry/pods/default/gone");
    }, BUILD_MS);

    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
    });

    test("status is etcdctl's; versions that stand apart are a finding", async () => {
      const { members, findings } = await expectAsEtcdctl(cluster);
      expect(members.map(({ status }) => minor(status?.version))).toEqual(versions);
      const distance = findings.find(({ id }) => id === "etcd-versions");
      if (new Set(versions).size === 1) expect(distance).toBeUndefined();
      else for (const { status } of members) expect(distance?.evidence).toContain(status?.version);
    });

    test("what a member of an older version does not say is unknown, and no zero", async () => {
      for (const [at, row] of (await wideRows(cluster.env)).entries()) {
        const said = ["STORAGE VERSION", "QUOTA", "DOWNGRADE ENABLED", "DOWNGRADE TARGET VERSION"].map(
          (head) => row.get(head),
        );
        if (versions[at] === "3.4" || versions[at] === "3.5")
          expect(said).toEqual(["<unknown>", "<unknown>", "<unknown>", "<unknown>"]);
        else expect(said).toEqual([expect.stringMatching(/^3\.\d\.0$/), "2.1 GB", "false", "<none>"]);
      }
    });

    test("members, and health", async () => {
      const { memberList } = await ask<EtcdMembersDocument>(cluster.env, "etcd", "members");
      expect(memberList?.items.map(({ name }) => name).toSorted()).toEqual(names);
      expect(memberList?.items.filter(({ isLeader }) => isLeader)).toHaveLength(1);
      const health = await ask<EtcdHealthDocument>(cluster.env, "etcd", "health");
      expect(health.members.map(({ healthy }) => healthy)).toEqual(names.map(() => true));
    });

    test("the hash is the same before a compaction and after it", async () => {
      expect(await ask<EtcdHashDocument>(cluster.env, "etcd", "hash")).toMatchObject({
        verdict: "identical",
        members: names.map(() => ({ compactRevision: -1 })),
      });
      await cluster.etcdctl("compact", "5");
      const after = await eventually("compacted everywhere", async () => {
        const answer = await ask<EtcdHashDocument>(cluster.env, "etcd", "hash");
        return answer.members.every(({ compactRevision }) => compactRevision === 5) && answer;
      });
      expect(after.verdict).toBe("identical");
    });

    test("keys, and where they are; no difference", async () => {
      const { code, stdout } = await runHere(["keys", "hatest"], cluster.env);
      expect(code).toBe(0);
      expect(stdout).toContain(`2 keys match, each on every member (${names.join(", ")}) at revision 6`);
      const diff = await runHere(["keys", "diff", "--value"], cluster.env);
      expect(diff).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^no difference in 3 keys/) as string,
      });
    });
  },
);

test("a member without a quota has none, which is not unknown", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }], args: ["--quota-backend-bytes=-1"] });
  const [row] = await wideRows(cluster.env);
  expect(row?.get("QUOTA")).toBe("<none>");
});
