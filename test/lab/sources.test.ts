import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { KeySearch } from "../../src/core/keys/search.ts";
import { join } from "node:path";
import { systemClock } from "../../src/sources/async/clock.ts";
import { KeyBrowser } from "../../src/sources/keys/key-browser.ts";
import { labForFile } from "../lab-for-file.ts";
import { asAccount } from "./account.ts";
import { eventually } from "./support.ts";
import { etcdOf, kubeOf, Watcher } from "./watcher.ts";

const lab = labForFile();

/** Seconds in which a dead source is said, and how many more a busy machine may take for it. */
const SAID = 3;
const GRACE = 2;

const isLive = ({ kind }: Observation): boolean => kind === "leases-alive" || kind === "leases-listed";
const isFailed = ({ kind }: Observation): boolean => kind === "leases-failed";
const answers = (endpoint: string) => (one: Observation) =>
  one.kind === "member-answered" && one.route === endpoint;
const fails = (endpoint: string) => (one: Observation) =>
  one.kind === "member-failed" && one.route === endpoint;
const endpointOf = (target: string): string => `${lab().spec.prefix}.${target.slice(-1)}:2379`;

/** A failure that says why: a slow answer does not. */
const isRefusal = (one: Observation): boolean =>
  (one.kind === "leases-failed" || one.kind === "member-failed") && one.failure.code !== "timeout";

/** Why the leases could not be read since a moment, but for answers that came late on a busy machine. */
function failures(watcher: Watcher, since: number): readonly Failure[] {
  return watcher
    .since(since, "leases-failed")
    .map(({ failure }) => failure)
    .filter(({ code }) => code !== "timeout");
}

/** Does a fault; when it was done (ms since 1970) and to which process. */
async function fault(
  action: "kill" | "freeze" | "thaw" | "start",
  target: string,
): Promise<{ at: number; target: string }> {
  const [record] = await lab().fault(action, target);
  if (record === undefined) throw new Error(`${action} ${target}: nothing was done`);
  return { at: Date.parse(record.at), target: record.target };
}

test("leases are listed, then each renewal is seen as it comes", async () => {
  await using watcher = await Watcher.of(lab());
  const began = Date.now();
  const listed = await watcher.first("a list", 10, began - 1000, (one) => one.kind === "leases-listed");
  expect(listed).toMatchObject({
    leases: expect.arrayContaining([
      expect.objectContaining({
        name: "kube-scheduler",
        holderIdentity: expect.stringMatching(/^cp-[123]_/),
      }),
      expect.objectContaining({ apiServerHost: "cp-2" }),
    ]),
  });
  let renewals = 0;
  await watcher.first("ten renewals", 15, 0, (one) => one.kind === "lease-changed" && (renewals += 1) >= 10);
  const lags = watcher
    .since(0, "lease-changed")
    .map((one) => one.at.wall - Date.parse(one.lease.renewTime ?? ""));
  // Both clocks are this machine's. The median: one renewal may wait for a busy core.
  expect(lags.toSorted((a, b) => a - b)[lags.length >> 1]).toBeLessThan(1000);
  expect(failures(watcher, 0)).toEqual([]);
});

test("the version, the API servers and the members, each by itself", async () => {
  await using watcher = await Watcher.of(lab(), {}, { endpoints: `https://${endpointOf("cp-1")}` });
  const all = [1, 2, 3].map((n) => `${lab().spec.prefix}.${n}`);
  const asked = new Set<string>();
  await watcher.first("all three of both", 10, 0, (one) => {
    if (one.kind === "api-server-answered") asked.add(one.server);
    if (one.kind === "member-answered") asked.add(one.route);
    return asked.size === 6;
  });
  expect(watcher.since(0, "version")).toMatchObject([{ gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) }]);
  expect(watcher.since(0, "api-servers-found")[0]?.servers).toEqual(
    all.map((address, n) => ({ server: `${address}:6443`, host: `cp-${n + 1}` })),
  );
  // One was given; the others were found in its list.
  expect(
    watcher
      .since(0, "etcd-routes")
      .at(-1)
      ?.routes.map(({ route }) => route.key),
  ).toEqual(all.map((address) => `${address}:2379`));
  const [status] = watcher.since(0, "member-answered");
  expect(status?.status).toMatchObject({
    storageVersion: expect.stringMatching(/^3\./),
    dbSizeQuota: 2n ** 31n,
  });
  expect(
    watcher
      .since(0, "members-listed")[0]
      ?.members.map((one) => one.name)
      .toSorted(),
  ).toEqual(["cp-1", "cp-2", "cp-3"]);
});

test("the scheduler's leader is killed: another holder is seen", async () => {
  await using watcher = await Watcher.of(lab());
  const isScheduler = (one: Observation): boolean =>
    one.kind === "lease-changed" && one.lease.name === "kube-scheduler";
  await watcher.first("a renewal", 10, 0, isScheduler);
  const { at, target } = await fault("kill", "scheduler/leader");
  const taken = await watcher.first(
    "another holder",
    30,
    at,
    (one) =>
      one.kind === "lease-changed" &&
      isScheduler(one) &&
      !one.lease.holderIdentity.startsWith(target.slice(-4)),
  );
  const gap = (taken.at.wall - at) / 1000;
  // The lease had to run out; of its six seconds those are missing that had gone by since the last renewal.
  expect(gap).toBeGreaterThan(1);
  expect(failures(watcher, at)).toEqual([]);
  await fault("start", target);
});

describe("an etcd member", () => {
  test.each([
    ["killed", "kill", "start", ["refused", "closed"]],
    ["frozen", "freeze", "thaw", ["timeout"]],
  ] as const)(
    "that is %s: its row fails alone within 3 s, the others go on, and it is seen when it is back",
    async (_what, harm, heal, codes) => {
      await using watcher = await Watcher.of(lab());
      const all = [1, 2, 3].map((n) => endpointOf(`cp-${n}`));
      for (const endpoint of all) await watcher.first(endpoint, 30, 0, answers(endpoint));
      const follower = watcher
        .since(0, "member-answered")
        .find(({ status }) => status.leaderId !== status.memberId)?.route;
      const victim = follower ?? "";
      const { at, target } = await fault(harm, `etcd/cp-${all.indexOf(victim) + 1}`);
      const failed = await watcher.first("the failure", SAID + GRACE, at, fails(victim));
      expect(failed).toMatchObject({ failure: { code: expect.stringMatching(codes.join("|")) } });
      expect((failed.at.wall - at) / 1000).toBeLessThan(SAID + GRACE);
      const others = all.filter((endpoint) => endpoint !== victim);
      const later = Date.now();
      for (const endpoint of others) await watcher.first(endpoint, SAID + GRACE, later, answers(endpoint));
      const further = watcher.since(at, "member-failed").filter((one) => one.route !== victim);
      expect(further.filter(({ failure }) => failure.code !== "timeout")).toEqual([]);
      const healed = await fault(heal, target);
      await watcher.first("the member", 30, healed.at, answers(victim));
    },
  );
});

test("quorum is lost: the source is dead within 3 s though its watch is open, and live when quorum is back", async () => {
  await using watcher = await Watcher.of(lab());
  await watcher.first("a proof", 30, 0, isLive);
  const first = await fault("kill", "etcd/cp-1");
  const second = await fault("kill", "etcd/cp-2");
  const failed = await watcher.first("the failure", SAID + GRACE, second.at, isFailed);
  expect((failed.at.wall - second.at) / 1000).toBeLessThan(SAID + GRACE);
  const alone = endpointOf("cp-3");
  await watcher.first(
    "the member that is left says that there is no leader",
    6,
    second.at,
    (one) => one.kind === "member-answered" && one.route === alone && one.status.leaderId === undefined,
  );
  const later = Date.now();
  const list = await watcher.first(
    "its own member list, which needs no quorum",
    7,
    later,
    (one) => one.kind === "members-listed" && one.route === alone,
  );
  expect(list).toMatchObject({ members: { length: 3 } });
  expect(watcher.since(later, "leases-alive")).toEqual([]);
  await fault("start", first.target);
  const healed = await fault("start", second.target);
  await watcher.first("a proof", 60, healed.at, isLive);
});

describe("API servers behind the balancer", () => {
  const allReady = async (watcher: Watcher, since: number): Promise<void> => {
    const servers = new Set<string>();
    await watcher.first("every API server ready", 90, since, (one) => {
      if (one.kind === "api-server-answered" && one.ready) servers.add(one.server);
      return servers.size === 3;
    });
  };

  // What is frozen is harder than what is gone: nothing is refused.
  test("two of three frozen: the source goes on with the third", async () => {
    await using watcher = await Watcher.of(lab());
    await watcher.first("a proof", 30, 0, isLive);
    for (const target of ["apiserver/cp-1", "apiserver/cp-2"]) {
      const { at } = await fault("freeze", target);
      // Whichever server the watch was on: after this time every observation comes from one that lives.
      await watcher.first("a proof", 20, at + 4000, (one) => isLive(one) || one.kind === "lease-changed");
      const server = `${lab().spec.prefix}.${target.slice(-1)}:6443`;
      await watcher.first(
        "its row",
        SAID + GRACE,
        at,
        (one) => one.kind === "api-server-failed" && one.server === server,
      );
    }
    for (const target of ["apiserver/cp-1", "apiserver/cp-2"]) await fault("thaw", target);
    await allReady(watcher, Date.now());
  });

  test("all gone: said within 3 s, and live again when they are back", async () => {
    await using watcher = await Watcher.of(lab());
    await watcher.first("a proof", 30, 0, isLive);
    const targets = ["apiserver/cp-1", "apiserver/cp-2", "apiserver/cp-3"];
    const killed = await Promise.all(targets.map((target) => fault("kill", target)));
    const at = Math.max(...killed.map((one) => one.at));
    const failed = await watcher.first("the failure", SAID + GRACE, at, isFailed);
    expect(failed).toMatchObject({ failure: { code: expect.stringMatching(/refused|closed/) } });
    const started = await Promise.all(targets.map((target) => fault("start", target)));
    const back = Math.max(...started.map((one) => one.at));
    await watcher.first("a list", 90, back, isLive);
    await allReady(watcher, back);
  });
});

describe("what may not be had is one line", () => {
  async function firstFailure(flags: Partial<ClientFlags>): Promise<Failure> {
    await using watcher = await Watcher.of(lab(), flags);
    const failed = await watcher.first("a failure", 20, 0, (one) => isFailed(one) && isRefusal(one));
    return failed.kind === "leases-failed" ? failed.failure : { code: "other", text: "" };
  }

  test("nobody listens", async () => {
    expect(await firstFailure({ server: "https://127.0.0.1:1" })).toEqual({
      code: "refused",
      text: "connection refused by 127.0.0.1:1",
    });
  });

  test("another authority", async () => {
    const server = (await kubeOf(lab())).server;
    expect(await firstFailure({ certificateAuthority: join(lab().spec.dir, "pki/etcd/ca.crt") })).toEqual({
      code: "tls",
      text: `certificate of ${server} signed by unknown authority`,
    });
  });

  test("nothing permitted: the permission is named", async () => {
    const failure = await firstFailure(await asAccount(lab(), "nobody", "create"));
    expect(failure.code).toBe("forbidden");
    expect(failure.text).toMatch(
      /^leases\.coordination\.k8s\.io is forbidden: User "system:serviceaccount:default:nobody" cannot list resource "leases"/,
    );
  });

  test("no watch permitted: the leases are listed every second; no pods: so it is said", async () => {
    await using watcher = await Watcher.of(lab(), await asAccount(lab(), "lister", "list"));
    let lists = 0;
    await watcher.first("four lists", 20, 0, (one) => one.kind === "leases-listed" && (lists += 1) >= 4);
    expect(failures(watcher, 0)).toEqual([]);
    expect(watcher.since(0, "api-servers-unknown")).toMatchObject([
      { failure: { code: "forbidden", text: expect.stringMatching(/^pods is forbidden/) } },
    ]);
  });

  test("no etcd way in with a wrong authority, and none at all", async () => {
    await using watcher = await Watcher.of(lab(), {}, { cacert: join(lab().spec.dir, "pki/ca.crt") });
    const isMember = ({ kind }: Observation): boolean => kind === "member-failed";
    const failed = await watcher.first("a failure", 20, 0, (one) => isMember(one) && isRefusal(one));
    expect(failed).toMatchObject({
      failure: {
        code: "tls",
        text: expect.stringMatching(/^certificate of .*:2379 signed by unknown authority$/),
      },
    });
    expect(failures(watcher, 0)).toEqual([]);
  });
});

test("a search finds a key that was just written, and knows on which members it is", async () => {
  await lab().kubectl(["create", "configmap", "needle-in-a-haystack"]);
  const controller = new AbortController();
  let last: KeySearch | undefined;
  const browser = new KeyBrowser(await etcdOf(lab()), systemClock, (search) => {
    last = search;
  });
  const running = browser.run(controller.signal);
  browser.ask("needle-in-a-haystack", controller.signal);
  await eventually("the key, on each member", () =>
    Promise.resolve(
      last?.state === "ready" &&
        last.hits[0]?.marks?.length === 3 &&
        last.hits[0].marks.every(({ state }) => state === "has"),
    ),
  );
  controller.abort();
  await running;
  expect(last).toMatchObject({
    matched: 1,
    hits: [{ text: "/registry/configmaps/default/needle-in-a-haystack" }],
  });
});
