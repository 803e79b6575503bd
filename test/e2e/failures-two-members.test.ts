import { labForFile } from "../lab-for-file.ts";
import { healAll, TopSession } from "./top-session.ts";

const lab = labForFile({ nodes: 2 });

afterEach(async () => {
  await healAll(lab());
});

test("two members are up: they elect a leader, and may lose none", async () => {
  await using person = await TopSession.of(lab());
  await person.says("the arithmetic", /2 of 2 up, tolerance 0/);
  const even = await person.finds("etcd-even-voters", "etcd");
  expect(even.etcd.quorum).toMatchObject({ state: "ok", voters: 2, needed: 2, failureTolerance: 0 });
  expect(even.etcd.members.map((one) => one.role).toSorted()).toEqual(["follower", "leader"]);
  expect(even.findings.find((one) => one.id === "etcd-even-voters")?.advice).toMatch(/worse than one/);
});

test("one of two members is killed: quorum is lost, the other names no leader", async () => {
  await using person = await TopSession.of(lab());
  await lab().fault("kill", "etcd/cp-1");
  await person.says("quorum lost", /✕ QUORUM LOST {2}1 of 2 answers, 2 needed/);
  await person.says("what brings it back", /bring back cp-1/);
  await person.finds("etcd-quorum-lost", "etcd");
  await lab().fault("start", "etcd/cp-1");
  await person.says(
    "quorum regained",
    /● etcd +quorum regained: cp-\d (?:→ cp-\d|leads again), term \d+, no leader for [\d.]+ s/,
  );
  await person.says("live leases", /● 2 of 2 held/);
});
