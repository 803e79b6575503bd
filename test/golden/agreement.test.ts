import type { Assessment } from "../../src/core/assessment.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import { shownState } from "../../src/screen/monitor.ts";
import type { PaneId } from "../../src/screen/panes.ts";
import type { Screen } from "../../src/screen/screen.ts";
import { assess } from "../../src/core/assess.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { statusDocument, statusTable } from "../../src/output/status.ts";
import { STATE_NAMES, play } from "./states.ts";

/** What the faces show of one moment: they are made from one assessment, and may not contradict each other. */
interface Faces {
  readonly assessment: Assessment;
  readonly json: ReturnType<typeof statusDocument>;
  /** the four answers of `status`, by subject */
  readonly answers: Readonly<Record<string, string>>;
  /** the rows of the tables of `status`, by the head of their first column */
  readonly tables: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** the screen with all its panes, and with nothing but FINDINGS */
  readonly screen: Screen;
  readonly findings: Screen;
}

const ROOMY = { columns: 220, rows: 90 };

function facesOf(state: (typeof STATE_NAMES)[number]): Faces {
  const { monitor, now } = play(state);
  const shown = shownState(monitor, now);
  const assessment = assess(shown.state, shown.now);
  const text = statusTable(assessment, { wide: false, headers: true, colour: false });
  const plain: Monitor = {
    ...{
      ...monitor,
      zoomed: undefined,
      help: false,
      search: undefined,
      opened: undefined,
      focus: "leases",
    },
    selected: {},
  };
  const only: Monitor = {
    ...plain,
    opened: { pane: "findings", back: "leases" },
    focus: "findings",
    zoomed: "findings",
  };
  return {
    assessment,
    json: statusDocument(assessment),
    answers: Object.fromEntries(
      [...text.matchAll(/^([A-Z ]+?) {3,}(.*)$/gm)]
        .slice(0, 4)
        .map(([, subject = "", words = ""]) => [subject, words]),
    ),
    tables: new Map(text.split("\n\n").map(rowsOf)),
    screen: layout(plain, ROOMY, now),
    findings: layout(only, ROOMY, now),
  };
}

function rowsOf(table: string): [string, string[][]] {
  const [head = [], ...rows] = table
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {3,}/));
  return [head[0] ?? "", rows];
}

function paneOf(screen: Screen, id: PaneId): string[] {
  const pane = screen.panes.find((one) => one.id === id);
  return (pane?.lines ?? []).map((line) => line.map(({ text }) => text).join(""));
}

/** Two numbers as a face has them, such as `2 of 3 held`; undefined: it says something else. */
function numbers(text: string | undefined, words: RegExp): number[] | undefined {
  return words
    .exec(text ?? "")
    ?.slice(1)
    .map(Number);
}

describe.each(STATE_NAMES)("%s", (state) => {
  const faces = facesOf(state);
  const { assessment, json, answers, tables, screen } = faces;
  const bar = paneOf(screen, "summary").join("\n");
  const { leases, etcd, apiServers } = assessment;
  const live = leases.freshness.state === "live" && leases.total > 0;

  test("leases held and total", () => {
    const { held, total } = json.leaders;
    expect([held, total]).toEqual(
      leases.freshness.state === "live" ? [leases.held, leases.total] : [null, null],
    );
    expect(numbers(answers["LEADERS"], /^(\d+) of (\d+) held/)).toEqual(live ? [held, total] : undefined);
    const led = leases.rows.filter(({ standing }) => standing === "held" || standing === "late");
    expect(led).toHaveLength(leases.freshness.state === "live" ? leases.held : 0);
    const calm = live && leases.rows.every(({ standing }) => standing === "held" || standing === "orphaned");
    expect(numbers(bar, /(\d+) of (\d+) held/)).toEqual(calm ? [held, total] : undefined);
    const missing = leases.rows.filter(({ standing }) => standing === "leaderless");
    expect((answers["LEADERS"] ?? "").includes("no leader: ")).toBe(missing.length > 0);
    expect(bar.includes(": none")).toBe(missing.length > 0);
    expect(
      assessment.findings
        .filter(({ id }) => id === "no-leader")
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(missing.map(({ record }) => record.name).toSorted());
  });

  test("the holder of each lease", () => {
    const rows = tables.get("COMPONENT") ?? [];
    expect(rows).toHaveLength(json.leaders.items.length);
    for (const [i, item] of json.leaders.items.entries()) {
      const [name, holder, word] = rows[i] ?? [];
      expect(name).toBe(item.name);
      expect(holder).toBe(item.holder?.host ?? (item.state === "vacant" ? "<none>" : "<unknown>"));
      expect(word).toBe(item.gone ? "gone" : item.orphaned ? "orphaned" : item.state);
      const line = paneOf(screen, "leases").find((one) => one.includes(` ${item.name} `)) ?? "";
      expect(line).toContain(item.holder?.host ?? "none");
      expect(line.includes(" gone ")).toBe(item.gone || item.state === "expired");
    }
  });

  test("the quorum, members that are up, voters, how many may be lost", () => {
    const said = answers["QUORUM"] ?? "";
    if (etcd.state !== "members" || etcd.freshness.state === "asking") {
      expect(said).toMatch(/^unknown/);
      expect(bar).not.toMatch(/ up|LOST/);
      return;
    }
    const { state: word, up, voters, failureTolerance } = json.etcd.quorum ?? {};
    expect(said.split(":")[0]).toBe(word === "election" ? "no leader" : word);
    if (word === "unknown") {
      expect(bar).toMatch(/unknown/);
      return;
    }
    expect(numbers(said, /(\d+) of (\d+) members/)).toEqual([up, voters]);
    expect(numbers(bar, /(\d+) of (\d+)(?: up|, needs)/)).toEqual([up, voters]);
    expect(bar.includes("LOST")).toBe(word === "lost");
    const lose = /tolerates (no|\d+) failure/.exec(said)?.[1];
    const isThere = word === "ok" || word === "degraded";
    expect(lose?.replace("no", "0")).toBe(
      isThere && failureTolerance !== null ? String(failureTolerance) : undefined,
    );
    expect(/tolerance (\d+)/.exec(bar)?.[1]).toBe(lose?.replace("no", "0"));
  });

  test("API servers that are ready, and all of them", () => {
    const ready = json.apiServers.ready;
    const all = json.apiServers.items.length;
    const asked = apiServers.rows.some(({ answer }) => answer !== undefined);
    expect(numbers(answers["API SERVERS"], /^(\d+) of (\d+) ready/)).toEqual(
      asked ? [ready, all] : undefined,
    );
    expect(numbers(bar, /(\d+) of (\d+) (?:ready|answer)/)).toEqual(asked ? [ready, all] : undefined);
    const shown = (tables.get("API SERVER") ?? []).filter((row) => row[2] === "ready");
    expect(shown).toHaveLength(ready ?? 0);
  });

  test("the findings, and the worst of them", () => {
    const ids = (of: readonly { readonly id: string; readonly subject: string }[]): string[] =>
      of.map(({ id, subject }) => `${id} ${subject}`);
    const wanted = ids(assessment.findings);
    expect(ids(json.findings)).toEqual(wanted);
    const rows = tables.get("SEVERITY") ?? [];
    expect(rows.map(([, id = "", subject = ""]) => `${id} ${subject}`)).toEqual(wanted);
    expect(rows[0]?.[0]).toBe(json.findings[0]?.severity);
    const lines = paneOf(faces.findings, "findings").join("\n");
    for (const { id } of assessment.findings) expect(lines).toContain(` ${id} `);
    const worst = { critical: "✕", unknown: "?", warning: "!" };
    const first = assessment.findings[0];
    if (first !== undefined)
      expect(paneOf(screen, "footer").at(-1)).toContain(` f ${worst[first.severity]} `);
  });
});
