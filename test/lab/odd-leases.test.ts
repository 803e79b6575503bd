import type { Assessment, LeaseRow } from "../../src/core/assessment.ts";
import type { Takeover } from "../../src/core/leases/lease.ts";
import type { LeaderListDocument } from "../../src/output/leaders.ts";
import { leaderListDocument } from "../../src/output/leaders.ts";
import type { ControlPlaneStatusDocument } from "../../src/output/status.ts";
import { statusDocument } from "../../src/output/status.ts";
import type { OldRecord } from "./legacy.ts";
import { OldControlPlane, oldRecord, second } from "./legacy.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { PATIENT } from "../contract/peer.ts";
import { kubectlHa, runProgram } from "../contract/program.ts";
import { labForFile } from "../lab-for-file.ts";
import { mayEverywhere } from "./account.ts";
import { create, pictureOf, rowOf } from "./snapshot.ts";
import { Watcher } from "./watcher.ts";

const lab = labForFile();

const watch = (namespace: string, as?: string): Promise<Watcher> =>
  Watcher.of(lab(), as === undefined ? {} : { as }, {}, namespace);

describe("a control plane of old, without Leases", () => {
  const NAME = "kube-scheduler";
  const LESSON: OldRecord = {
    holderIdentity: "controlplane_737f8152-4247-49d4-b3c9-c279dc32fff8",
    leaseDurationSeconds: 15,
    acquireTime: "2020-10-03T09:19:00Z",
    renewTime: "2020-10-03T09:20:31Z",
    leaderTransitions: 0,
  };
  const says =
    (record: OldRecord) =>
    (assessment: Assessment): boolean => {
      const row = rowOf(assessment, NAME);
      return (
        row?.record.renewTime === record.renewTime && row.record.holderIdentity === record.holderIdentity
      );
    };

  test("its record is understood to the second, renewed, released, taken over, deleted and made again", async () => {
    const old = await OldControlPlane.of(lab(), "old", LESSON);
    await using watcher = await watch(old.namespace);
    const first = await pictureOf(watcher, "the lesson's record", says(LESSON));
    expect(leaderListDocument(first.assessment).items).toMatchObject([
      {
        kind: "Endpoints",
        namespace: "old",
        name: NAME,
        state: "expired",
        holder: { host: "controlplane", id: "737f8152-4247-49d4-b3c9-c279dc32fff8" },
        leaseDurationSeconds: 15,
        leaseTransitions: 0,
        acquireTime: "2020-10-03T09:19:00Z",
        renewTime: "2020-10-03T09:20:31Z",
        renewedAgoBasis: "renewTime",
      },
    ]);

    const taken = oldRecord("cp-1_a", { leaderTransitions: 1 });
    let last = taken;
    for (let n = 0; n < 3; n += 1) {
      last = { ...taken, renewTime: second() };
      await old.write("endpoints", last);
      await pictureOf(watcher, "a renewal", says(last));
    }
    const held = await pictureOf(watcher, "the last renewal", says(last));
    expect(rowOf(held.assessment, NAME)).toMatchObject({
      status: { state: "held", holder: { host: "cp-1" } },
      basis: "observed",
      failoversSeen: 1,
    });

    const released = oldRecord("", { leaseDurationSeconds: 1, leaderTransitions: 1 });
    await old.write("endpoints", released);
    const vacant = await pictureOf(watcher, "the release", says(released));
    expect(vacant.assessment.headline).toMatchObject({ kind: "no-leader", leases: [{ released: true }] });

    const other = oldRecord("cp-2_b", { leaderTransitions: 2 });
    await old.write("endpoints", other);
    const tookOver = await pictureOf(watcher, "the takeover", says(other));
    const takeover: Partial<Takeover> = { released: true };
    expect(tookOver.assessment.headline).toMatchObject({
      kind: "took-over",
      takeover: { ...takeover, from: { host: "cp-1" }, to: { host: "cp-2" } },
    });

    await old.remove("endpoints");
    const gone = await pictureOf(
      watcher,
      "nobody",
      ({ leases }) => leases.rows[0]?.status.state === "vacant",
      Date.now(),
    );
    expect(gone.monitor.state.events[0]).toMatchObject({ text: "Endpoints record deleted" });
    const again = { ...other, renewTime: second() };
    await old.write("configmap", again);
    const back = await pictureOf(watcher, "the record on the ConfigMap", says(again), Date.now() - 1000);
    expect(rowOf(back.assessment, NAME)).toMatchObject({ record: { kind: "ConfigMap" }, failoversSeen: 2 });
  });

  test("of two records the newer one counts, and the Lease wins over both", async () => {
    const old = await OldControlPlane.of(lab(), "older", LESSON);
    const newer = oldRecord("cp-1_a");
    await old.write("configmap", newer);
    await using watcher = await watch(old.namespace);
    const first = await pictureOf(watcher, "the newer record", says(newer));
    expect(rowOf(first.assessment, NAME)?.record.kind).toBe("ConfigMap");
    const newest = oldRecord("cp-1_a", { acquireTime: newer.acquireTime });
    await old.write("endpoints", newest);
    const moved = await pictureOf(
      watcher,
      "the newest record",
      (one) => rowOf(one, NAME)?.record.kind === "Endpoints",
    );
    expect(moved.assessment.leases.rows).toMatchObject([{ failoversSeen: 0 }]);

    const spec = { holderIdentity: "cp-1_a", leaseDurationSeconds: 15, renewTime: micro() };
    const metadata = { name: NAME, namespace: old.namespace };
    await create(lab(), { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
    const won = await pictureOf(watcher, "the Lease", (one) => rowOf(one, NAME)?.record.kind === "Lease");
    expect(won.assessment.leases.rows).toMatchObject([{ failoversSeen: 0, status: { state: "held" } }]);

    // The process that still writes the annotation leads no longer.
    await old.write("endpoints", oldRecord("cp-3_c"));
    const patch = { spec: { holderIdentity: "cp-2_b", renewTime: micro(), leaseTransitions: 1 } };
    await lab().kubectl([
      ...["patch", "lease", NAME, "-n", old.namespace, "--type=merge", "-p"],
      JSON.stringify(patch),
    ]);
    const taken = await pictureOf(watcher, "a failover", (one) => rowOf(one, NAME)?.failoversSeen === 1);
    expect(rowOf(taken.assessment, NAME)?.takeover).toMatchObject({
      from: { host: "cp-1" },
      to: { host: "cp-2" },
    });
  });

  test("a record that is none: nobody leads, as nobody can read it", async () => {
    const old = await OldControlPlane.of(lab(), "old-and-odd", "");
    const texts = [
      "controlplane",
      "[1]",
      JSON.stringify({ holderIdentity: "", other: "x".repeat(100_000) }),
      '{"holderIdentity":7,"renewTime":[],"leaseDurationSeconds":"15"}',
    ];
    let watcher: Watcher | undefined;
    for (const text of texts) {
      await old.write("endpoints", text);
      const version = await old.version("endpoints");
      watcher ??= await watch(old.namespace);
      const { monitor, assessment } = await pictureOf(
        watcher,
        text.slice(0, 80),
        (one) => rowOf(one, NAME)?.record.resourceVersion === version,
      );
      expect(assessment.leases.rows).toMatchObject([
        {
          status: { state: "vacant" },
          record: { kind: "Endpoints", holderIdentity: "", renewTime: undefined },
        },
      ]);
      expect(() => layout(monitor, { columns: 120, rows: 36 }, assessment.now)).not.toThrow();
    }
    await watcher?.[Symbol.asyncDispose]();
  });

  test("who may read Leases only is shown those", async () => {
    const old = await OldControlPlane.of(lab(), "old-refused", oldRecord("cp-1_a"));
    const inNamespace = ["-n", old.namespace];
    const verbs = ["--verb=get,list,watch", "--resource=leases.coordination.k8s.io"];
    await lab().kubectl(["create", "role", "reader", ...inNamespace, ...verbs]);
    await lab().kubectl([
      "create",
      "rolebinding",
      "reader",
      ...inNamespace,
      "--role=reader",
      "--user=reader",
    ]);
    await mayEverywhere(lab(), "reader", "list", old.namespace);
    await using watcher = await watch(old.namespace, "reader");
    const refused = await watcher.first("a refusal", 10, 0, (one) => one.kind === "annotation-failed");
    expect(refused).toMatchObject({
      failure: {
        code: "forbidden",
        text: expect.stringMatching(/cannot get resource "(endpoints|configmaps)"/),
      },
    });
    const { assessment } = await pictureOf(
      watcher,
      "a proof",
      ({ leases }) => leases.freshness.state === "live",
    );
    expect(assessment.leases.rows).toEqual([]);
    expect(watcher.since(0, "leases-failed")).toEqual([]);
  });
});

describe("leases with garbage in them", () => {
  const UP_TO_1970 = "1970-01-01T00:00:00.000000Z";
  const UP_TO_9999 = "9999-12-31T23:59:59.999999Z";
  const leaseOf = (name: string, spec: object, labels: Record<string, string> = {}): object => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "odd", labels },
    spec,
  });

  /** What an API server would refuse is put into etcd behind its back. */
  async function putIntoEtcd(name: string, spec: object): Promise<void> {
    const { metadata, ...lease } = {
      ...leaseOf(name, spec),
      metadata: { name, namespace: "odd", uid: name },
    };
    const args = ["put", `/registry/leases/odd/${name}`, JSON.stringify({ ...lease, metadata })];
    expect(await runProgram("etcdctl", args, lab().env)).toMatchObject({ code: 0 });
  }

  const ROWS: readonly [name: string, of: object][] = [
    ["empty", { state: "vacant", renewTime: null, renewedAgoSeconds: null, vacantForSeconds: null }],
    [
      "negative",
      { state: expect.stringMatching(/^(?:held|late)$/), leaseDurationSeconds: -5, leaseTransitions: -7 },
    ],
    ["zero", { state: "expired", leaseDurationSeconds: 0, expiredForSeconds: expect.any(Number) }],
    ["huge", { state: "held", leaseDurationSeconds: 2_147_483_647, leaseTransitions: 2_147_483_647 }],
    ["past", { state: "expired", renewTime: UP_TO_1970, renewedAgoBasis: "renewTime" }],
    ["future", { state: "held", renewTime: UP_TO_9999, renewedAgoBasis: "unknown", renewedAgoSeconds: null }],
    ["codes", { holder: { identity: "cp-1 _b", host: "cp-1 ", id: "b" } }],
    ["unseen", { state: "held", holderIdentity: "unprintable" }],
    ["long", { holderIdentity: `${"x".repeat(299)}…` }],
    ["labels", { state: "held", holder: { host: "cp-1" } }],
  ];

  async function makeAll(): Promise<void> {
    const held = { holderIdentity: "cp-1_a", leaseDurationSeconds: 3600 };
    const labels = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`label-${n}`, "x".repeat(60)]));
    await create(
      lab(),
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "odd" } },
      leaseOf("empty", { holderIdentity: null, acquireTime: null, renewTime: null }),
      leaseOf("huge", { ...held, leaseDurationSeconds: 2_147_483_647, leaseTransitions: 2_147_483_647 }),
      leaseOf("past", { ...held, renewTime: UP_TO_1970 }),
      leaseOf("future", { ...held, renewTime: UP_TO_9999, acquireTime: UP_TO_9999 }),
      leaseOf("codes", { ...held, holderIdentity: "cp-1\u001b]0;owned\u0007\n_b" }),
      leaseOf("unseen", { ...held, holderIdentity: "\u001b[31m" }),
      leaseOf("long", { ...held, holderIdentity: "x".repeat(10_000) }),
      leaseOf("labels", held, labels),
      ...Array.from({ length: 12 }, (_, n) => leaseOf(`further-${n}`, { ...held, renewTime: micro() })),
    );
    await putIntoEtcd("negative", { ...held, leaseDurationSeconds: -5, leaseTransitions: -7 });
    await putIntoEtcd("zero", { ...held, leaseDurationSeconds: 0, renewTime: UP_TO_1970 });
  }

  test("are each told as they are, by every face", async () => {
    await makeAll();
    const count = ROWS.length + 12;
    await using watcher = await watch("odd");
    const { monitor, assessment } = await pictureOf(
      watcher,
      "all of them",
      ({ leases }) => leases.rows.length === count,
    );
    const { items } = statusDocument(assessment).leaders;
    for (const [name, of] of ROWS)
      expect(items.find((one) => one.name === name)).toMatchObject({ name, ...of });
    for (const [columns, rows] of [
      [160, 50],
      [120, 36],
      [80, 24],
      [40, 10],
    ] as const) {
      for (const { record, key } of assessment.leases.rows) {
        const { panes } = layout(
          { ...monitor, selected: { leases: key } },
          { columns, rows },
          assessment.now,
        );
        const text = panes.flatMap(({ lines }) => lines.flat().map((span) => span.text)).join("");
        expect({ [record.name]: /\p{Cc}|NaN|Infinity|undefined/u.exec(text)?.[0] }).toEqual({
          [record.name]: undefined,
        });
      }
    }
    const inNamespace = ["-n", "odd", "-o", "json", ...PATIENT];
    const asked = await Promise.all([
      kubectlHa(["leaders", ...inNamespace], lab().env),
      kubectlHa(["status", ...inNamespace], lab().env),
      kubectlHa(["leaders", "-n", "odd", "-o", "wide", ...PATIENT], lab().env),
    ]);
    const [leaders, status, table] = asked.map((one) => {
      expect(one).toMatchObject({ code: 0, stderr: "" });
      return one.stdout;
    });
    // What the program writes is what its own types say.
    const list = JSON.parse(leaders ?? "") as LeaderListDocument;
    const whole = JSON.parse(status ?? "") as ControlPlaneStatusDocument;
    for (const items of [list.items, whole.leaders.items]) {
      expect(items).toHaveLength(count);
      for (const [name, of] of ROWS)
        expect(items.find((one) => one.name === name)).toMatchObject({ name, ...of });
    }
    expect(table?.split("\n")).toHaveLength(count + 2);
    expect(table).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe("the scheduler's own lease, written by another hand", () => {
  const NAME = "kube-scheduler";
  const scheduler = (assessment: Assessment): LeaseRow | undefined => rowOf(assessment, NAME);

  async function writeLease(spec: object): Promise<void> {
    const args = ["patch", "lease", NAME, "-n", "kube-system", "--type=merge", "-p"];
    await lab().kubectl([...args, JSON.stringify({ spec })]);
  }

  /** The scheduler's row once somebody leads. */
  async function held(watcher: Watcher): Promise<LeaseRow> {
    const isHeld = (one: Assessment): boolean => {
      const row = scheduler(one);
      return (
        row?.status.state === "held" && row.basis === "observed" && row.record.holderIdentity !== "ghost_x"
      );
    };
    const row = scheduler((await pictureOf(watcher, "a holder", isHeld, Date.now(), 30)).assessment);
    if (row === undefined) throw new Error("the scheduler has no row");
    return row;
  }

  /** How many failovers there were, if the lease went from one holder to the other and nobody was between. */
  const failovers = (from: LeaseRow, to: LeaseRow): number =>
    from.record.holderIdentity === to.record.holderIdentity ? 0 : 1;

  test.each([
    [
      "released in 1970",
      { holderIdentity: "", leaseDurationSeconds: 1, renewTime: "1970-01-01T00:00:00.000000Z" },
    ],
    [
      "emptied",
      {
        holderIdentity: null,
        leaseDurationSeconds: null,
        renewTime: null,
        acquireTime: null,
        leaseTransitions: null,
      },
    ],
  ])("%s: no leader, and the next holder is a failover only if it is another one", async (_what, spec) => {
    await using watcher = await watch("kube-system");
    const before = await held(watcher);
    const since = Date.now();
    await writeLease(spec);
    const nobody = await pictureOf(
      watcher,
      "nobody",
      (one) => scheduler(one)?.status.state === "vacant",
      since,
    );
    expect(nobody.assessment.headline.kind).toBe("no-leader");
    expect(nobody.monitor.state.events[0]?.text).toMatch(/^released by cp-\d: no leader$/);
    const row = await held(watcher);
    expect(row.failoversSeen).toBe(before.failoversSeen + failovers(before, row));
    expect(row.record.leaseTransitions).toBe(
      "leaseTransitions" in spec ? 1 : (before.record.leaseTransitions ?? 0) + 1,
    );
  });

  test("given to somebody who does not exist, in 9999: it is held, runs out, and is taken from him", async () => {
    await using watcher = await watch("kube-system");
    const before = await held(watcher);
    const since = Date.now();
    const renewTime = "9999-12-31T23:59:59.000000Z";
    await writeLease({ holderIdentity: "ghost_x", leaseDurationSeconds: 1, renewTime });
    const { assessment } = await pictureOf(
      watcher,
      "the ghost",
      (one) => scheduler(one)?.record.holderIdentity === "ghost_x",
      since,
    );
    expect(scheduler(assessment)).toMatchObject({ status: { state: "held", holder: { host: "ghost" } } });
    const row = await held(watcher);
    expect(row.failoversSeen).toBe(before.failoversSeen + 2);
    expect(row.takeover).toMatchObject({ from: { host: "ghost" }, to: row.lastHolder });
  });

  test("deleted: nobody leads until it is made again, with another uid", async () => {
    await using watcher = await watch("kube-system");
    const before = await held(watcher);
    const since = Date.now();
    await lab().kubectl(["delete", "lease", NAME, "-n", "kube-system"]);
    const gone = await pictureOf(
      watcher,
      "nobody",
      (one) => scheduler(one)?.status.state === "vacant",
      since,
    );
    expect(gone.monitor.state.events[0]?.text).toBe("lease deleted");
    const row = await held(watcher);
    expect(row.record.uid).not.toBe(before.record.uid);
    expect(row.failoversSeen).toBe(before.failoversSeen + failovers(before, row));
  });
});

function micro(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
