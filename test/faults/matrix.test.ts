import type { LeaseSpec } from "../e2e/top-session.ts";
import { healAll, leaseIn, leaseOf, TopSession } from "../e2e/top-session.ts";
import { labForFile } from "../lab-for-file.ts";
import { eventually } from "../lab/support.ts";

const lab = labForFile({ timing: "upstream" });

const NODES = ["cp-1", "cp-2", "cp-3"];
const HARMS = { kill: "start", term: "start", freeze: "thaw" } as const;
type Harm = keyof typeof HARMS;
const LEASES = { scheduler: "kube-scheduler", "controller-manager": "kube-controller-manager" } as const;
type Leading = keyof typeof LEASES;

/** Each fault to each node's process. */
const EACH = (Object.keys(HARMS) as Harm[]).flatMap((harm) => NODES.map((node) => [harm, node] as const));

afterEach(async () => {
  await healAll(lab());
  // A process that lost its lease, its API server or its member ends, and has to run again for the next case.
  await eventually("every process to run", async () =>
    (await lab().processes()).every(({ state }) => state === "running"),
  );
});

async function heal(person: TopSession, harm: Harm, target: string): Promise<void> {
  // An API server that is terminated serves on for a while.
  if (harm !== "freeze")
    await eventually(`${target} to be stopped`, async () =>
      (await lab().processes()).some((one) => one.target === target && one.state === "stopped"),
    );
  await lab().fault(HARMS[harm], target);
  await person.says("live leases", /● 2 of 2 held/);
  await person.says("all members", /● 3 of 3 up/);
  await person.says("all API servers", /● 3 of 3 ready/);
}

/** Waits for a renewal by the same holder after `at`, and longer than the lease lasts: nobody else may have taken it. */
async function goesOn(name: string, before: LeaseSpec, at: number): Promise<void> {
  await eventually(`${name} to be renewed`, async () => {
    const after = await leaseOf(lab(), name);
    expect(after).toMatchObject({ holderIdentity: before.holderIdentity });
    return Date.parse(after.renewTime) > at + 15_000;
  });
}

describe.each(Object.keys(LEASES) as Leading[])("%s", (role) => {
  const name = LEASES[role];

  test.each(EACH)("%s on %s: a takeover if it led, else nothing", async (harm, node) => {
    await using person = await TopSession.of(lab());
    const before = await leaseOf(lab(), name);
    const [done] = await lab().fault(harm, `${role}/${node}`);
    const at = Date.parse(done?.at ?? "");
    if (before.host === node) {
      const [, to = "", gap = ""] = await person.says(
        "a takeover",
        new RegExp(`▲ ${role} +${node} → (cp-\\d), (?:gap|no leader for) ([\\d.]+) s`),
      );
      const after = await leaseOf(lab(), name);
      expect(after).toMatchObject({ host: to, leaseTransitions: before.leaseTransitions + 1 });
      expect(Number(gap)).toBeLessThanOrEqual((Date.now() - Date.parse(before.renewTime)) / 1000);
      // A lease that is not released lasts to its end: 15 s from the last renewal on.
      const released = harm === "term" && role === "scheduler";
      if (!released) expect(Number(gap)).toBeGreaterThanOrEqual(15);
    } else {
      await goesOn(name, before, at);
      expect(person.robot.text).not.toMatch(new RegExp(`(?:NO LEADER|RENEWAL LATE|TOOK OVER) +${name}`));
      await person.becomes(
        "still held",
        (one) => leaseIn(one, name).holderIdentity === before.holderIdentity,
      );
    }
    await heal(person, harm, `${role}/${node}`);
  });
});

test.each(EACH)("etcd, %s on %s: its row alone, a new leader if it led", async (harm, node) => {
  await using person = await TopSession.of(lab());
  const [leader] = await lab().resolve("etcd/leader");
  await lab().fault(harm, `etcd/${node}`);
  if (leader === `etcd/${node}`)
    await person.says("another leader", new RegExp(`▲ etcd +${node} → (?!${node})cp-\\d, term \\d+`));
  await person.says("its row", new RegExp(`✕ ${node} +unknown +(?:refused|no answer)`));
  await person.says("what is left", /2 of 3 up, tolerance 0/);
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.etcd.quorum).toMatchObject({ state: "degraded", answering: 2 });
  const others = document.etcd.members.filter((one) => one.name !== node);
  expect(others.map((one) => one.state)).toEqual(["answers", "answers"]);
  await heal(person, harm, `etcd/${node}`);
});

test.each(EACH)("API server, %s on %s: its row alone, takeovers of what led there", async (harm, node) => {
  await using person = await TopSession.of(lab());
  const before = await Promise.all(
    Object.values(LEASES).map(async (name) => ({ name, ...(await leaseOf(lab(), name)) })),
  );
  await lab().fault(harm, `apiserver/${node}`);
  await person.says("how many are ready", /! 2 of 3 ready/);
  const silent = await person.finds("api-server-silent", `API server ${node}`);
  expect(silent.apiServers.items.find((one) => one.host === node)).toMatchObject({ state: "failed" });
  // A leader speaks to the API server of its own node alone.
  for (const { name, host } of before) {
    if (host === node)
      await person.says(
        "a takeover",
        new RegExp(`▲ ${name.replace("kube-", "")} +${node} → (?!${node})cp-\\d, (?:gap|no leader for)`),
      );
  }
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.leaders.freshness.state).toBe("live");
  await heal(person, harm, `apiserver/${node}`);
});
