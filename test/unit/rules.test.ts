import type { Assessment } from "../../src/core/assessment.ts";
import type { FindingId } from "../../src/core/rules/finding.ts";
import type { Result, Rule } from "../../src/core/rules/rule.ts";
import { readFileSync } from "node:fs";
import { assess } from "../../src/core/assess.ts";
import { resultsOf } from "../../src/core/rules/findings.ts";
import { RULES } from "../../src/core/rules/table.ts";
import { DEFAULTS } from "../../src/core/rules/thresholds.ts";
import { shownState } from "../../src/screen/monitor.ts";
import { STATE_NAMES, play } from "../golden/states.ts";
import { assessment, etcd, leaseRow, leases, memberRow, serverRow } from "./assessment-kit.ts";
import { listed, t } from "./model-kit.ts";

function rule(id: FindingId): Rule {
  const found = RULES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
}

const results = (id: FindingId, of: Assessment, thresholds = DEFAULTS): readonly Result[] =>
  resultsOf(rule(id), of, thresholds);
const outcomes = (id: FindingId, of: Assessment, thresholds = DEFAULTS): readonly string[] =>
  results(id, of, thresholds).map(({ subject, outcome }) => `${subject}: ${outcome}`);

/** The first three cells of each row of docs/findings.md. */
function documented(): readonly (readonly string[])[] {
  const page = readFileSync("docs/findings.md", "utf8");
  return [...page.matchAll(/^\| `([a-z-]+)` *\| ([^|]+?) *\| ([^|]+?) *\|/gm)].map((row) => row.slice(1));
}

test("docs/findings.md has the rules in their order, with their short titles and severities", () => {
  expect(documented()).toEqual(
    RULES.map(({ id, title, severities }) => [id, title[1], severities.join(", ")]),
  );
  expect(RULES.length).toBeGreaterThan(25);
});

test("each finding has one rule, and a title of two lengths that has no figures but a count of zero or one", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const { title } of RULES) for (const words of title) expect(words).toMatch(/^\D+[01]?\D*$/);
});

describe.each(STATE_NAMES)("%s", (state) => {
  const { monitor, now } = play(state);
  const shown = shownState(monitor, now);
  const assessed = assess(shown.state, shown.now);
  const all = RULES.flatMap((one) => resultsOf(one, assessed).map((result) => ({ id: one.id, ...result })));
  const text = (findings: readonly object[]): readonly string[] =>
    findings.map((one) => JSON.stringify(one)).toSorted();

  test("the findings are what fails, and the unknowns of rules on just that which have advice", () => {
    const found = all.filter(
      ({ outcome, severity, advice }) =>
        outcome === "fail" || (outcome === "unknown" && severity === "unknown" && advice !== ""),
    );
    const expected = found.map(({ id, severity, subject, evidence, advice }) => {
      return { id, severity, subject, evidence, advice };
    });
    expect(text(assessed.findings)).toEqual(text(expected));
  });

  test("each rule has a result, which names its subject", () => {
    for (const one of RULES) expect(resultsOf(one, assessed)).not.toEqual([]);
    for (const { subject } of all) expect(subject).not.toBe("");
  });

  test("severities are those of the rule; a failure has evidence and advice, an unknown has its reason", () => {
    for (const { id, severity } of all) expect(rule(id).severities).toContain(severity);
    for (const { outcome, evidence, advice } of all) {
      if (outcome !== "pass") expect(evidence).not.toBe("");
      expect(outcome === "fail" ? advice !== "" : outcome === "unknown" || advice === "").toBe(true);
    }
  });
});

describe("a rule whose needs are not met", () => {
  const failure = { code: "refused", text: "connection refused" } as const;
  const stale = { state: "stale", age: 9, since: { wall: 0, mono: 0 }, failure } as const;
  const failing = (id: FindingId, of: Partial<Assessment>): Result | undefined => {
    const [first, ...more] = results(id, assessment(of));
    expect(more).toEqual([]);
    return first;
  };

  test.each<[id: FindingId, of: Partial<Assessment>, subject: string, reason: string]>([
    [
      ...(["no-leader", { leases: { ...leases(leaseRow("cp-1")), freshness: stale } }] as const),
      ...(["leases", "leases cannot be read: connection refused"] as const),
    ],
    ["etcd-lag", { etcd: { state: "asking" } }, "etcd", "no answer yet"],
    [
      ...([
        "etcd-lag",
        { etcd: { state: "notConfigured", tried: [{ route: "A", outcome: "unset" }] } },
      ] as const),
      ...(["etcd", "etcd not configured (A: unset)"] as const),
    ],
    [
      ...([
        "api-server-silent",
        { apiServers: { unknown: failure, rows: [], ready: 0, freshness: stale } },
      ] as const),
      ...(["API servers", "connection refused"] as const),
    ],
    ["no-leader", { leases: leases() }, "leases", "no lease found"],
  ])("%s has one unknown result with the reason", (id, of, subject, evidence) => {
    expect(failing(id, of)).toMatchObject({ subject, outcome: "unknown", evidence, advice: "" });
  });

  test("cannot pass before its time, but fail", () => {
    const times = [1, 2, 3, 4].map((second) => ({ wall: 0, mono: second }));
    const seen = (observedFor: number, recent: number): readonly Result[] =>
      results("etcd-flapping", {
        ...assessment({ etcd: etcd({ leaderChanges: { times, recent, lastAgo: 1 } }) }),
        observedFor,
      });
    expect(seen(12.3, 0)).toMatchObject([{ outcome: "unknown", evidence: "observed for 12 s of 900 s" }]);
    expect(seen(900, 0)).toMatchObject([{ outcome: "pass", evidence: "0 leader changes in 15 minutes" }]);
    expect(seen(12.3, 4)).toMatchObject([{ outcome: "fail" }]);
  });
});

test("a pass is a result of each subject", () => {
  const two = leases(leaseRow("cp-1"), leaseRow("cp-2", { standing: "leaderless", overdue: 1 }));
  expect(outcomes("no-leader", assessment({ leases: two }))).toEqual([
    "kube-scheduler: pass",
    "kube-scheduler: fail",
  ]);
  expect(outcomes("etcd-lag", assessment())).toEqual([
    "etcd cp-1: pass",
    "etcd cp-2: pass",
    "etcd cp-3: pass",
  ]);
});

test("rules compare with the thresholds that are given", () => {
  const behind = assessment({ etcd: etcd({ rows: [memberRow(1, { lag: 500n })] }) });
  expect(outcomes("etcd-lag", behind)).toEqual(["etcd cp-1: pass"]);
  expect(outcomes("etcd-lag", behind, { ...DEFAULTS, raftLag: 499n })).toEqual(["etcd cp-1: fail"]);
  const soon = assessment({ etcd: etcd({ clientCertificateLeft: 300 * 86_400 }) });
  expect(outcomes("etcd-certificate", soon, { ...DEFAULTS, certificateWarning: 301 * 86_400 })).toContain(
    "etcd client: fail",
  );
});

describe("a finding of its own for each subject, and none for what is merely not seen", () => {
  const failure = { code: "timeout", text: "no answer" } as const;

  test("an identity lease that cannot be read says nothing of its API server", () => {
    const rows = [serverRow(1, { server: undefined, answer: undefined, renewedAgo: 40 })];
    const of = { ...assessment().apiServers, rows };
    const silent = (leasesOf: Assessment["leases"]): readonly string[] =>
      outcomes("api-server-silent", assessment({ apiServers: of, leases: leasesOf }));
    expect(silent(leases())).toEqual(["API server cp-1: fail"]);
    const stale = { state: "stale", age: 40, since: t(0), failure } as const;
    expect(silent({ ...leases(), freshness: stale })).toEqual(["API server cp-1: unknown"]);
  });

  test("two members that never started are two findings", () => {
    const members = [listed(1), listed(2, { name: "" }), listed(3, { name: "" })];
    const of = assessment({ etcd: etcd({ list: { ...etcd().list, members } }) });
    expect(outcomes("etcd-unstarted", of)).toEqual(["etcd m2: fail", "etcd m3: fail"]);
  });

  test("a host that holds two leases has one clock", () => {
    const both = leases(leaseRow("cp-1", { clockAhead: 3 }), leaseRow("cp-1", { clockAhead: -9.5 }));
    const failed = results("clock-skew", assessment({ leases: both })).filter(
      ({ outcome }) => outcome === "fail",
    );
    expect(failed.map(({ evidence }) => evidence)).toEqual(["clock is 9.5 s behind this machine"]);
  });
});
