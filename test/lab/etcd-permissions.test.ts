import type { EtcdHashDocument } from "../../src/output/etcd-hash.ts";
import type { EtcdHealthDocument } from "../../src/output/etcd-health.ts";
import type { EtcdMembersDocument, EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import { runHere } from "./in-process.ts";
import { eventually } from "./support.ts";
import { latePort } from "./late-port.ts";
import { silentPort } from "./silent-port.ts";

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
    const reported = await runHere(["etcd", "status", "-o", "wide", ...PATIENT], as("reader:book"));
    expect(reported.code).toBe(1);
    expect(reported.stdout).toMatch(/^QUORUM {3}unknown: access denied by 3 of 3 members\n/);
    expect(reported.stdout).toMatch(
      /^unknown +etcd-member-access-denied +etcd m1 +access denied: \S+: etcdserver: permission denied .*--etcd-user/m,
    );
    expect(reported.stdout).toMatch(/^m1 +\S+ +[0-9a-f]+ +access denied +unknown /m);
    expect(reported.stderr).toMatch(
      /^error: 3 of 3 etcd members deny access: \S+: etcdserver: permission denied; .*; grant the role with .*\n$/,
    );
    expect(reported.stdout + reported.stderr).not.toContain("answer");
  });

  test("two addresses of one member are one member, though it tells no status", async () => {
    const { url, endpoint: own } = cluster.member("m1");
    using other = await latePort(own);
    const env = { ...as("reader:book"), ETCDCTL_ENDPOINTS: `${url},https://${other.endpoint}` };
    const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
    const { members, quorum } = JSON.parse(reported.stdout) as EtcdStatusDocument;
    expect(members.map(({ name, endpoint, state }) => [name, endpoint, state])).toEqual(
      cluster.members.map(({ name, endpoint }) => [name, endpoint, "accessDenied"]),
    );
    expect(new Set(members.map(({ memberID }) => memberID)).size).toBe(3);
    expect(quorum).toMatchObject({ state: "unknown", voters: 3, accessDenied: 3 });
  });

  test("the list that it was given is as new as it is", async () => {
    const reported = await runHere(["etcd", "members", ...PATIENT], as("reader:book"));
    expect(reported).toMatchObject({ code: 0, stderr: "" });
    expect(reported.stdout).not.toMatch(/returned no list|last known/);
    const json = await runHere(["etcd", "members", "-o", "json", ...PATIENT], as("reader:book"));
    const { memberList } = JSON.parse(json.stdout) as EtcdMembersDocument;
    expect(memberList).toMatchObject({ freshness: { state: "live" }, failed: [], from: ["m1", "m2", "m3"] });
  });

  test("one who may not ask for a status is not told that there is no alarm", async () => {
    const reported = await runHere(["etcd", "health", "-o", "json", ...PATIENT], as("reader:book"));
    expect(reported).toMatchObject({ code: 0, stderr: "" });
    const { members } = JSON.parse(reported.stdout) as EtcdHealthDocument;
    expect(members.map(({ healthy, alarms }) => [healthy, alarms])).toEqual(Array(3).fill([true, null]));
    const table = await runHere(["etcd", "health", ...PATIENT], as("reader:book"));
    expect(table.stdout).toMatch(/^m1 +\S+ +unknown +true +[\d.]+ m?s +<unknown> +<none>$/m);
  });

  test.each([
    ["a certificate with a name that etcd does not know", {}, /: unknown user \(.*user name not found\)/],
    ["a wrong password", { ETCDCTL_USER: "reader:wrong" }, /rejected the user name or password/],
  ])("%s: what to try is said", async (_, more, why) => {
    const env = { ...cluster.env, ...more };
    const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
    const { members } = JSON.parse(reported.stdout) as EtcdStatusDocument;
    // Any user gets the list.
    expect(members.map(({ name, state }) => [name, state])).toEqual(
      ["m1", "m2", "m3"].map((name) => [name, "accessDenied"]),
    );
    expect(members[0]?.reason).toEqual({
      code: "unauthorized",
      message: expect.stringMatching(why) as string,
    });
    expect(reported.stderr).toMatch(
      /^error: 3 of 3 etcd members deny access: .*; check --etcd-user and --etcd-password, /,
    );
  });
});

describe("one of three is down", () => {
  const etcd = etcdForFile();
  const here = (...argv: string[]) => runHere([...argv, ...PATIENT], etcd().env);

  beforeAll(async () => {
    await etcd().member("m3").stop();
    // It may have led.
    await etcd().member("m1").healthy();
  });

  test("an address that no member lists may be another one of it", async () => {
    // Nobody listens there.
    const env = { ...etcd().env, ETCDCTL_ENDPOINTS: `${etcd().member("m1").url},https://localhost:9` };
    const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
    const { quorum, members, endpoints } = JSON.parse(reported.stdout) as EtcdStatusDocument;
    expect(quorum).toMatchObject({ state: "degraded", voters: 3, answering: 2 });
    expect(members.map(({ name }) => name)).toEqual(["m1", "m2", "m3"]);
    expect(endpoints).toMatchObject([{ endpoint: "localhost:9", candidates: ["m3"] }]);
    expect(reported.stderr).toContain(
      "; endpoint localhost:9 is not in the member list and does not answer: connection refused (possibly another address of m3); ",
    );
  });

  test("asked for by name it is the one that does not answer, not all", async () => {
    const reported = await here("etcd", "status", "m3");
    const why = `connection refused by ${etcd().member("m3").endpoint}`;
    expect(reported).toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/^QUORUM {3}degraded: 2 of 3 members answer/) as string },
      stderr: `error: etcd m3 does not answer: ${why}; check that etcd runs there, or name other members with --etcd-endpoints\n`,
    });
    expect(await here("etcd", "status", "m1")).toMatchObject({ code: 0, stderr: "" });
    const { url, endpoint } = etcd().member("m1");
    for (const word of [url, endpoint, url.replace("https", "HTTPS")]) {
      const chosen = await here("etcd", "status", word, "--no-headers");
      expect(chosen).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n\nm1 .*\n\n/) as string });
      const keys = await here("keys", "nothing", "--members", word);
      expect(keys).toMatchObject({ code: 1, stdout: expect.stringMatching(/^no key matches /) as string });
    }
  });
});

describe("an address that is given, at which nobody answers and which no member lists", () => {
  const etcd = etcdForFile();
  const env = (endpoint: string): Record<string, string> => ({
    ...etcd().env,
    ETCDCTL_ENDPOINTS: `${etcd().member("m1").url},https://${endpoint}`,
  });
  /** Nobody listens there. */
  const REFUSES = "127.0.0.1:9";
  const refused = (...argv: string[]) => runHere([...argv, ...PATIENT], env(REFUSES));
  const LINE = `endpoint ${REFUSES} is not in the member list and does not answer: connection refused`;

  test("is no member: three of three answer, and a line says what it is", async () => {
    using silent = await silentPort();
    const reported = await runHere(
      ["etcd", "status", "-o", "json", "--request-timeout", "3s"],
      env(silent.endpoint),
    );
    const answer = JSON.parse(reported.stdout) as EtcdStatusDocument;
    expect(answer.quorum).toMatchObject({ state: "ok", voters: 3, answering: 3 });
    expect(answer.members.map(({ name }) => name)).toEqual(["m1", "m2", "m3"]);
    expect(answer.endpoints).toMatchObject([{ endpoint: silent.endpoint, reason: { code: "timeout" } }]);
    expect(answer.findings).toMatchObject([{ id: "etcd-endpoint", subject: `etcd ${silent.endpoint}` }]);
    expect(reported.stderr).toContain(
      `error: endpoint ${silent.endpoint} is not in the member list and does not answer within 3.0 s; `,
    );
    expect(reported.code).toBe(1);
    // Nobody said a word for as long as was waited.
    expect(answer.endpoints[0]?.failedForSeconds).toBeGreaterThanOrEqual(2.9);
  });

  test("is missed by no verdict, and said beside it", async () => {
    expect(await refused("etcd", "hash")).toMatchObject({
      ...{
        code: 0,
        stdout: expect.stringMatching(/\nidentical at revision \d+: m\d, m\d, m\d\n$/) as string,
      },
      stderr: expect.stringContaining(`note: not compared: ${LINE}\n`) as string,
    });
    const note = expect.stringContaining(`note: not asked: ${LINE}\n`) as string;
    expect(await refused("keys", "nothing")).toMatchObject({ code: 1, stderr: note });
    expect(await refused("keys", "nothing", "-o", "name")).toMatchObject({ code: 1, stderr: note });
    expect(await refused("keys", "diff")).toMatchObject({ code: 0, stderr: note });
    const health = await refused("etcd", "health", "-o", "json");
    expect(health).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining(`error: ${LINE}; check that etcd runs `) as string },
    });
    const { endpoints } = JSON.parse(health.stdout) as EtcdHealthDocument;
    expect(endpoints).toMatchObject([{ endpoint: REFUSES, reason: { code: "refused" } }]);
    expect(await refused("etcd", "members")).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining(`\n${LINE}\n`) as string },
    });
  });

  test("so is that of a member that was removed", async () => {
    const all = etcd().env;
    await etcd().remove("m3");
    await etcd().member("m3").stop();
    expect(await runHere(["etcd", "hash", ...PATIENT], all)).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/\nidentical at revision /) as string },
    });
  });
});

test("a learner alone: nobody tells who has a vote, so no quorum is made up", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  const learner = await cluster.add({ name: "m2" }, true);
  learner.start();
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: learner.url };
  const status = await eventually("it answers", async () => {
    const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
    return reported.code === 0 && (JSON.parse(reported.stdout) as EtcdStatusDocument);
  });
  expect(status.members).toMatchObject([{ state: "answers", role: "learner" }]);
  expect(status.quorum).toMatchObject({
    state: "unknown",
    voters: null,
    needed: null,
    failureTolerance: null,
  });
  const heard = "1 of 1 endpoints answer from here, member list unknown";
  expect(status.findings).toMatchObject([{ id: "etcd-unknown", evidence: heard }]);
  const members = await runHere(["etcd", "members", ...PATIENT], env);
  const why = `${learner.endpoint} is a learner, which does not serve this request`;
  expect(members).toMatchObject({
    ...{ code: 1, stdout: `QUORUM   unknown: ${heard}\n\nThe member list is unknown: ${why}\n` },
    stderr: `error: no etcd member returned its member list: ${why}; check --etcd-endpoints\n`,
  });
});

test.each<[what: string, names: readonly string[], lose: (cluster: EtcdCluster) => Promise<unknown>]>([
  ["killed", ["m1", "m2"], (cluster) => cluster.member("m2").stop()],
  ["added, and not started,", ["m1"], (cluster) => cluster.add({ name: "m2" })],
])(
  "one of two was %s a moment ago: that the other still names a leader is not taken for a quorum",
  async (_, names, lose) => {
    await using cluster = await startEtcd({ members: names.map((name) => ({ name })) });
    const env = cluster.env;
    await lose(cluster);
    const states = new Set<string | undefined>();
    await eventually("it gives up", async () => {
      const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
      const { quorum } = JSON.parse(reported.stdout) as EtcdStatusDocument;
      states.add(quorum?.state);
      return quorum?.leaderID === null;
    });
    for (const state of states) expect(["unknown", "lost"]).toContain(state);
  },
);

test("a member of another machine that tells its clients to come to 127.0.0.1 is not told as one that is down", async () => {
  // Nobody listens there.
  const here = "127.0.0.1:9";
  await using cluster = await startEtcd({
    members: [{ name: "m1" }, { name: "m2", advertise: `https://${here}` }],
  });
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: cluster.member("m1").url };
  const why = `advertises ${here}, which from here is this machine; does not answer: connection refused`;
  const reported = await runHere(["etcd", "status", "-o", "json", ...PATIENT], env);
  const { quorum, members, findings } = JSON.parse(reported.stdout) as EtcdStatusDocument;
  expect(quorum).toMatchObject({ state: "degraded", voters: 2, answering: 1, failureTolerance: null });
  expect(members[1]).toMatchObject({ name: "m2", state: "failed", reason: { code: "other", message: why } });
  expect(findings).toContainEqual(
    expect.objectContaining({
      subject: "etcd m2",
      advice: "set an address that leads to it with --etcd-endpoints",
    }),
  );
  expect(reported.stderr).toBe(
    `error: 1 of 2 etcd members does not answer: ${why}; check --etcd-endpoints\n`,
  );
  const health = await runHere(["etcd", "health", ...PATIENT], env);
  expect(health.stderr).toBe(`error: 1 of 2 etcd members is unhealthy: ${why}; check --etcd-endpoints\n`);
  // By its own address it is there.
  const whole = await runHere(["etcd", "status", ...PATIENT], cluster.env);
  expect(whole).toMatchObject({ code: 0, stderr: "" });
});

test("how long a hash took is reported without connecting, however long that took", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  using late = await latePort(cluster.member("m1").endpoint);
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: `https://${late.endpoint}` };
  const reported = await runHere(["etcd", "hash", "-o", "json", ...PATIENT], env);
  const ended = performance.now();
  const { members } = JSON.parse(reported.stdout) as EtcdHashDocument;
  expect(members).toMatchObject([{ name: "m1", state: "hashed" }]);
  // The last connection was the hash's own: nothing was asked before it was there. Documents have whole milliseconds.
  expect(members[0]?.tookSeconds).toBeLessThan((ended - late.letIn()) / 1000 + 0.001);
});
