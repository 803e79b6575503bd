import type { KeyListDocument } from "../../src/output/keys.ts";
import { keyBuckets } from "../../src/transport/etcd-grpc/key-buckets.ts";
import { scanOrder } from "../../src/sources/keys/key-member.ts";
import { KeyMembers } from "../../src/sources/keys/key-members.ts";
import { openSlowLink } from "../../scripts/bench/slow-link.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import { fc } from "../seeded.ts";
import { runHere } from "./in-process.ts";
import { silentPort } from "./silent-port.ts";
import { eventually } from "./support.ts";
import { access, find, meddledWith, put, scanned } from "./key-kit.ts";

const etcd = etcdForFile();
const { signal } = new AbortController();

const HATEST = [
  "/registry/deployments/default/hatest",
  "/registry/pods/default/hatest-1",
  "/registry/pods/default/hatest-2",
];

/** The program with these arguments, and time enough for a busy machine where a test does not set its own. */
function here(argv: readonly string[], env: Record<string, string>): ReturnType<typeof runHere> {
  return runHere(argv.includes("--request-timeout") ? argv : [...argv, "--request-timeout", "20s"], env);
}

test("is hatest on every member? One command, one line at its end", async () => {
  await put(etcd(), [...HATEST, "/registry/secrets/default/token"]);
  const { code, stdout } = await here(["keys", "hatest"], etcd().env);
  const lines = stdout.split("\n");
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^m1 +m2 +m3 +KEY$/);
  expect(lines.slice(1, 4).toSorted()).toEqual(
    HATEST.map((key): unknown => expect.stringMatching(new RegExp(`^✓ +✓ +✓ +${key}$`))),
  );
  expect(lines.at(-2)).toMatch(
    /^3 keys match, each on every member \(m1, m2, m3\) at revision \d+; scanned on m\d; m\d, m\d have the same number of keys$/,
  );
  const nothing = await here(["keys", "no-such-thing"], etcd().env);
  expect(nothing).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^no key matches "no-such-thing" among \d+ keys/),
  });
});

test("finds what etcdctl finds, by every kind of pattern", async () => {
  const names = async (...argv: string[]): Promise<string[]> =>
    (await here(["keys", ...argv, "-o", "name"], etcd().env)).stdout.split("\n").filter(Boolean).toSorted();
  const all = (await etcd().etcdctl("get", "", "--prefix", "--keys-only")).split("\n").filter(Boolean);
  expect(await names("--prefix", "/")).toEqual(all.filter((key) => key.startsWith("/")).toSorted());
  expect(await names("pods")).toEqual(all.filter((key) => key.includes("pods")).toSorted());
  expect(await names("--regex", "hatest-[2-9]$")).toEqual(all.filter((key) => /hatest-[2-9]$/.test(key)));
  expect(await names("--exact", HATEST[0] ?? "")).toEqual([HATEST[0]]);
  expect(await names("HATEST", "-i")).toEqual(all.filter((key) => key.includes("hatest")).toSorted());
  expect((await here(["keys", "hatest", "--count"], etcd().env)).stdout).toBe("3\n");
});

test("keys that would look alike are distinguished, in every form, and can be asked for as they are escaped", async () => {
  const alike = ["alike/1", "alike/1\u001b[0m", "alike/1\u200b", "alike/1\nb", "alike/1 ", "alike/ü"];
  const escaped = ["1", String.raw`1\e[0m`, String.raw`1\u200b`, String.raw`1\nb`, String.raw`1\x20`, "ü"];
  const texts = escaped.map((end) => `alike/${end}`);
  for (const key of alike) await etcd().etcdctl("put", key, "value");
  const names = await here(["keys", "alike/", "-o", "name"], etcd().env);
  expect(names.stdout.trimEnd().split("\n").toSorted()).toEqual(texts.toSorted());
  expect(names.stderr).toMatch(/^note: non-printable bytes in keys are escaped/);
  const { stdout } = await here(["keys", "alike/", "--no-headers"], etcd().env);
  expect(
    stdout
      .split("\n")
      .flatMap((line) => /✓ +(alike.*)$/.exec(line)?.[1] ?? [])
      .toSorted(),
  ).toEqual(texts.toSorted());
  for (const form of ["table", "name", "json"]) {
    const ended = await here(["keys", "alike/ü", "--ascii", "-o", form], etcd().env);
    expect(ended.stdout).toMatch(/^[\n -~]*$/);
    expect(ended.stdout).toContain(String.raw`alike/\u00fc`);
  }
  const { items } = JSON.parse((await here(["keys", "alike/", "-o", "json"], etcd().env)).stdout) as {
    items: { key: string; keyBase64: string | null }[];
  };
  const keys = items.map(({ key, keyBase64 }) =>
    keyBase64 === null ? key : Buffer.from(keyBase64, "base64").toString(),
  );
  expect(keys.toSorted()).toEqual(alike.toSorted());
  expect(await here(["keys", "--exact", alike[1] ?? "", "--value"], etcd().env)).toMatchObject({
    ...{ code: 0, stdout: expect.stringMatching(/^alike\/1\\e\[0m\n/) },
  });
});

test("members that are not named are asked, too; --members asks fewer", async () => {
  const env = { ...etcd().env, ETCDCTL_ENDPOINTS: etcd().member("m2").url };
  expect((await here(["keys", "hatest"], env)).stdout).toMatch(
    /on every member \(m1, m2, m3\)|m2, m1, m3|m2, m3, m1/,
  );
  expect((await here(["keys", "hatest", "--members", "m3"], env)).stdout).toMatch(/^m3 +KEY\n/);
  expect(await here(["keys", "hatest", "--members", "m9"], env)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: --members "m9" not found; members: m1, m2, m3\n$/),
  });
});

test("a value is shown with its numbers; what may hold a secret is masked until it is asked for", async () => {
  const opened = await here(["keys", "--exact", HATEST[0] ?? "", "--value"], etcd().env);
  expect(opened.stdout).toMatch(
    /on +m1, m2, m3\n[^]*version +\d+\n[^]*lease +none\n[^]*value +text\n +value\n/,
  );
  const secret = ["keys", "secrets/default/token", "--value"];
  expect((await here(secret, etcd().env)).stdout).toMatch(/value +masked/);
  expect((await here([...secret, "--show-secrets"], etcd().env)).stdout).toMatch(/value +text\n +value\n/);
});

test("what the API server encrypted is said to be, and not guessed at", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  await cluster.etcdctl("put", "/registry/secrets/default/sealed", "k8s:enc:aescbc:v1:key1:sealed");
  for (const more of [[], ["--show-secrets"]]) {
    const { stdout, stderr } = await here(["keys", "sealed", "--value", ...more], cluster.env);
    expect(stderr).toBe(
      "note: scanning m1, the leader (no other member is asked): throttled, in small pages\n",
    );
    expect(stdout).toMatch(/\n +value +encrypted at rest by the API server \(aescbc v1 key1\)\n/);
    expect(stdout).not.toMatch(/:sealed/);
  }
});

test("a scan in small pages reads each key exactly once, whatever the keys are", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  const bounds = keyBuckets()
    .map(({ from }) => Buffer.from(from).toString())
    .filter((key) => key.startsWith("/"));
  const unit = fc.constantFrom("a", "b", "/", "-", "~", "0", "Z");
  const [random = []] = fc.sample(
    fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit }), { minLength: 400, maxLength: 500 }),
    1,
  );
  const many = Array.from({ length: 800 }, (_, n) => `/registry/pods/ns-${n % 9}/pod-${n}`);
  // What begins with `-` etcdctl takes for a flag.
  const keys = [...bounds, ...random, ...many].filter((key) => !key.startsWith("-"));
  await put(cluster, [...new Set(keys)]);
  using members = new KeyMembers(await access(cluster), 3);
  const order = scanOrder(await members.find(signal));
  const all = await order[0]?.api.keys(
    { from: Buffer.from([0]), to: Buffer.from([0]), limit: 0, revision: undefined },
    { signal, timeout: 5 },
  );
  const expected = Array.from({ length: all?.size ?? 0 }, (_, index) => all?.key(index).toString());
  expect(expected.length).toBeGreaterThan(1000);
  for (const pace of [
    { pageSize: 7, inFlight: 1 },
    { pageSize: 64, inFlight: 2 },
  ]) {
    const seen = await scanned(order.map((member) => ({ ...member, pace })));
    expect(seen.toSorted()).toEqual(expected.toSorted());
  }
  // A member of a version that is not known is tried: this one has no streams, and says so.
  const tried = order.map((member) => ({ ...member, streams: true }));
  expect((await scanned(tried, order[0]?.revision)).toSorted()).toEqual(expected.toSorted());
}, 60_000);

test("what a member says of a revision that it no longer keeps, or does not have yet", async () => {
  await put(etcd(), ["compacted/a"]);
  using members = new KeyMembers(await access(etcd()), 3);
  const [member] = scanOrder(await members.find(signal));
  const revision = member?.revision ?? 0n;
  await etcd().etcdctl("compaction", revision.toString());
  const keys = [Buffer.from("compacted/a")];
  const ask = (at: bigint) =>
    member?.api.lookUp({ keys, revision: at, values: false }, { signal, timeout: 3 });
  await expect(ask(revision + 1000n)).rejects.toMatchObject({ failure: { code: "behind" } });
  await expect(ask(revision - 1n)).rejects.toMatchObject({ failure: { code: "compacted" } });
  await expect(ask(revision)).resolves.toMatchObject({ pairs: [{ version: 1n }] });
});

test("a compaction under the scan: it starts over at a newer revision", async () => {
  using members = new KeyMembers(await access(etcd()), 3);
  const found = await members.find(signal);
  const before = found[0]?.status?.revision ?? 0n;
  const meddled = meddledWith(found, 20, async () => {
    await put(etcd(), ["under/the-scan"]);
    const { header } = JSON.parse(await etcd().etcdctl("get", "x", "-w", "json")) as {
      header: { revision: number };
    };
    await etcd().etcdctl("compaction", String(header.revision));
  });
  const { said, keys, summary } = await find(meddled, "hatest");
  expect(said.filter((kind) => kind === "begun-again")).toHaveLength(1);
  expect(keys).toBe(3);
  expect(summary?.revision).toBeGreaterThan(before);
  expect(summary?.members.map(({ has, unknown }) => [has, unknown])).toEqual([
    [3, 0],
    [3, 0],
    [3, 0],
  ]);
});

test("a member that is restarted under the scan, alone or among others", async () => {
  for (const names of [["m1"], ["m1", "m2", "m3"]]) {
    await using cluster = await startEtcd({ members: names.map((name) => ({ name })) });
    await put(cluster, HATEST);
    using members = new KeyMembers(await access(cluster), 3);
    const found = await members.find(signal);
    const name = scanOrder(found)[0]?.name ?? "";
    const meddled = meddledWith(found, 10, async () => {
      await cluster.member(name).stop();
      cluster.member(name).start();
    });
    const { keys, summary } = await find(meddled, "hatest");
    expect(keys).toBe(3);
    expect(summary).toMatchObject({ matched: 3, seen: 3 });
  }
}, 60_000);

describe("two members", () => {
  const two = etcdForFile({ members: [{ name: "m1" }, { name: "m2" }] });

  test("of which one is killed: the other one answers without a quorum, gently if it led, and what is unknown says why", async () => {
    await put(two(), HATEST);
    await two().member("m2").stop();
    const { code, stdout, stderr } = await here(["keys", "deployments"], two().env);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^(?:note: scanning m1, .*\n)?$/);
    expect(stdout).toMatch(/^✓ +\? +\/registry\/deployments\/default\/hatest$/m);
    expect(stdout).toMatch(
      /\n1 key matches, on m1 at revision \d+; unknown on m2: connection refused by .*\n$/,
    );
    expect(await here(["keys", "diff"], two().env)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^error: fewer than two members can be compared: m2: connection refused by .*; check that etcd runs there, .*--etcd-endpoints\n$/,
      ),
    });
    expect(await here(["keys", "deployments", "--members", "m2"], two().env)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^error: m2: connection refused by [\d.:]+; check that etcd runs there, .*--etcd-endpoints\n$/,
      ),
    });
    for (const form of [["-o", "name"], ["--count"]])
      expect(await here(["keys", "deployments", ...form], two().env)).toMatchObject({
        code: 3,
        stdout: form.includes("name") ? `${HATEST[0] ?? ""}\n` : "1\n",
        stderr: expect.stringMatching(/(?:^|\n)1 key matches at revision \d+; unknown on m2: connection /),
      });
    expect(await here(["keys", "nothing-of-that"], two().env)).toMatchObject({ code: 3 });
  });
});

test("a member that was added and never started, and one that was removed", async () => {
  await using cluster = await startEtcd();
  await put(cluster, HATEST);
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: cluster.member("m1").url };
  await cluster.add({ name: "m4" });
  expect(await here(["keys", "deployments"], env)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(
      /; unknown on [\da-f]+: member [\da-f]+ was added and never started; scanned on /,
    ),
  });
  expect(await here(["keys", "diff", "-o", "name"], env)).toMatchObject({
    ...{ code: 3, stdout: "" },
    stderr: expect.stringMatching(/^no difference in 3 keys .*; \w+ not compared: .*never started\n$/),
  });
  await cluster.remove("m3");
  await cluster.member("m3").stop();
  const { url, endpoint } = cluster.member("m3");
  const removed = { ...env, ETCDCTL_ENDPOINTS: `${cluster.member("m1").url},${url}` };
  expect(await here(["keys", "deployments"], removed)).toMatchObject({
    ...{
      code: 3,
      stdout: expect.stringMatching(/^m1 +m2 +[\da-f]+ +KEY\n[^]*, on m1, m2 at revision \d+; /),
    },
    stderr: expect.stringContaining(
      `note: not asked: endpoint ${endpoint} is not in the member list and does not answer`,
    ),
  });
}, 60_000);

test("--request-timeout holds from the first question on: a slow member is waited for, and a frozen one no longer", async () => {
  await using cluster = await startEtcd();
  await put(cluster, HATEST);
  const [m1, m2, m3] = cluster.members;
  // A quarter of a second there and back, several times before the first answer: more than others take.
  await using link = await openSlowLink(m3?.endpoint ?? "", 125);
  const env = {
    ...cluster.env,
    ETCDCTL_ENDPOINTS: `${m1?.url ?? ""},${m2?.url ?? ""},https://${link.endpoint}`,
  };
  const asked = ["keys", "--prefix", HATEST[0] ?? "", "--request-timeout", "30s"];
  expect(await here(asked, env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^m1 +m2 +m3 +KEY\n✓ +✓ +✓ +\S+\n\n1 key matches, on every member \(m1, m2, m3\) at/,
    ),
  });
  m3?.freeze();
  const reason = (before: string): unknown =>
    expect.stringMatching(new RegExp(`${before}: no answer from \\S+ within 2\\.0 s`));
  const patience = ["--request-timeout", "2s"];
  const [names, diff] = await Promise.all([
    here(["keys", "deployments", "-o", "name", ...patience], cluster.env),
    here(["keys", "diff", ...patience], cluster.env),
  ]);
  expect(names).toMatchObject({ code: 3, stdout: `${HATEST[0] ?? ""}\n`, stderr: reason("unknown on m3") });
  expect(diff).toMatchObject({ code: 3, stdout: reason("m3 not compared") });
}, 60_000);

test("names wait for nobody, and yet a slow address counts for what it is: a member's other one, or nobody's", async () => {
  await using cluster = await startEtcd();
  await put(cluster, HATEST);
  const [m1, m2] = cluster.members;
  const given = (first: string): Record<string, string> => ({
    ...cluster.env,
    ETCDCTL_ENDPOINTS: [`https://${first}`, m1?.url, m2?.url].join(),
  });
  using silent = await silentPort();
  const note = `note: not asked: endpoint ${silent.endpoint} is not in the member list and .*\n`;
  const unlisted = { code: 0, stderr: expect.stringMatching(new RegExp(`^${note}$`)) };
  const names = async (...form: string[]) =>
    here(["keys", "deployments", ...form, "--request-timeout", "2s"], given(silent.endpoint));
  expect(await Promise.all([names("-o", "name"), names("--count")])).toMatchObject([
    { ...unlisted, stdout: `${HATEST[0] ?? ""}\n` },
    { ...unlisted, stdout: "1\n" },
  ]);
  // A second until it has said that it is m2: the keys are found before.
  await using link = await openSlowLink(m2?.endpoint ?? "", 125);
  using members = new KeyMembers(await access(cluster, given(link.endpoint)), 30);
  const early = await members.find(signal);
  const settled = (): ReturnType<KeyMembers["settled"]> => members.settled(signal);
  const { keys, summary } = await find(early, "deployments", { marks: false, settled });
  expect(keys).toBe(1);
  expect(summary?.members.map(({ name }) => name).toSorted()).toEqual(["m1", "m2", "m3"]);
}, 60_000);

test("a learner, which takes no transaction, is asked for each key", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  await put(cluster, HATEST);
  (await cluster.add({ name: "m2" }, true)).start();
  // It serves its clients before its name is in the list.
  const { stdout } = await eventually("the learner has them, by its name", async () => {
    const ended = await here(["keys", "hatest"], cluster.env);
    return ended.code === 0 && ended.stdout.includes("m2") && ended;
  });
  expect(stdout.match(/^✓ +✓ +\/registry/gm)).toHaveLength(3);
  expect(stdout).toMatch(
    /\n3 keys match, each on every member \(m1, m2\) at revision 2; scanned on m2; m1 has/,
  );
  expect(await here(["keys", "diff", "--value"], cluster.env)).toMatchObject({ code: 0 });
  const alone = await here(["keys", "hatest", "--members", "m2"], cluster.env);
  expect(alone.stdout).toMatch(/\n3 keys match, each on m2 \(no other member was asked\) at revision 2\n$/);
}, 60_000);

test("etcd's own permissions: what may not be read is said, what may is shown", async () => {
  const options = { members: [{ name: "m1" }, { name: "m2" }], args: ["--bcrypt-cost=4"] };
  await using cluster = await startEtcd(options);
  await put(cluster, [...HATEST, "/registry/secrets/default/hatest"]);
  const role = ["role", "grant-permission", "pods", "read", "/registry/pods/", "--prefix"];
  const setup = [
    ["user", "add", "root", "--no-password"],
    ["user", "grant-role", "root", "root"],
    ["role", "add", "pods"],
    role,
    ["user", "add", "client", "--no-password"],
    ["user", "grant-role", "client", "pods"],
    ["role", "add", "all"],
    ["role", "grant-permission", "all", "read", "", "--prefix"],
    ["user", "add", "reader:book"],
    ["user", "grant-role", "reader", "all"],
  ];
  for (const words of setup) await cluster.etcdctl(...words);
  await cluster.etcdctl("auth", "enable");
  const { code, stdout, stderr } = await here(["keys", "hatest"], cluster.env);
  expect(code).toBe(3);
  // Who leads is in the status, which is root's alone.
  expect(stderr).toMatch(
    /^note: scanning m\d, possibly the leader \(its status cannot be read\): throttled, /,
  );
  expect(stdout.match(/^✓ +✓ +.*$/gm)).toHaveLength(2);
  expect(stdout).toMatch(
    /\n2 keys match, each on every member \(m1, m2\) at revision \d+; permission denied on \d+ ranges \(matches there are unknown\); scanned on m\d; m\d has the same number of keys\n$/,
  );
  expect((await here(["keys", "--prefix", "/registry/pods/"], cluster.env)).code).toBe(0);
  expect(await here(["keys", "--prefix", "/registry/secrets/"], cluster.env)).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      /permission denied on all requested keys; grant the role with .*--etcd-user/,
    ),
  });
  const json = await here(["keys", "--prefix", "/registry/secrets/", "-o", "json"], cluster.env);
  expect(json).toMatchObject({ code: 3, stderr: expect.stringMatching(/^error: .*\n$/) });
  const { revision, items, deniedRanges, members } = JSON.parse(json.stdout) as KeyListDocument;
  expect([revision, items, deniedRanges]).toEqual([null, [], 1]);
  const reasons = members.flatMap(({ reason }) => reason?.message ?? []);
  expect(reasons).toEqual([expect.stringMatching(/permission denied on all requested keys$/)]);
  // Neither of them may ask for a status (etcd 3.6).
  expect(await here(["keys", "diff"], cluster.env)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(
      /^no difference in 2 keys on m1, m2 at revision \d+; .*; permission denied on \d+ ranges \(not compared\)\n$/,
    ),
  });
  const reader = { ...cluster.env, ETCDCTL_USER: "reader:book" };
  expect(await here(["keys", "diff", "--value"], reader)).toMatchObject({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(/^no difference in 4 keys on m1, m2 at revision \d+\n$/),
  });
  const stranger = await cluster.stranger("stranger");
  const among = { ...reader, ETCDCTL_ENDPOINTS: `${stranger.url},${cluster.env["ETCDCTL_ENDPOINTS"]}` };
  expect(await here(["keys", "hatest"], among)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(
      /\n4 keys match, each on m1, m2 at .*; unknown on \S+: \S+ is a member of another cluster/,
    ),
  });
}, 60_000);

test("healthy members have the same keys", async () => {
  const { code, stdout } = await here(["keys", "diff"], etcd().env);
  expect(stdout).toMatch(
    /^no difference in \d+ keys on m1, m2, m3 at revision \d+; values not compared \(use --value\)\n$/,
  );
  expect(code).toBe(0);
});
