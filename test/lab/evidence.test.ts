import type { Assessment, LeaseRow } from "../../src/core/assessment.ts";
import { evidenceWords } from "../../src/core/evidence/words.ts";
import { labForFile } from "../lab-for-file.ts";
import { asAccount } from "./account.ts";
import { eventually, leaseHolder } from "./support.ts";
import { Watcher } from "./watcher.ts";

const lab = labForFile();
const SCHEDULER = "kube-scheduler";
const MANAGER = "kube-controller-manager";

/** Does a fault to a leader; which node it was, and when (ms since 1970). */
async function faultToLeader(
  action: "kill" | "term" | "freeze",
  role: "scheduler" | "controller-manager",
  restart = false,
): Promise<{ at: number; node: string }> {
  const [record] = await lab().fault(action, `${role}/leader`, { restart });
  if (record === undefined) throw new Error(`${action} ${role}: nothing was done`);
  return { at: Date.parse(record.at), node: record.target.slice(-4) };
}

function rowOf({ leases }: Assessment, name: string): LeaseRow | undefined {
  return leases.rows.find((row) => row.record.name === name);
}

/** Whether the stage says that nobody leads that lease. */
function nobodyLeads({ headline }: Assessment, name: string): boolean {
  return headline.kind === "no-leader" && headline.leases.some(({ row }) => row.record.name === name);
}

/** A watcher that has seen everything once, and both leaders renew. */
async function calmWatcher(): Promise<Watcher> {
  const watcher = await Watcher.of(lab());
  await watcher.judged(
    "calm, and every process seen to run",
    60,
    0,
    ({ leases, controlPlane }) =>
      [SCHEDULER, MANAGER].every((name) =>
        leases.rows.some(
          (row) =>
            row.record.name === name &&
            row.status.state === "held" &&
            row.basis === "observed" &&
            row.evidence?.process.state === "runs",
        ),
      ) &&
      controlPlane.pods.items.length === 12 &&
      controlPlane.pods.items.every(({ process }) => process.state === "runs") &&
      controlPlane.nodes.items.length === 3,
  );
  return watcher;
}

afterEach(async () => {
  for (const { target, state } of await lab().processes()) {
    if (state === "frozen") await lab().fault("thaw", target);
    if (state === "stopped") await lab().fault("start", target);
  }
  // A process that was thawed or lost its lease may still have to be replaced.
  await eventually("every process to run", async () =>
    (await lab().processes()).every(({ state }) => state === "running"),
  );
});

test.each([
  ["scheduler", SCHEDULER, "kill", "exit 137 (SIGKILL)"],
  ["controller-manager", MANAGER, "term", "exit 143 (SIGTERM)"],
] as const)(
  "the leader of %s (%s), %s: nobody leads is said before the lease runs out, and why: %s",
  async (role, name, action, exit) => {
    await using watcher = await calmWatcher();
    const { at, node } = await faultToLeader(action, role);
    const { assessment, state } = await watcher.judged("nobody leads", 30, at, (seen) =>
      nobodyLeads(seen, name),
    );
    const row = rowOf(assessment, name);
    // The lease itself still says that it is held: only its pod tells.
    expect(row).toMatchObject({ gone: true, status: { state: expect.stringMatching(/^(?:held|late)$/) } });
    expect(evidenceWords(row?.evidence)[0]).toBe(`pod on ${node} stopped, ${exit}`);
    expect(assessment.findings).toContainEqual(
      expect.objectContaining({
        ...{ id: "no-leader", subject: name },
        evidence: expect.stringContaining(`pod on ${node} stopped, ${exit}`),
      }),
    );
    expect(state.events).toContainEqual(
      expect.objectContaining({ subject: name, text: `${node} stopped, ${exit}` }),
    );
    // Until another one leads, nobody is said to.
    const after = await watcher.judged("a takeover", 30, at, ({ headline }) => headline.kind === "took-over");
    expect(rowOf(after.assessment, name)).toMatchObject({ gone: false, previousLeader: undefined });
  },
);

test("the leader of scheduler is killed and starts again on its host: it is gone, though another process runs there now", async () => {
  await using watcher = await calmWatcher();
  const { at, node } = await faultToLeader("kill", "scheduler", true);
  const { assessment } = await watcher.judged(
    "nobody leads, for the process is another one",
    30,
    at,
    (seen) => nobodyLeads(seen, SCHEDULER) && rowOf(seen, SCHEDULER)?.evidence?.process.state === "restarted",
  );
  expect(evidenceWords(rowOf(assessment, SCHEDULER)?.evidence)[0]).toBe(
    `pod on ${node} restarted after exit 137 (SIGKILL)`,
  );
  const after = await watcher.judged("a takeover", 30, at, ({ headline }) => headline.kind === "took-over");
  expect(rowOf(after.assessment, SCHEDULER)).toMatchObject({ gone: false, previousLeader: undefined });
});

test("the leader of scheduler is frozen: silent, its pod still runs; another takes over: two may lead until it is thawed and notices", async () => {
  await using watcher = await calmWatcher();
  const { at, node } = await faultToLeader("freeze", "scheduler");
  const silent = await watcher.judged("silence", 30, at, ({ headline }) => headline.kind === "renewal-late");
  expect(evidenceWords(rowOf(silent.assessment, SCHEDULER)?.evidence)[0]).toMatch(
    new RegExp(`^pod on ${node} still running, seen \\d+\\.\\d s ago$`),
  );
  const two = await watcher.judged("two may lead", 30, at, ({ findings }) =>
    findings.some((one) => one.id === "split-brain-possible" && one.subject === SCHEDULER),
  );
  expect(rowOf(two.assessment, SCHEDULER)?.takeover?.from.host).toBe(node);
  expect(rowOf(two.assessment, SCHEDULER)?.previousLeader?.holder.host).toBe(node);
  const [thawed] = await lab().fault("thaw", `scheduler/${node}`);
  const since = Date.parse(thawed?.at ?? "");
  const one = await watcher.judged(
    "one leads",
    30,
    since,
    (seen) => rowOf(seen, SCHEDULER)?.previousLeader === undefined,
  );
  expect(one.assessment.findings.map(({ id }) => id)).not.toContain("split-brain-possible");
  // Its container starts again. Its last word, "stopped leading", often dies with it.
  await watcher.judged("its restart", 30, since, (_seen, { events }) =>
    events.some(
      ({ subject, text }) =>
        subject === SCHEDULER && text.startsWith(`${node} `) && /restarted|stopped, exit/.test(text),
    ),
  );
});

test("the leader of scheduler is terminated: it released the lease, and the old one may not act", async () => {
  await using watcher = await calmWatcher();
  const { at } = await faultToLeader("term", "scheduler");
  await watcher.judged(
    "a release",
    30,
    at,
    ({ headline }) => headline.kind === "no-leader" && headline.leases[0]?.released === true,
  );
  const after = await watcher.judged("a takeover", 30, at, ({ headline }) => headline.kind === "took-over");
  expect(rowOf(after.assessment, SCHEDULER)).toMatchObject({ gone: false, previousLeader: undefined });
});

test("a node is gone, its kubelet too: what its pods say is its last word, and no proof", async () => {
  await using watcher = await calmWatcher();
  const { host } = await leaseHolder(lab(), SCHEDULER);
  const [killed] = await lab().fault("kill", `node/${host}`);
  const at = Date.parse(killed?.at ?? "");
  const { assessment } = await watcher.judged(
    "nobody leads",
    30,
    at,
    (seen) => nobodyLeads(seen, SCHEDULER) || seen.headline.kind === "took-over",
  );
  // Only by the lease's end: its pod still says that it runs.
  expect(rowOf(assessment, SCHEDULER)).toMatchObject({ gone: false });
  expect(rowOf(assessment, SCHEDULER)?.evidence?.process.state).toMatch(/^(?:runs|ran)$/);
});

test("events tell who became leader before we looked", async () => {
  const { host, identity } = await leaseHolder(lab(), MANAGER);
  await using watcher = await Watcher.of(lab());
  // It is written some time after the lease.
  const { state } = await watcher.judged("what the leader said", 30, 0, ({ controlPlane }) =>
    controlPlane.electionEvents.items.some(
      (one) => one.lease === MANAGER && one.identity === identity && one.what === "became",
    ),
  );
  expect(state.events).toContainEqual(
    expect.objectContaining({ subject: MANAGER, tone: "up", text: `${host} became leader` }),
  );
});

test("without permission for pods, nodes and events only that evidence is missing, and it is said why", async () => {
  const flags = await asAccount(lab(), "no-evidence", "get,list,watch");
  await using watcher = await Watcher.of(lab(), flags);
  const { assessment } = await watcher.judged(
    // The leader on the lost node is followed by another first.
    "leases that are led, and all refusals",
    60,
    0,
    ({ leases: { rows }, controlPlane, headline }) => {
      const { pods, nodes, electionEvents } = controlPlane;
      const refused = [pods, nodes, electionEvents].every(
        ({ freshness }) => freshness.state === "stale" && freshness.failure.code === "forbidden",
      );
      const isLed = rows.every(({ status, basis }) => status.state === "held" && basis === "observed");
      const isFine = headline.kind === "calm" || headline.kind === "took-over";
      return refused && rows.length === 2 && isLed && isFine;
    },
  );
  const { pods, nodes, electionEvents } = assessment.controlPlane;
  const forbidden = (what: string): object => ({
    ...{ state: "stale", age: undefined },
    failure: { code: "forbidden", text: expect.stringMatching(new RegExp(`^${what} is forbidden`)) },
  });
  expect(pods.freshness).toMatchObject(forbidden("pods"));
  expect(nodes.freshness).toMatchObject(forbidden("nodes"));
  expect(electionEvents.freshness).toMatchObject(forbidden("events"));
  const row = rowOf(assessment, SCHEDULER);
  expect(row).toMatchObject({
    ...{ gone: false, previousLeader: undefined, status: { state: "held" } },
    evidence: { process: { state: "unknown", failure: { code: "forbidden" } } },
  });
  expect(evidenceWords(row?.evidence)).toEqual([]);
  // A leader that is killed is then what its lease tells.
  const { at } = await faultToLeader("kill", "scheduler");
  const silent = await watcher.judged("silence", 30, at, (seen) =>
    ["late", "leaderless"].includes(rowOf(seen, SCHEDULER)?.standing ?? ""),
  );
  expect(rowOf(silent.assessment, SCHEDULER)).toMatchObject({ standing: "late", gone: false });
});
