import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { EndpointStatus, Parsed } from "./peer.ts";
import { between, document, etcdctl, expectStatus, PATIENT, written } from "./peer.ts";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { eventually } from "../lab/support.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import { kubectlHa, runProgram, Running } from "./program.ts";

const etcd = etcdForFile();

type Env = Record<string, string>;

const peer = (env: Env) => async (): Promise<readonly EndpointStatus[]> =>
  (await etcdctl(env, "endpoint", "status")) as readonly EndpointStatus[];

const ours = (env: Env) => (): Promise<Parsed<EtcdStatusDocument>> =>
  document<EtcdStatusDocument>(env, "etcd", "status");

const timeOf = ({ Status: { raftTerm, storageVersion } }: EndpointStatus): string =>
  `${raftTerm} ${storageVersion ?? ""}`;

const sameTerm = (a: readonly EndpointStatus[], b: readonly EndpointStatus[]): boolean =>
  isDeepStrictEqual(a.map(timeOf), b.map(timeOf));

/** What we say of the members that answer lies between two answers of etcdctl. */
async function expectAsEtcdctl(env: Env): Promise<Parsed<EtcdStatusDocument>> {
  const { before, answer, after } = await between(peer(env), ours(env), sameTerm);
  const answering = answer.members.filter(({ state }) => state === "answers");
  expect(answering.map(({ endpoint }) => `https://${endpoint}`)).toEqual(before.map((one) => one.Endpoint));
  for (const [i, member] of answering.entries()) {
    const [first, last] = [before[i]?.Status, after[i]?.Status];
    if (first === undefined || last === undefined) throw new Error(`etcdctl does not know ${member.name}`);
    expectStatus(member.status, first, last);
    expect(Number(member.lag)).toBeLessThanOrEqual(Number(last.raftIndex));
    expect(member.tookSeconds).toBeGreaterThan(0);
  }
  return answer;
}

test("says of each member what etcdctl endpoint status says, and who leads", async () => {
  const answer = await expectAsEtcdctl(etcd().env);
  expect(answer).toMatchObject({ apiVersion: "kubectl-ha/v1alpha1", kind: "EtcdStatus", state: "members" });
  expect(answer.members.map(({ name }) => name)).toEqual(["m1", "m2", "m3"]);
  expect(answer.members.map(({ role }) => role).toSorted()).toEqual(["follower", "follower", "leader"]);
  expect(answer.members.find(({ role }) => role === "leader")?.status?.memberID).toBe(
    answer.quorum?.leaderID,
  );
  expect(answer.quorum).toMatchObject({
    state: "ok",
    voters: 3,
    needed: 2,
    answering: 3,
    up: 3,
    failureTolerance: 1,
  });
});

test("when the certificate ends that a member showed, as it is in its file", async () => {
  const ends = Date.parse(new X509Certificate(readFileSync(etcd().file("server.crt"))).validTo);
  const before = Date.now();
  const { members } = await ours(etcd().env)();
  const after = Date.now();
  for (const { certificateExpiresInSeconds: left } of members) {
    expect((left ?? NaN) * 1000).toBeGreaterThanOrEqual(ends - after);
    expect((left ?? NaN) * 1000).toBeLessThanOrEqual(ends - before);
  }
});

test("-o wide has every column of etcdctl's own table, and each ID in its spelling", async () => {
  const table = (await runProgram("etcdctl", ["endpoint", "status", "-w", "table"], etcd().env)).stdout;
  const [, heads = [], , ...rows] = table.split("\n").map((line) => line.split("|").map((c) => c.trim()));
  const text = written(await kubectlHa(["etcd", "status", "-o", "wide", ...PATIENT], etcd().env));
  const head = text.split("\n")[2]?.split(/ {3,}/) ?? [];
  const names = heads.filter((name) => name !== "");
  expect(names).toHaveLength(16);
  for (const name of names) expect(head).toContain(name);
  const ids = rows.flatMap(([, , id]) => id ?? []);
  expect(ids).toHaveLength(3);
  for (const id of ids) expect(text.split(`   ${id} `)).toHaveLength(2);
  expect(text).not.toContain("\u001b");
});

test("members that are not named are found through those that are", async () => {
  const [first] = etcd().members;
  const env = { ...etcd().env, ETCDCTL_ENDPOINTS: first?.url ?? "" };
  const { members } = await ours(env)();
  expect(members.map(({ endpoint }) => endpoint)).toEqual(etcd().members.map((member) => member.endpoint));
});

test("yaml says the same as json", async () => {
  const text = written(await kubectlHa(["etcd", "status", "-o", "yaml", ...PATIENT], etcd().env));
  expect(text).toMatch(/^apiVersion: kubectl-ha\/v1alpha1\nkind: EtcdStatus\n/);
  expect(text).toMatch(/\n {4}name: m1\n|\n {2}- name: m1\n/);
});

test("with -w a member that is killed keeps its last figures, with their age and the reason", async () => {
  await using cluster = await startEtcd();
  const [, , victim] = cluster.members;
  if (victim === undefined) throw new Error("no third member");
  await using documents = new Running(["etcd", "status", "-w", "-o", "json", ...PATIENT], cluster.env);
  await using lines = new Running(["etcd", "status", "-w", ...PATIENT], cluster.env);
  const parsed = (all: readonly string[]): Parsed<EtcdStatusDocument>[] =>
    all.map((line) => JSON.parse(line) as Parsed<EtcdStatusDocument>);
  const { before } = await documents.see("the first document", (all) => {
    const [first] = parsed(all);
    return first && { before: first };
  });
  await lines.see("the first table", (all) => all.find((line) => line.startsWith("m3 ")));
  await victim.stop();
  // A question that was on its way when it died ends with a connection that is closed; the next one is refused.
  const after = await documents.see("the dead member", (all) =>
    parsed(all).find(({ members }) => members[2]?.reason?.code === "refused"),
  );
  const dead = after.members[2];
  expect(dead).toMatchObject({ name: "m3", state: "failed", role: "unknown", lag: null });
  expect(dead?.reason).toEqual({ code: "refused", message: `connection refused by ${victim.endpoint}` });
  expect(dead?.status?.memberID).toBe(before.members[2]?.status?.memberID);
  expect(dead?.answeredAgoSeconds).toBeGreaterThan(0);
  expect(after.quorum).toMatchObject({ state: expect.stringMatching(/degraded|election/) as string, up: 2 });
  const reported = await lines.see("its line", (all) => all.find((line) => line.includes("does not answer")));
  expect(reported).toMatch(/^\S+Z {3}etcd m3 {3,}does not answer: connection (?:refused|closed)$/);
  // All members go by the clock of this machine, and so do we.
  const { members } = await documents.see("the clocks of the others", (all) =>
    parsed(all).find(({ members: [m1, m2] }) => [m1, m2].every((one) => one?.clockAheadSeconds !== null)),
  );
  for (const { name, clockAheadSeconds, clockWithinSeconds } of members.filter(({ name: m }) => m !== "m3"))
    expect([name, Math.abs(clockAheadSeconds ?? NaN) <= (clockWithinSeconds ?? NaN) + 0.01]).toEqual([
      name,
      true,
    ]);
});

test("with -w changes of the leader are counted: two that are asked for, and no more than there are new terms", async () => {
  await using cluster = await startEtcd();
  await using documents = new Running(["etcd", "status", "-w", "-o", "json", ...PATIENT], cluster.env);
  const newest = (all: readonly string[]): Parsed<EtcdStatusDocument> =>
    JSON.parse(all.at(-1) ?? "") as Parsed<EtcdStatusDocument>;
  const termOf = ({ members }: Parsed<EtcdStatusDocument>): number =>
    Math.max(...members.map(({ status }) => Number(status?.raftTerm)));
  const first = await documents.see("the first document", (all) =>
    all.length > 0 ? newest(all) : undefined,
  );
  expect(first.leaderChanges?.count).toBe(0);
  for (const count of [1, 2]) {
    await eventually("another member leads", () => moveLeader(cluster));
    const moved = await documents.see(`change ${count}`, (all) =>
      (newest(all).leaderChanges?.count ?? 0) >= count ? newest(all) : undefined,
    );
    expect(moved.leaderChanges?.times).toHaveLength(moved.leaderChanges?.count ?? NaN);
    expect(moved.leaderChanges?.count).toBeLessThanOrEqual(termOf(moved) - termOf(first));
  }
});

/** Has the leader hand over to another member; false if it did not lead any more. */
async function moveLeader(cluster: { readonly env: Env }): Promise<boolean> {
  const all = await peer(cluster.env)();
  const leader = all.find(({ Status: { header, leader } }) => header.member_id === leader);
  const other = all.find((one) => one !== leader)?.Status.header.member_id.toString(16) ?? "";
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: leader?.Endpoint ?? "" };
  return (await runProgram("etcdctl", ["move-leader", other], env)).code === 0;
}

describe("a cluster of two", () => {
  test("one that is killed: quorum is lost, etcdctl and we fail alike, the other is reported", async () => {
    await using cluster = await startEtcd({ members: [{ name: "m1" }, { name: "m2" }] });
    const [survivor, victim] = cluster.members;
    const whole = await expectAsEtcdctl(cluster.env);
    expect(whole.quorum).toMatchObject({ state: "ok", voters: 2, needed: 2, failureTolerance: 0 });
    await victim?.stop();
    // Until it notices that its heartbeats come back no more, it says that there is a leader.
    const lost = await eventually("no leader", async () => {
      const answer = await ours(cluster.env)();
      return answer.quorum?.leaderID === null && answer;
    });
    expect(lost.quorum).toMatchObject({ state: "lost", voters: 2, needed: 2, answering: 1 });
    const ended = await kubectlHa(["etcd", "status", ...PATIENT], cluster.env);
    const theirs = await runProgram("etcdctl", ["endpoint", "status"], cluster.env);
    expect([ended.code, theirs.code]).toEqual([1, 1]);
    expect(ended.stderr).toBe(
      `error: 1 of 2 etcd members does not answer: connection refused by ${victim?.endpoint ?? ""}; ` +
        "check that etcd runs there, or name other members with --etcd-endpoints\n",
    );
    expect(ended.stdout).toMatch(/^QUORUM {3}lost: 1 of 2 members answer, quorum is 2\n/);
    expect(ended.stdout).toMatch(
      new RegExp(`\nm1 +${survivor?.endpoint ?? ""} +[0-9a-f]+ +answers +no leader +3\\.6\\.8 `),
    );
    expect(ended.stdout).toMatch(/\nm2 +\S+ +[0-9a-f]+ +failed +unknown .*connection refused by /);
    await expectAsEtcdctl(cluster.env);
  });
});

describe("learners, and members that come and go", () => {
  test("a learner has no vote; one that was added and never started has one; one that is removed goes", async () => {
    await using cluster = await startEtcd();
    const learner = await cluster.add({ name: "m4" }, true);
    const added = await ours(cluster.env)();
    expect(added.quorum).toMatchObject({ voters: 3, needed: 2, failureTolerance: 1 });
    const table = written(
      await kubectlHa(["etcd", "status", ...PATIENT], { ...cluster.env, ...given(cluster, 3) }),
    );
    expect(table).toMatch(/\nThe learner [0-9a-f]+ \(https:\/\/\S+:2380\) was added and never started\n/);
    learner.start();
    // It answers nothing that needs a quorum: its status is all that can be waited for.
    await eventually(
      "the learner answers",
      async () => (await ours(cluster.env)()).members[3]?.state === "answers",
    );
    const answer = await expectAsEtcdctl(cluster.env);
    expect(answer.members[3]).toMatchObject({ name: "m4", role: "learner", state: "answers" });
    expect(answer.quorum).toMatchObject({ voters: 3, answering: 3, up: 3 });
    await cluster.remove("m3");
    const removed = await ours({ ...cluster.env, ...given(cluster, 2) })();
    expect(removed.members.map(({ name }) => name)).toEqual(["m1", "m2", "m4"]);
    expect(removed.quorum).toMatchObject({ voters: 2, needed: 2, failureTolerance: 0 });
  });
});

/** Only the first members are named. */
function given(cluster: { members: readonly { url: string }[] }, count: number): Env {
  return {
    ETCDCTL_ENDPOINTS: cluster.members
      .slice(0, count)
      .map((member) => member.url)
      .join(","),
  };
}
