import { labForFile } from "../lab-for-file.ts";
import { eventually } from "../lab/support.ts";
import { healAll, leaseOf, TopSession } from "./top-session.ts";

const lab = labForFile();

afterEach(async () => {
  await healAll(lab());
});

test.each([
  // Who was being asked just then hears that the connection was closed.
  ["killed", "kill", "start", /refused|closed/],
  ["frozen", "freeze", "thaw", /within/],
] as const)(
  "an API server is %s: its row alone, and who leads is known all the time",
  async (_what, harm, heal, why) => {
    await using person = await TopSession.of(lab());
    await lab().fault(harm, "apiserver/cp-2");
    await person.says("how many are ready", /! 2 of 3 ready/);
    const silent = await person.finds("api-server-silent", "API server cp-2");
    expect(silent.apiServers.items.find((one) => one.host === "cp-2")).toMatchObject({ state: "failed" });
    const [, reported = ""] = await person.says("what happened", /✕ API server cp-2 +(does not answer.*)/);
    expect(reported).toMatch(why);
    const { document, code } = await person.status();
    expect(code).toBe(0);
    expect(document.leaders.freshness.state).toBe("live");
    await lab().fault(heal, "apiserver/cp-2");
    await person.says("it back", /● 3 of 3 ready/);
    await person.says("that it answers", /● API server cp-2 +(answers|is ready) again/);
  },
);

test("all API servers are frozen: who leads is unknown, etcd still speaks, nobody is said to have failed", async () => {
  await using person = await TopSession.of(lab());
  await lab().fault("freeze", "apiserver/all");
  const [text] = await person.says("that it is unknown", /\? LEADER UNKNOWN {2}no API server answers[^]*/);
  expect(text).not.toMatch(/NO LEADER/);
  await person.says("what etcd still says", /etcd has quorum, 3 of 3 up/);
  const unknown = await person.finds("leases-unknown", "leases");
  expect(unknown.leaders).toMatchObject({ held: null, freshness: { state: "stale" } });
  expect(unknown.leaders.items.map((item) => item.state)).toEqual(["unknown", "unknown"]);
  const { document, code, stderr } = await person.status();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(document.leaders).toMatchObject({ held: null, items: [] });
  expect(document.etcd.quorum).toMatchObject({ state: "ok", answering: 3 });
  await lab().fault("thaw", "apiserver/all");
  await person.says("live leases", /● 2 of 2 held/);
  await person.says("all of them", /● 3 of 3 ready/);
});

test("the balancer is gone: the reason is said, each API server by itself is still asked", async () => {
  await using person = await TopSession.of(lab());
  await lab().fault("kill", "balancer");
  await person.says("that it is unknown", /\? LEADER UNKNOWN {2}leases cannot be read/);
  await person.says("why", /connection refused by 127\.[\d.]+\.100:6443/);
  await person.says("the API servers", /● 3 of 3 ready/);
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.leaders.freshness).toMatchObject({ state: "stale", reason: { code: "refused" } });
  await lab().fault("start", "balancer");
  await person.says("live leases", /● 2 of 2 held/);
});

test("a node is gone: its member, its API server and its leases, and nothing of the others", async () => {
  await using person = await TopSession.of(lab());
  const [leader = ""] = await lab().resolve("scheduler/leader");
  const node = leader.slice("scheduler/".length);
  await lab().fault("kill", `node/${node}`);
  await person.says("its member", new RegExp(`✕ ${node} +unknown +refused`));
  await person.says("two members", /2 of 3 up, tolerance 0/);
  await person.says("two API servers", /! 2 of 3 ready/);
  await person.says(
    "its lease taken",
    new RegExp(`▲ scheduler +${node} → (?!${node})cp-\\d, (?:gap|no leader for)`),
  );
  const { document, code } = await person.status();
  expect(code).toBe(0);
  const hosts = document.apiServers.items.filter((one) => one.state === "ready").map((one) => one.host);
  expect(hosts).toEqual(["cp-1", "cp-2", "cp-3"].filter((one) => one !== node));
  await lab().fault("start", `node/${node}`);
  await person.says("all members", /3 of 3 up/);
  await person.says("all API servers", /● 3 of 3 ready/);
});

test("the program itself stands still during a failover: what it missed is reported with the times that it had", async () => {
  await using person = await TopSession.of(lab());
  const [leader = ""] = await lab().resolve("scheduler/leader");
  const node = leader.slice("scheduler/".length);
  process.kill(person.robot.pid, "SIGSTOP");
  const [killed] = await lab().fault("kill", `scheduler/${node}`);
  const taken = await eventually("another leader", async () => {
    const lease = await leaseOf(lab(), "kube-scheduler");
    return lease.host !== node && lease.acquireTime;
  });
  process.kill(person.robot.pid, "SIGCONT");
  const [, at = "", gap = ""] = await person.says(
    "the takeover",
    new RegExp(`(\\d\\d:\\d\\d:\\d\\d\\.\\d)[^\\n]*▲ scheduler +${node} → cp-\\d, gap ([\\d.]+) s`),
  );
  expect(at).toBe(taken.slice(11, 21));
  // (A renewal may have been on its way when it was killed.)
  expect(Number(gap)).toBeGreaterThanOrEqual((Date.parse(taken) - Date.parse(killed?.at ?? "")) / 1000 - 1);
});
