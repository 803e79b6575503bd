import { labForFile } from "../lab-for-file.ts";
import { healAll, leaseIn, leaseOf, TopSession } from "../e2e/top-session.ts";

/** The API servers choose the leaders, and keep a lease for the one that chooses. */
const lab = labForFile({ coordinatedElection: true });
const ALL = { leases: 3, members: 3, servers: 3 };

afterEach(async () => {
  await healAll(lab());
});

test("leaders are chosen by the API servers: who chose how, and nothing that no object has", async () => {
  await using person = await TopSession.of(lab(), ALL);
  const names = ["kube-scheduler", "kube-controller-manager"];
  // While it is being handed over, a lease names its next holder, too.
  const document = await person.becomes("the choice is made", (one) =>
    names.every((name) => leaseIn(one, name).preferredHolder === null),
  );
  for (const name of names) {
    const holderIdentity = expect.stringMatching(/^cp-\d_/);
    const chosen = { state: "held", holderIdentity, strategy: "OldestEmulationVersion" };
    expect(leaseIn(document, name)).toMatchObject({ ...chosen, acquireTime: null });
  }
  expect((await person.status()).code).toBe(0);
  expect(leaseIn(document, "leader-election-controller")).toMatchObject({ state: "held", strategy: null });
});

test.each([
  ["killed", "kill"],
  ["terminated", "term"],
] as const)(
  "a leader that was chosen is %s: another holder is a failover, though leaseTransitions stays 0",
  async (_what, harm) => {
    await using person = await TopSession.of(lab(), ALL);
    const name = "kube-scheduler";
    const before = await leaseOf(lab(), name);
    await lab().fault(harm, "scheduler/leader");
    const [, to = "", gap = ""] = await person.says(
      "a takeover",
      new RegExp(
        `▲ ${name.replace("kube-", "")} +${before.host} → (cp-\\d), (?:gap|no leader for) ([\\d.]+) s`,
      ),
    );
    const after = await leaseOf(lab(), name);
    expect(after).toMatchObject({ host: to, leaseTransitions: 0 });
    expect(after.holderIdentity).not.toBe(before.holderIdentity);
    const taken = await person.becomes("the new holder", (one) => {
      const { state, holderIdentity } = leaseIn(one, name);
      return state === "held" && holderIdentity === after.holderIdentity;
    });
    expect(leaseIn(taken, name)).toMatchObject({ acquireTime: null, leaseTransitions: 0 });
    expect(Number(gap)).toBeLessThanOrEqual((Date.now() - Date.parse(before.renewTime)) / 1000);
  },
);
