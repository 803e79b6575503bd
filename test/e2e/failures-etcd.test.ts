import type { MemberDocument } from "../../src/output/etcd-document.ts";
import type { ControlPlaneStatusDocument } from "../../src/output/status.ts";
import { disarm, raiseNoSpace } from "../etcd-client.ts";
import { labForFile } from "../lab-for-file.ts";
import { healAll, TopSession } from "./top-session.ts";

const lab = labForFile();

/** The member that leads (or one that does not), as etcdctl's own question finds it. */
async function member(leads: boolean): Promise<string> {
  const [leader = ""] = await lab().resolve("etcd/leader");
  const name = leader.slice("etcd/".length);
  return leads ? name : (["cp-1", "cp-2", "cp-3"].find((one) => one !== name) ?? "");
}

afterEach(async () => {
  await healAll(lab());
});

const rowOf = (name: string): RegExp =>
  new RegExp(`✕ ${name} +unknown +(refused|no answer),? for \\d+\\.\\d s`);

test("the leading member is killed: the new leader with its term, quorum stays, no lease is lost for it", async () => {
  await using person = await TopSession.of(lab());
  const name = await member(true);
  await lab().fault("kill", `etcd/${name}`);
  const [, to] = await person.says("another leader", new RegExp(`▲ etcd +${name} → (cp-\\d), term \\d+`));
  await person.says("its row", rowOf(name));
  await person.says("what is left", /2 of 3 up, tolerance 0/);
  await person.finds("etcd-no-failure-tolerance", "etcd");
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.etcd.quorum).toMatchObject({ state: "degraded", answering: 2, failureTolerance: 0 });
  expect(document.etcd.members.find((one) => one.role === "leader")).toMatchObject({
    name: to,
    state: "answers",
  });
});

test.each([
  ["killed", "kill", "start"],
  ["frozen", "freeze", "thaw"],
] as const)(
  "a following member is %s: its row alone, with the reason and its last figures, until it is back",
  async (_what, harm, heal) => {
    await using person = await TopSession.of(lab());
    const name = await member(false);
    await lab().fault(harm, `etcd/${name}`);
    const [, why] = await person.says("its row", rowOf(name));
    expect(why).toMatch(harm === "kill" ? /^refused$/ : /^no answer$/);
    await person.finds("etcd-member-silent", `etcd ${name}`);
    // What was on its way when it was killed says that the connection was closed; the next question is refused.
    const code = harm === "kill" ? "refused" : "timeout";
    const rowIn = ({ etcd }: ControlPlaneStatusDocument): MemberDocument | undefined =>
      etcd.members.find((one) => one.name === name);
    const answering = ({ etcd }: ControlPlaneStatusDocument): number =>
      etcd.members.filter(({ state }) => state === "answers").length;
    const gone = await person.documents(
      "why",
      (one) => rowIn(one)?.reason?.code === code && answering(one) === 2,
    );
    const row = rowIn(gone);
    expect(row).toMatchObject({ state: "failed" });
    expect(BigInt(row?.status?.raftIndex ?? 0)).toBeGreaterThan(0n);
    await lab().fault(heal, `etcd/${name}`);
    await person.says("it back", new RegExp(`● etcd ${name} +answers again after`));
    await person.says("all of them", /3 of 3 up/);
  },
);

test("two members are killed, then the last: quorum lost, who leads is a memory, and live again when two are back", async () => {
  await using person = await TopSession.of(lab());
  const leader = await member(true);
  const [other = "", left = ""] = ["cp-1", "cp-2", "cp-3"].filter((one) => one !== leader);
  await lab().fault("kill", `etcd/${leader}`);
  await lab().fault("kill", `etcd/${other}`);
  await person.says("quorum lost", /✕ QUORUM LOST {2}1 of 3 answers, 2 needed/);
  await person.says("what brings it back", /bring back cp-\d or cp-\d/);
  await person.says("that the leases are old", /LEASES {2}! [\d.]+ s old/);
  await person.finds("etcd-quorum-lost", "etcd");
  const lost = await person.finds("leases-unknown", "leases");
  expect(lost.leaders.items.map((item) => item.state)).toEqual(["unknown", "unknown"]);
  expect(lost.leaders.items.map((item) => item.expiresInSeconds)).toEqual([null, null]);
  const { document, code, stderr } = await person.status();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(document.etcd.quorum).toMatchObject({ state: "lost", answering: 1, leaderID: null });
  expect(document.etcd.members.find((one) => one.name === left)).toMatchObject({
    state: "answers",
    role: "no leader",
  });
  // The last one, too: nothing at all can be read, which is a failure of the command, said in one line.
  await lab().fault("kill", `etcd/${left}`);
  await person.says("quorum lost", /✕ QUORUM LOST {2}0 of 3 answer, 2 needed/);
  for (const name of ["cp-1", "cp-2", "cp-3"]) await person.says("its row", rowOf(name));
  const nothing = await person.status();
  expect(nothing.code).toBe(1);
  expect(nothing.stderr).toMatch(/^error: cannot read the leases or etcd: [^\n]*\n$/);
  await lab().fault("start", `etcd/${left}`);
  await lab().fault("start", `etcd/${other}`);
  await person.says(
    "quorum regained",
    /● etcd +quorum regained: cp-\d (?:→ cp-\d|leads again), term \d+, no leader for [\d.]+ s/,
  );
  await person.says("live leases", /2 of 2 held/);
});

test("etcd is full: the alarm of the member that raised it, leases run out though all members are up", async () => {
  await using person = await TopSession.of(lab());
  // A member whose database reached its quota raises the same alarm: that alarm is what ends all writes.
  await raiseNoSpace(lab(), "cp-2");
  try {
    person.robot.type("f");
    await person.says("the alarm", /etcd cp-2 +alarm NOSPACE/);
    const full = await person.finds("etcd-alarm", "etcd cp-2");
    expect(full.findings.filter(({ id }) => id === "etcd-alarm")).toEqual([
      expect.objectContaining({
        severity: "critical",
        evidence: "alarm NOSPACE: the cluster rejects writes",
      }),
    ]);
    expect(full.etcd.quorum).toMatchObject({ state: "ok", up: 3 });
    await person.says("that there is no leader", /✕ NO LEADER/);
    const { document, code } = await person.status();
    expect(code).toBe(0);
    expect(document.leaders.freshness.state).toBe("live");
    for (const { status } of document.etcd.members)
      expect(status?.errors).toEqual([expect.stringMatching(/^memberID:\d+ +alarm:NOSPACE ?$/)]);
  } finally {
    await disarm(lab());
  }
  await person.becomes("no alarm, and leaders", ({ findings, leaders }) => {
    return !findings.some(({ id }) => id === "etcd-alarm") && leaders.held === 2;
  });
  await person.says("live leases", /● 2 of 2 held/);
});
