import type { MemberRow, EtcdMembersSummary, JudgedQuorum } from "../../core/assessment.ts";
import type { Column } from "../text/columns.ts";
import { tableRow, widest, chooseColumns, tableHead } from "../text/columns.ts";
import type { Glyphs, Sign } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Line, Style } from "../screen.ts";
import type { ManagedService } from "../../core/etcd/managed.ts";
import type { Attempt } from "../../core/facts/observation.ts";
import type { Body, Size, View, PaneView } from "../view.ts";
import type { PaneSpec } from "../pane.ts";
import { failureWord } from "../../output/failure-words.ts";
import { integer, latency, percent, shortDuration, duration, timeOfDay } from "../../output/format.ts";
import { bytes } from "../../text/bytes.ts";
import { BOLD, DIM, KEY, PLAIN, blank, span, strong, firstThatFits, fit, filled } from "../text/lines.ts";
import { describeAlarm } from "../../core/etcd/alarms.ts";
import { selectedMember } from "./member.ts";
import { paneHead, warning } from "./pane-head.ts";
import { USUAL_MEMBERS, hiddenRows, howToSee, visibleRows } from "./visible-rows.ts";

/** The columns of ETCD. */
type EtcdColumn =
  | "member"
  | "role"
  | "answer"
  | "version"
  | "term"
  | "index"
  | "lag"
  | "size"
  | "use"
  | "quota"
  | "endpoint"
  | "id";

/** The columns of ETCD, as wide as what is in them; VERSION only while versions differ (`mixed`). */
function etcdColumns(rows: readonly MemberRow[], mixed: boolean): readonly Column<EtcdColumn>[] {
  const wide = (least: number, of: (row: MemberRow) => string): number => widest(rows.map(of), least);
  const version: Column<EtcdColumn> = {
    id: "version",
    head: "VERSION",
    width: wide(7, (r) => r.status?.version ?? ""),
  };
  return [
    { id: "member", head: "MEMBER", width: wide(8, (r) => r.name) },
    { id: "role", head: "ROLE", width: 10 },
    { id: "answer", head: "ANSWER", width: wide(20, answerOf) },
    ...(mixed ? [version] : []),
    {
      id: "term",
      head: "TERM",
      width: wide(4, (r) => integer(r.status?.raftTerm ?? 0n)),
      right: true,
      goes: 2,
    },
    {
      id: "index",
      head: "INDEX",
      width: wide(9, (r) => integer(r.status?.raftIndex ?? 0n)),
      right: true,
      goes: 3,
    },
    { id: "lag", head: "LAG", width: wide(5, (r) => integer(r.lag ?? 0n)), right: true },
    { id: "size", head: "DB SIZE", width: 8, right: true, goes: 1 },
    { id: "use", head: "IN USE", width: 6, right: true, goes: 5 },
    { id: "quota", head: "QUOTA", width: 5, right: true, goes: 6 },
    { id: "endpoint", head: "ENDPOINT", width: wide(15, (r) => r.endpoint), goes: 4 },
    { id: "id", head: "ID", width: 16, goes: 7 },
  ];
}

/** The sign of a member. */
function memberSign({ state, role }: MemberRow): Sign {
  if (state === "failed") return "bad";
  if (state === "accessDenied") return "unknown";
  if (state === "asking") return "quiet";
  return role === "old leader" || role === "no leader" ? "warn" : "ok";
}

function roleWord(role: MemberRow["role"]): string {
  if (role === "leader") return "LEADER";
  return role === "old leader" ? "old LEADER" : role;
}

function answerOf({ state, took, failure, failedFor }: MemberRow): string {
  if (state === "asking") return "asking";
  if (state === "answers" || failure === undefined) return took === undefined ? "?" : latency(took);
  const word = state === "accessDenied" ? "access denied" : failureWord(failure);
  if (failedFor === undefined) return word;
  const age = `for ${shortDuration(failedFor)}`;
  return failure.code === "timeout" ? `no answer ${age}` : `${word}, ${age}`;
}

/** What a member's row is drawn from. */
interface MemberLine {
  readonly row: MemberRow;
  /** the highest term of any member */
  readonly top: bigint;
  readonly selected: boolean;
}

/** A member's row. */
function memberLine(
  glyphs: Glyphs,
  columns: readonly Column<EtcdColumn>[],
  { row, top, selected }: MemberLine,
): Line {
  const what = memberSign(row);
  const { status } = row;
  const value = row.state === "answers" ? PLAIN : DIM;
  const cell = (text: string | undefined, style: Style = value): Line => [
    text === undefined ? span("?", DIM) : span(text, style),
  ];
  const isOldTerm = row.state === "answers" && (status?.raftTerm ?? top) < top;
  return [
    selected ? span(glyphs.selected, KEY) : blank(1),
    blank(1),
    sign(glyphs, what),
    blank(1),
    ...tableRow(columns, {
      member: cell(row.name, what === "ok" || what === "quiet" ? PLAIN : BOLD),
      role: cell(roleWord(row.role), roleStyle(row, what)),
      answer: cell(answerOf(row), what === "bad" ? strong("bad") : value),
      version: cell(status?.version),
      term: cell(termOf(status), isOldTerm ? strong("warn") : value),
      index: cell(status && integer(status.raftIndex)),
      lag:
        row.lag === undefined ? [span("?", what === "bad" ? { tone: "warn" } : DIM)] : cell(integer(row.lag)),
      size: cell(status && bytes(status.dbSize)),
      use: cell(status && percent(status.dbSizeInUse, status.dbSize)),
      quota: cell(status?.dbSizeQuota === undefined ? undefined : percent(status.dbSize, status.dbSizeQuota)),
      endpoint: cell(row.endpoint),
      id: cell(status?.memberId),
    }),
  ];
}

function roleStyle({ role, state }: MemberRow, what: Sign): Style {
  if (state !== "answers") return DIM;
  if (what === "warn") return strong("warn");
  return role === "leader" ? BOLD : PLAIN;
}

/** Left of the columns: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;
/** Cells of the head that its title and its rule take. */
const HEAD = "─ ETCD  ─".length;

/** Rows for the configurations that were tried, at most. */
const MOST_TRIED = 4;

/** ETCD: the status of each member as it gives it itself. A row never leaves. */
export const ETCD: PaneSpec<"etcd"> = {
  id: "etcd",
  title: "ETCD",
  wants: (view) => 2 + wantedRows(view.assessment.etcd),
  render,
  rows: ({ assessment: { etcd } }) => (etcd.state === "members" ? etcd.rows.map(({ key }) => key) : []),
};

function wantedRows(etcd: View["assessment"]["etcd"]): number {
  if (etcd.state === "members") return etcd.rows.length;
  return etcd.state === "notConfigured" && !etcd.managed
    ? Math.min(etcd.tried.length, MOST_TRIED)
    : USUAL_MEMBERS;
}

function render(view: PaneView, size: Size): Body {
  const { etcd } = view.assessment;
  if (etcd.state === "members") return memberRows(view, etcd, size);
  const head = paneHead(view, size.width);
  if (etcd.state === "notConfigured" && etcd.managed)
    return { lines: [head, ...hidden(view.glyphs, etcd.managed)] };
  const lines =
    etcd.state === "asking" ? [waiting(view.glyphs)] : notConfigured(view.glyphs, etcd.tried, size);
  return { lines: [head, ...lines] };
}

function waiting(glyphs: Glyphs): Line {
  return [blank(2), sign(glyphs, "quiet"), span(" connecting to the members", DIM)];
}

/** A managed etcd gives no access: no trouble, and no hint would help. */
function hidden(glyphs: Glyphs, { name }: ManagedService): readonly Line[] {
  const words = [
    `${name} runs etcd and gives no access to it`,
    "not visible: members, quorum, keys",
    "visible: leases, takeovers, leadership",
  ];
  return words.map((text, i): Line => [
    blank(2),
    i === 0 ? sign(glyphs, "quiet") : blank(1),
    span(` ${text}`, DIM),
  ]);
}

/** The configurations that were tried, and why each failed. */
function notConfigured(glyphs: Glyphs, tried: readonly Attempt[], { width, height }: Size): readonly Line[] {
  const label = Math.min(
    widest(
      tried.map((t) => t.route),
      0,
    ) + 3,
    Math.floor(width / 2),
  );
  return [
    [blank(2), sign(glyphs, "unknown"), span(" not configured. Tried:", BOLD)],
    ...tried
      .slice(0, Math.max(0, height - 2))
      .map(({ route, outcome }): Line => [blank(2), ...fit([span(route, DIM)], label), span(outcome)]),
  ];
}

/** Undefined: its term is not known. */
function termOf(status: MemberRow["status"]): string | undefined {
  return status?.raftTerm === undefined ? undefined : integer(status.raftTerm);
}

function memberRows(view: PaneView, etcd: EtcdMembersSummary, { width, height }: Size): Body {
  const { rows } = etcd;
  const mixed = versions(rows).length > 1;
  const columns = chooseColumns(etcdColumns(rows, mixed), width - MARGIN - 2);
  const selected = selectedMember(view, etcd);
  const seen = visibleRows(rows.length, selected, height - 2);
  const top = rows.reduce(
    (most, { status }) => ((status?.raftTerm ?? 0n) > most ? (status?.raftTerm ?? 0n) : most),
    0n,
  );
  const lines = rows
    .slice(seen.first, seen.first + seen.count)
    .map((row, i) =>
      memberLine(view.glyphs, columns, { row, top, selected: view.focused && seen.first + i === selected }),
    );
  const loud = rows.some((r) => memberSign(r) !== "ok");
  return {
    lines: [
      paneHead(view, width, {
        beside: firstThatFits(beside(etcd), width - HEAD),
        right: about(etcd, mixed),
      }),
      ...(seen.count > 0 ? [[blank(MARGIN), ...tableHead(columns)]] : []),
      ...lines,
      ...(seen.hidden > 0 ? [hiddenRows(seen, { what: "members", how: howToSee(view), loud })] : []),
    ],
    list: { line: 2, keys: rows.slice(seen.first, seen.first + seen.count).map(({ key }) => key) },
  };
}

/** The versions of the members that answered, each once. */
function versions(rows: readonly MemberRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ status }) => (status ? [status.version] : [])))];
}

/** What is equal for all rows: how often the leader changed, the version while there is only one, the cluster, the newest revision. */
function about(etcd: EtcdMembersSummary, mixed: boolean): readonly Line[] {
  const { rows, clusterId, revision } = etcd;
  const changes = changesOf(etcd);
  const [first] = versions(rows);
  const version = first === undefined || mixed ? [] : [first];
  const cluster = clusterId === undefined ? [] : [`cluster ${clusterId}`];
  const newest = revision === undefined ? [] : [`revision ${integer(revision)}`];
  const forms = [
    [...changes, ...version, ...cluster, ...newest],
    [...changes, ...version, ...newest],
    [...changes, ...newest],
    newest,
  ];
  return forms.map((words) => (words.length === 0 ? [] : [span(words.join(", "), DIM)]));
}

function changesOf({ leaderChanges: { times } }: EtcdMembersSummary): readonly string[] {
  const last = times.at(-1);
  if (last === undefined) return [];
  const count = times.length === 1 ? "1 leader change" : `${times.length} leader changes, the last`;
  return [`${count} at ${timeOfDay(last)}`];
}

/**
 * The first of these that is true: no leader, two that claim to lead, no failure tolerance, alarms, a partitioned member,
 * several versions. A member without a leader is already marked in its row.
 */
function beside(etcd: EtcdMembersSummary): readonly Line[] {
  const { quorum, rows } = etcd;
  if (quorum.noLeaderFor !== undefined && quorum.leaderId === undefined && quorum.state !== "unknown") {
    return [[span(` no leader for ${duration(quorum.noLeaderFor)} `, filled("bad", "bold"))]];
  }
  const old = rows.find((r) => r.role === "old leader");
  const leader = rows.find((r) => r.role === "leader");
  if (old && leader?.status) {
    return twoClaim(old.name, leader.name, termOf(leader.status) ?? "?").map(warning);
  }
  if (quorum.state === "degraded" && quorum.failureTolerance === 0)
    return ["one more failure loses quorum", "tolerance 0"].map(warning);
  if (quorum.state === "degraded" && quorum.failureTolerance === undefined)
    return outOfReach(quorum, rows).map(warning);
  if (etcd.alarms.length > 0) return [warning(etcd.alarms.map(describeAlarm).join(", "))];
  const partitioned = rows.filter((r) => r.partitioned).map((r) => r.name);
  if (partitioned.length > 0) return partitionedWords(partitioned, leader?.name).map(warning);
  const count = etcd.versions.length;
  return count > 1 ? [warning(`${count} versions`)] : [];
}

function twoClaim(old: string, leader: string, term: string): readonly string[] {
  return [
    `${old} and ${leader} claim to lead; newer term ${term}: ${leader} leads`,
    `${leader} leads, not ${old}`,
  ];
}

function partitionedWords(names: readonly string[], leader = "another"): readonly string[] {
  const who = names.join(", ");
  return names.length === 1
    ? [`${who} partitioned: does not know leader ${leader}`, `${who} partitioned`]
    : [`${who} partitioned: do not know leader ${leader}`, `${who} partitioned`];
}

/** Fewer answer than are needed, yet one of them knows a leader: the others may only be unreachable from here. */
function outOfReach({ up, voters, leaderId }: JudgedQuorum, rows: readonly MemberRow[]): readonly string[] {
  const leader = rows.find((r) => r.status?.memberId === leaderId)?.name ?? "another";
  const answer = `${up} of ${voters} ${up === 1 ? "answers" : "answer"}`;
  return [`${answer}, yet ${leader} is named leader`, answer];
}
