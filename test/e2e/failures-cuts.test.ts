import { writeEntries } from "../etcd-client.ts";
import { labForFile } from "../lab-for-file.ts";
import { healAll, leaseOf, TopSession } from "./top-session.ts";

/** Links can be cut where each node has a network of its own. */
const lab = labForFile({ net: "veth" });

afterEach(async () => {
  if ((await lab().cuts()).length > 0) await lab().heal();
  await healAll(lab());
});

/** The node that leads etcd, and the two others. */
async function etcdNodes(): Promise<{ leader: string; others: readonly string[] }> {
  const [found = ""] = await lab().resolve("etcd/leader");
  const leader = found.slice("etcd/".length);
  return { leader, others: ["cp-1", "cp-2", "cp-3"].filter((one) => one !== leader) };
}

test("a following member is cut off from the others: it answers us, but is none of the quorum", async () => {
  await using person = await TopSession.of(lab());
  const { others } = await etcdNodes();
  const [node = ""] = others;
  await lab().partition(node, { from: "nodes" });
  await person.says(
    "that it is partitioned",
    new RegExp(`✕ etcd ${node} +partitioned: does not know leader cp-\\d`),
  );
  await person.says("what is left", /2 of 3 up, tolerance 0/);
  const distance = await person.finds("etcd-member-partitioned", `etcd ${node}`);
  expect(distance.etcd.quorum).toMatchObject({ state: "degraded", answering: 3, up: 2, failureTolerance: 0 });
  await lab().heal();
  await person.says("that it takes part", new RegExp(`● etcd ${node} +rejoined, leader cp-\\d`));
  await person.says("all of them", /3 of 3 up/);
});

test("a following member falls behind: how many entries, and none when it has caught up", async () => {
  await using person = await TopSession.of(lab());
  const { others } = await etcdNodes();
  const [node = "", ...rest] = others;
  await lab().partition(node, { from: "nodes" });
  await writeEntries(lab(), rest, 1500);
  const found = await person.finds("etcd-lag", `etcd ${node}`);
  const row = found.etcd.members.find(({ name }) => name === node);
  expect(row?.state).toBe("answers");
  expect(Number(row?.lag)).toBeGreaterThan(1000);
  const [, lag = ""] = await person.says(
    "its lag",
    new RegExp(`\\b${node} +(?:no leader|follower) .* ([\\d,]+)\\s`),
  );
  expect(lag).not.toBe("");
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.findings.map(({ id }) => id)).toContain("etcd-lag");

  // What it does not have yet is not said to be missing on it; it is waited for as long as is wished.
  const keys = await person.runs("keys", "written/7", "--request-timeout=5s");
  expect(keys.code).toBe(3);
  expect(keys.stdout).toMatch(/^(?=.*\?)[✓? ]+ written\/7$/m);
  expect(keys.stdout).toMatch(new RegExp(`; unknown on ${node}: \\S+ is behind: it has not applied that`));
  const patient = person.runs("keys", "written/7", "--request-timeout=25s");
  await lab().heal();
  expect(await patient).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ +✓ +✓ +written\/7$/m) });
  await person.becomes("it has caught up", ({ findings, etcd }) => {
    return !findings.some(({ id }) => id === "etcd-lag") && etcd.quorum?.up === 3;
  });
});

test("the leading member is cut off from the others: the majority elects another, and it is partitioned", async () => {
  await using person = await TopSession.of(lab());
  const { leader, others } = await etcdNodes();
  await lab().partition(leader, { from: "nodes" });
  const [, to = ""] = await person.says(
    "the new leader",
    new RegExp(`▲ etcd +${leader} → (cp-\\d), term \\d+`),
  );
  expect(others).toContain(to);
  await person.finds("etcd-member-partitioned", `etcd ${leader}`);
  await person.says("what is left", /2 of 3 up, tolerance 0/);
  await lab().heal();
  await person.says("all of them", /3 of 3 up/);
});

test("all members are cut off from each other: they answer, and elect nobody, which is no election any more", async () => {
  await using person = await TopSession.of(lab());
  // The third is alone then, too.
  for (const node of ["cp-1", "cp-2"]) await lab().partition(node, { from: "nodes" });
  await person.documents("that nobody is elected", ({ etcd, findings }) => {
    const found = findings.find(({ id }) => id === "etcd-no-leader");
    const isLong = /^members answer clients but elect no leader for \d+\.\d s; 3 of 3 voters answer/;
    return etcd.quorum?.state === "election" && isLong.test(found?.evidence ?? "");
  });
  await lab().heal();
  await person.says("all of them", /3 of 3 up/);
});

test("two members say that they lead: the higher term is believed, the other is called old", async () => {
  await using person = await TopSession.of(lab());
  const { leader, others } = await etcdNodes();
  // A leader that is cut off gives up within a second. One that stands still meanwhile has that second still before it.
  // All stand still while it is cut off: else the others may elect before, and it finds their word when it wakes.
  await lab().fault("freeze", "etcd/all");
  await lab().partition(leader, { from: "nodes" });
  for (const one of others) await lab().fault("thaw", `etcd/${one}`);
  await person.says("the new leader", new RegExp(`▲ etcd +${leader} → cp-\\d, term \\d+`));
  await lab().fault("thaw", `etcd/${leader}`);
  // A follower may name the new leader before that one is asked again: then it is no leader in its own row yet.
  const two = await person.documents("that two lead", ({ etcd }) => {
    const has = (role: string, of: readonly string[]): boolean =>
      etcd.members.some((one) => one.role === role && of.includes(one.name));
    return has("old leader", [leader]) && has("leader", others);
  });
  expect(two.findings).toContainEqual(
    expect.objectContaining({ id: "etcd-two-leaders", subject: `etcd ${leader}` }),
  );
  await lab().heal();
  await person.says("all of them", /3 of 3 up/);
});

test("a node is cut off from everybody: its member and its API server do not answer, its leases are taken", async () => {
  await using person = await TopSession.of(lab());
  const { host } = await leaseOf(lab(), "kube-scheduler");
  await lab().partition(host);
  await person.says("its member", new RegExp(`✕ ${host} +unknown +no answer`));
  await person.says("its API server", /! 2 of 3 ready/);
  await person.says(
    "its lease taken",
    new RegExp(`▲ scheduler +${host} → (?!${host})cp-\\d, (?:gap|no leader for)`),
  );
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.leaders.freshness.state).toBe("live");
  await lab().heal();
  await person.says("all members", /3 of 3 up/);
  await person.says("all API servers", /● 3 of 3 ready/);
});

test("the program itself is cut off: all is unknown, nothing counts down, and all is live again afterwards", async () => {
  await using person = await TopSession.of(lab());
  await lab().partition("observer");
  const [text] = await person.says("that it is unknown", /\? LEADER UNKNOWN[^]*/);
  expect(text).not.toMatch(/NO LEADER|QUORUM LOST/);
  await person.says("that quorum is unknown", /\? unknown, 0 of 3 answer/);
  const sourceDown = await person.finds("leases-unknown", "leases");
  expect(sourceDown.leaders.items.map((item) => item.state)).toEqual(["unknown", "unknown"]);
  const { code, stderr } = await person.status();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: cannot read the leases or etcd: [^\n]*\n$/);
  await lab().heal();
  await person.says("live leases", /● 2 of 2 held/);
  await person.says("all members", /● 3 of 3 up/);
});
