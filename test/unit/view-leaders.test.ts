import { parseHolder } from "../../src/core/facts/holder.ts";
import { leaderListDocument, leaderPrinter } from "../../src/output/leaders.ts";
import { assessment, leaseIn, leaseRow, leases } from "./assessment-kit.ts";
import { lease, micro, t } from "./model-kit.ts";

const plain = { wide: false, headers: true, colour: false };
const shown = (row: ReturnType<typeof leaseRow>, style = plain): string =>
  leaderPrinter(style)([{ row, deleted: false }]);
const stateOf = (text: string): string | undefined => text.split("\n")[1]?.split(/ {3,}/)[2];
const holder = parseHolder("cp-1_0000");

describe("the table of leaders", () => {
  test("one row a lease", () => {
    expect(shown(leaseRow("cp-1"))).toBe(
      [
        "COMPONENT        HOLDER   STATE     RENEWED      DURATION   ACQUIRED               TRANSITIONS",
        "kube-scheduler   cp-1     held      1.5 s ago    15 s       2026-11-22T13:51:00Z   1",
        "",
      ].join("\n"),
    );
  });

  test.each([
    [{ state: "held", holder, expiresIn: 13.5 }, "held"],
    [{ state: "late", holder, expiresIn: 7 }, "late"],
    [{ state: "expired", holder, expiredFor: 4 }, "expired"],
    [{ state: "vacant", vacantFor: 4 }, "vacant"],
    [{ state: "unknown", holder }, "unknown"],
  ] as const)("says each state in a word: %j", (leaseStatus, word) => {
    expect(stateOf(shown(leaseIn(leaseStatus)))).toBe(word);
  });

  test("nobody is not the same as unknown", () => {
    expect(shown(leaseIn({ state: "vacant", vacantFor: 4 }))).toMatch(/kube-scheduler +<none> +vacant/);
    expect(shown(leaseIn({ state: "unknown", holder: undefined }))).toMatch(/<unknown> +unknown/);
  });

  test("what the object lacks is said to be lacking, never 0", () => {
    const record = lease("cp-1", 18, {
      leaseDurationSeconds: undefined,
      acquireTime: undefined,
      leaseTransitions: undefined,
    });
    expect(shown(leaseRow("cp-1", { record }))).toMatch(/1\.5 s ago +<none> +<none> +<none>\n$/);
  });

  test("wide has all digits and the whole identity", () => {
    const [, line = ""] = shown(leaseRow("cp-1"), { ...plain, wide: true }).split("\n");
    expect(line).toContain(`13.5 s    Lease   ${micro(18.5)}   ${micro(0)}   cp-1_0000`);
  });

  test("a lease that is gone says so", () => {
    expect(stateOf(leaderPrinter(plain)([{ row: leaseRow("cp-1"), deleted: true }]))).toBe("deleted");
  });
});

describe("the document of leaders", () => {
  test("has every field, times as received, seconds as numbers", () => {
    expect(leaderListDocument(assessment())).toEqual({
      apiVersion: "kubectl-ha/v1alpha1",
      kind: "LeaderList",
      time: new Date(t(20).wall).toISOString(),
      freshness: { state: "live", ageSeconds: 0.1, reason: null },
      held: 1,
      total: 1,
      items: [
        {
          kind: "Lease",
          namespace: "kube-system",
          name: "kube-scheduler",
          uid: "a",
          resourceVersion: expect.any(String),
          state: "held",
          orphaned: false,
          reason: null,
          holderIdentity: "cp-1_0000",
          holder: { identity: "cp-1_0000", host: "cp-1", id: "0000" },
          lastHolder: { identity: "cp-1_0000", host: "cp-1", id: "0000" },
          leaseDurationSeconds: 15,
          leaseTransitions: 1,
          strategy: null,
          preferredHolder: null,
          acquireTime: micro(0),
          renewTime: micro(18.5),
          renewedAgoSeconds: 1.5,
          renewedAgoBasis: "renewTime",
          expiresInSeconds: 13.5,
          expiredForSeconds: null,
          vacantForSeconds: null,
        },
      ],
    });
  });

  test("an annotation that cannot be read is unknown for its own reason", () => {
    const failure = { code: "forbidden", text: "endpoints is forbidden" } as const;
    const freshness = { state: "stale", age: 4, since: t(16), failure } as const;
    const record = lease("cp-1", 18.5, { kind: "Endpoints" });
    const row = leaseRow("cp-1", { record, freshness, status: { state: "unknown", holder: undefined } });
    expect(leaderListDocument(assessment({ leases: leases(row) })).items[0]).toMatchObject({
      kind: "Endpoints",
      state: "unknown",
      reason: { code: "forbidden", message: "endpoints is forbidden" },
    });
  });

  test("an age that nobody can know is null", () => {
    const row = leaseRow("cp-1", { basis: "unknown", status: { state: "vacant", vacantFor: 2 } });
    expect(leaderListDocument(assessment({ leases: leases(row) })).items[0]).toMatchObject({
      renewedAgoBasis: "unknown",
      renewedAgoSeconds: null,
      vacantForSeconds: null,
    });
    expect(shown(row)).toMatch(/vacant +<unknown> /);
  });

  test("unknown is null, with the reason beside it", () => {
    const failure = { code: "timeout", text: "no answer" } as const;
    const freshness = { state: "stale", age: 4, since: t(16), failure } as const;
    const rows = [leaseIn({ state: "unknown", holder: undefined })];
    const document = leaderListDocument(
      assessment({ leases: { freshness, rows, unread: [], held: 0, total: 1 } }),
    );
    const reason = { code: "timeout", message: "no answer" };
    expect(document).toMatchObject({ held: null, freshness: { state: "stale", ageSeconds: 4, reason } });
    expect(document.items[0]).toMatchObject({
      state: "unknown",
      reason,
      holder: null,
      expiresInSeconds: null,
    });
  });

  test("what the object lacks is null", () => {
    const record = lease("", 18, {
      leaseDurationSeconds: undefined,
      acquireTime: undefined,
      renewTime: undefined,
      leaseTransitions: undefined,
    });
    const row = leaseRow("cp-1", { record, status: { state: "vacant", vacantFor: 2 } });
    expect(leaderListDocument(assessment({ leases: leases(row) })).items[0]).toMatchObject({
      holderIdentity: "",
      holder: null,
      leaseDurationSeconds: null,
      leaseTransitions: null,
      acquireTime: null,
      renewTime: null,
      vacantForSeconds: 2,
    });
  });
});
