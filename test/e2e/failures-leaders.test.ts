import { labForFile } from "../lab-for-file.ts";
import { create } from "../lab/snapshot.ts";
import { eventually } from "../lab/support.ts";
import { healAll, leaseIn, leaseOf, TopSession } from "./top-session.ts";

const lab = labForFile();

const NAMES = { scheduler: "kube-scheduler", "controller-manager": "kube-controller-manager" } as const;
type Role = keyof typeof NAMES;

/** Does a fault to a leader; which node it was, and when (ms since 1970). */
async function faultToLeader(
  action: "kill" | "term" | "freeze",
  role: Role,
  restart = false,
): Promise<{ node: string; at: number }> {
  const [record] = await lab().fault(action, `${role}/leader`, { restart });
  if (record === undefined) throw new Error(`${action} ${role}: nothing was done`);
  return { node: record.target.slice(-4), at: Date.parse(record.at) };
}

/** Waits until the screen tells the takeover from `from`, and gives the new leader's node and the measured gap. */
async function takeover(
  person: TopSession,
  name: string,
  from: string,
): Promise<{ to: string; gap: number }> {
  const [, to = ""] = await person.says("a takeover", new RegExp(`▲ (cp-\\d) TOOK OVER {2}${name}`));
  const [, gap = ""] = await person.says(
    "its gap",
    new RegExp(`▲ ${name.replace("kube-", "")} +${from} → ${to}, (?:gap|no leader for) ([\\d.]+) s`),
  );
  return { to, gap: Number(gap) };
}

afterEach(async () => {
  await healAll(lab());
});

test.each(["scheduler", "controller-manager"] as const)(
  "the leader of %s is killed: expired, a forecast, another holder, the measured gap",
  async (role) => {
    const name = NAMES[role];
    await using person = await TopSession.of(lab());
    const before = await leaseOf(lab(), name);
    // Nobody can take it until both faces have reported that it has run out.
    const others = ["cp-1", "cp-2", "cp-3"].filter((one) => one !== before.host);
    for (const other of others) await lab().fault("freeze", `${role}/${other}`);
    const { node, at } = await faultToLeader("kill", role);
    expect(node).toBe(before.host);
    await person.says("no leader", new RegExp(`✕ NO LEADER {2}${name}`));
    await person.says("the evidence", new RegExp(`pod on ${node} stopped, exit 137 \\(SIGKILL\\)`));
    const gone = await person.documents("its process gone", (one) => leaseIn(one, name).gone);
    expect(leaseIn(gone, name)).toMatchObject({ evidence: { state: "terminated", end: { exitCode: 137 } } });
    // Nobody leads from then on, though a follower waits for the lease to run out.
    expect(["held", "late"]).toContain(leaseIn(gone, name).state);
    const expired = await person.documents(
      "the lease expired",
      (one) => leaseIn(one, name).state === "expired",
    );
    expect(leaseIn(expired, name)).toMatchObject({
      holderIdentity: before.holderIdentity,
      expiresInSeconds: null,
    });
    await person.finds("no-leader", name);
    for (const other of others) await lab().fault("thaw", `${role}/${other}`);
    const { to, gap } = await takeover(person, name, node);
    const after = await leaseOf(lab(), name);
    expect(after).toMatchObject({ host: to, leaseTransitions: before.leaseTransitions + 1 });
    // A renewal may have been on its way when it was killed.
    expect(gap).toBeGreaterThanOrEqual((Date.parse(after.acquireTime) - at) / 1000 - 1);
    expect(gap).toBeLessThanOrEqual((Date.now() - Date.parse(before.renewTime)) / 1000);
    const healed = await person.documents("another holder", (one) => leaseIn(one, name).holder?.host === to);
    expect(leaseIn(healed, name)).toMatchObject({ state: "held", leaseTransitions: after.leaseTransitions });
  },
);

test("the leader of scheduler is terminated: released at once, and a takeover of what was released", async () => {
  await using person = await TopSession.of(lab());
  const before = await leaseOf(lab(), "kube-scheduler");
  // Nobody can take it until both faces have told of the release.
  const others = ["cp-1", "cp-2", "cp-3"].filter((node) => node !== before.host);
  for (const node of others) await lab().fault("freeze", `scheduler/${node}`);
  const { node } = await faultToLeader("term", "scheduler");
  expect(node).toBe(before.host);
  await person.says("the release", new RegExp(`✕ scheduler +released by ${node}: no leader`));
  const reported = Date.now();
  const vacant = await person.documents(
    "the lease vacant",
    (one) => leaseIn(one, "kube-scheduler").state === "vacant",
  );
  expect(leaseIn(vacant, "kube-scheduler")).toMatchObject({
    holderIdentity: "",
    holder: null,
    lastHolder: { identity: before.holderIdentity },
    leaseTransitions: before.leaseTransitions,
  });
  const { renewTime: released } = await leaseOf(lab(), "kube-scheduler");
  for (const one of others) await lab().fault("thaw", `scheduler/${one}`);
  const { to, gap } = await takeover(person, "kube-scheduler", node);
  await person.says("that it was released", /released \d\d:\d\d:\d\d/);
  expect(others).toContain(to);
  // Nobody led from the release on, not from the last renewal before it.
  const { acquireTime } = await leaseOf(lab(), "kube-scheduler");
  expect(gap).toBeGreaterThanOrEqual((Date.parse(acquireTime) - reported) / 1000 - 0.1);
  expect(gap).toBeLessThanOrEqual((Date.now() - Date.parse(released)) / 1000);
});

test("the leader of controller-manager is terminated: it does not release, so the whole lease is waited for", async () => {
  await using person = await TopSession.of(lab());
  const { node } = await faultToLeader("term", "controller-manager");
  await person.says("no leader", /✕ NO LEADER {2}kube-controller-manager/);
  await person.says("the evidence", new RegExp(`pod on ${node} stopped, exit \\d+`));
  const { gap } = await takeover(person, "kube-controller-manager", node);
  // Of the six seconds those are missing by which we saw the last renewal late. What is released is taken within two.
  expect(gap).toBeGreaterThan(4);
});

test("the leader of scheduler is frozen and thawed: another leads, the old one leaves when it notices", async () => {
  await using person = await TopSession.of(lab());
  const before = await leaseOf(lab(), "kube-scheduler");
  const { node } = await faultToLeader("freeze", "scheduler");
  await person.says(
    "a late renewal",
    new RegExp(`! RENEWAL LATE {2}kube-scheduler[^]*${node} may still lead`),
  );
  const { to } = await takeover(person, "kube-scheduler", node);
  const restarts =
    (await lab().processes()).find(({ target }) => target === `scheduler/${node}`)?.restarts ?? 0;
  await lab().fault("thaw", `scheduler/${node}`);
  // The old leader still held itself for one until now. It ends by itself, and its node starts it again.
  await eventually("the old leader's process to be replaced", async () => {
    const row = (await lab().processes()).find(({ target }) => target === `scheduler/${node}`);
    return row?.state === "running" && row.restarts > restarts;
  });
  const after = await leaseOf(lab(), "kube-scheduler");
  expect(after).toMatchObject({ host: to, leaseTransitions: before.leaseTransitions + 1 });
  await person.documents(
    "that there is one again",
    ({ findings }) => findings.at(-1)?.id !== "split-brain-possible",
  );
  await person.documents("the new leader, held", (one) => {
    const { state, holderIdentity } = leaseIn(one, "kube-scheduler");
    return state === "held" && holderIdentity === after.holderIdentity;
  });
});

test("the leader of scheduler is killed and started again on its host: a new identity, and the leader is reported", async () => {
  await using person = await TopSession.of(lab());
  const before = await leaseOf(lab(), "kube-scheduler");
  const { node } = await faultToLeader("kill", "scheduler", true);
  const { to } = await takeover(person, "kube-scheduler", node);
  const after = await leaseOf(lab(), "kube-scheduler");
  expect(after.host).toBe(to);
  expect(after.holderIdentity).not.toBe(before.holderIdentity);
  expect(after.leaseTransitions).toBe(before.leaseTransitions + 1);
});

test("both leaders are killed at once: the longest first, the other named, each takeover told", async () => {
  await using person = await TopSession.of(lab());
  const one = await faultToLeader("kill", "scheduler");
  const other = await faultToLeader("kill", "controller-manager");
  await person.says("both", /✕ NO LEADER {2}kube-[a-z-]+[^]*and 1 more: kube-[a-z-]+, \d+\.\d s/);
  await person.says("the one's gap", new RegExp(`▲ scheduler +${one.node} → cp-\\d, gap`));
  await person.says("the other's gap", new RegExp(`▲ controller-manager +${other.node} → cp-\\d, gap`));
});

test("a lease is deleted: reported, and its creation by the old leader is no failover", async () => {
  await using person = await TopSession.of(lab());
  const before = await leaseOf(lab(), "kube-scheduler");
  await lab().kubectl(["delete", "lease", "-n", "kube-system", "kube-scheduler"]);
  await person.says("the deletion", /✕ scheduler +lease deleted/);
  const [, how = ""] = await person.says(
    "it is made again",
    /[●▲] scheduler +(acquired again by cp-\d|cp-\d → cp-\d)/,
  );
  const after = await leaseOf(lab(), "kube-scheduler");
  expect(after.holderIdentity === before.holderIdentity).toBe(how.startsWith("acquired"));
});

test("the leader of scheduler is terminated again and again: that it flaps, and how often", async () => {
  await using person = await TopSession.of(lab());
  for (let turn = 1; turn <= 3; turn += 1) {
    const before = await leaseOf(lab(), "kube-scheduler");
    const { node } = await faultToLeader("term", "scheduler");
    await person.becomes("another holder", (one) => {
      const { state, holderIdentity } = leaseIn(one, "kube-scheduler");
      return state === "held" && holderIdentity !== before.holderIdentity;
    });
    // It may have released its lease, and not have ended yet.
    await eventually("its end", async () => {
      const all = await lab().processes();
      return all.find(({ target }) => target === `scheduler/${node}`)?.state === "stopped";
    });
    await lab().fault("start", `scheduler/${node}`);
  }
  const flaps = await person.finds("flapping", "kube-scheduler");
  expect(flaps.findings).toContainEqual(
    expect.objectContaining({ id: "flapping", evidence: "leader changed 3 times in 15 minutes" }),
  );
  person.robot.type("f");
  await person.says("that it flaps", /! kube-scheduler +leader changed 3 times in 15 minutes/);
});

test("all leaders are on one node: found, and no more once one of them is elsewhere", async () => {
  await using person = await TopSession.of(lab());
  const { host } = await leaseOf(lab(), "kube-controller-manager");
  const others = ["cp-1", "cp-2", "cp-3"].filter((one) => one !== host);
  for (const one of others) await lab().fault("term", `scheduler/${one}`);
  const found = await person.finds("leaders-on-one-node", host);
  expect(found.leaders.items.map(({ holder }) => holder?.host)).toEqual([host, host]);
  // In one look a renewal may be late.
  await eventually("one look with it", async () => {
    const { document, code } = await person.status();
    return code === 0 && document.findings.some(({ id }) => id === "leaders-on-one-node");
  });
  person.robot.type("f");
  await person.says(
    "which",
    new RegExp(`! ${host} +holds all leases: kube-scheduler, kube-controller-manager`),
  );
  for (const one of others) await lab().fault("start", `scheduler/${one}`);
  await lab().fault("term", `scheduler/${host}`);
  await person.becomes("two nodes lead", (one) => {
    const { state, holder } = leaseIn(one, "kube-scheduler");
    return state === "held" && holder?.host !== host;
  });
  const last = await person.status();
  expect(last.document.findings.map(({ id }) => id)).not.toContain("leaders-on-one-node");
});

/** A lease that a host renews whose clock is so many seconds ahead: no process can be given another clock, so we write. */
async function renewAhead(name: string, seconds: number): Promise<void> {
  const renewTime = new Date(Date.now() + seconds * 1000).toISOString().replace("Z", "000Z");
  const spec = { holderIdentity: "cp-9_x", leaseDurationSeconds: 3600, renewTime };
  const args = ["patch", "lease", name, "-n", "kube-system", "--type=merge", "-p"];
  await lab().kubectl([...args, JSON.stringify({ spec })]);
}

test("the clock of a leader's host is wrong: by how much, and its lease counts by our own", async () => {
  const name = "cloud-controller-manager";
  await create(lab(), {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-system" },
    spec: { holderIdentity: "cp-9_x", leaseDurationSeconds: 3600 },
  });
  try {
    await using person = await TopSession.of(lab(), { leases: 3, members: 3, servers: 3 });
    person.robot.type("f");
    await renewAhead(name, 100);
    await person.says("that it is ahead", /! cp-9 +clock is (?:9\d|100)\.\d s ahead of this machine/);
    const ahead = await person.finds("clock-skew", "cp-9");
    expect(leaseIn(ahead, name)).toMatchObject({ state: "held", renewedAgoBasis: "observed" });
    await renewAhead(name, -100);
    await person.says("that it is behind", /! cp-9 +clock is 1\d\d\.\d s behind this machine/);
    // Two seconds are no skew, and it takes its time until it is written.
    await eventually("a clock that is right", async () => {
      await renewAhead(name, 1);
      return (await person.status()).document.findings.every(({ id }) => id !== "clock-skew");
    });
  } finally {
    await lab().kubectl(["delete", "lease", "-n", "kube-system", name]);
  }
});
