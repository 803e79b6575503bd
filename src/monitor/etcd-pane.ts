import type { EtcdMembersPicture, MemberRow } from "../model/assessment.ts";
import type { Attempt } from "../model/observation.ts";
import { failureWord } from "../view/failure-words.ts";
import { bytes, duration, integer, latency, percent } from "../view/format.ts";
import type { Column } from "./columns.ts";
import { chooseColumns, tableHead, tableRow, widest } from "./columns.ts";
import type { Glyphs } from "./glyphs.ts";
import { fit } from "./lines.ts";
import { paneHead, warning } from "./pane-head.ts";
import type { Line, Style } from "./screen.ts";
import type { Sign } from "./signs.ts";
import { sign } from "./signs.ts";
import { BOLD, DIM, KEY, PLAIN, blank, filled, span, strong } from "./spans.ts";
import type { Body, Size, View } from "./view.ts";
import { hasFocus } from "./view.ts";
import { hiddenRows, visibleRows } from "./visible-rows.ts";

/** Left of the columns: the mark of the selected row, a blank, the sign, a blank. */
const MARGIN = 4;

/** ETCD: the status of each member as it gives it itself. A row never leaves. */
export function etcdPane(view: View, size: Size): Body {
  const { etcd } = view.assessment;
  if (etcd.state === "members") return memberRows(view, etcd, size);
  const head = paneHead(view.glyphs, size.width, { title: "ETCD", focused: hasFocus(view, "etcd") });
  const lines = etcd.state === "asking" ? [waiting(view.glyphs)] : noWay(view.glyphs, etcd.tried, size);
  return { lines: [head, ...lines] };
}

function waiting(glyphs: Glyphs): Line {
  return [blank(2), sign(glyphs, "quiet"), span(" looking for a way to its members", DIM)];
}

/** What was tried, and why it led nowhere. */
function noWay(glyphs: Glyphs, tried: readonly Attempt[], { width, height }: Size): readonly Line[] {
  const label = Math.min(
    widest(
      tried.map((t) => t.way),
      0,
    ) + 3,
    Math.floor(width / 2),
  );
  return [
    [blank(2), sign(glyphs, "unknown"), span(" no way in. Tried:", BOLD)],
    ...tried
      .slice(0, Math.max(0, height - 2))
      .map(({ way, outcome }): Line => [blank(2), ...fit([span(way, DIM)], label), span(outcome)]),
  ];
}

function memberRows(view: View, etcd: EtcdMembersPicture, { width, height }: Size): Body {
  const { rows } = etcd;
  const mixed = versions(rows).length > 1;
  const columns = chooseColumns(etcdColumns(rows, mixed), width - MARGIN - 2);
  const focused = hasFocus(view, "etcd");
  const selected = Math.min(view.monitor.rows.etcd, rows.length - 1);
  const seen = visibleRows(rows.length, selected, height - 2);
  const top = rows.reduce(
    (most, { status }) => (status && status.raftTerm > most ? status.raftTerm : most),
    0n,
  );
  const lines = rows
    .slice(seen.first, seen.first + seen.count)
    .map((row, i) =>
      memberLine(view.glyphs, columns, { row, top, selected: focused && seen.first + i === selected }),
    );
  const loud = rows.some((r) => signOf(r) !== "ok");
  return {
    lines: [
      paneHead(view.glyphs, width, {
        title: "ETCD",
        focused,
        beside: beside(etcd),
        right: [span(about(etcd, mixed), DIM)],
      }),
      [blank(MARGIN), ...tableHead(columns)],
      ...lines,
      ...(seen.hidden > 0 ? [hiddenRows(seen, "members", loud)] : []),
    ],
    list: { line: 2, first: seen.first, count: seen.count },
  };
}

/** The versions of the members that answered, each once. */
function versions(rows: readonly MemberRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ status }) => (status ? [status.version] : [])))];
}

/** What is equal for all: the version while there is only one, the cluster, the newest revision. */
function about({ rows, clusterId, revision }: EtcdMembersPicture, mixed: boolean): string {
  const [version] = versions(rows);
  return [
    ...(version === undefined || mixed ? [] : [version]),
    ...(clusterId === undefined ? [] : [`cluster ${clusterId}`]),
    ...(revision === undefined ? [] : [`revision ${integer(revision)}`]),
  ].join(", ");
}

/** The first of these that is true: no leader, two that claim to lead, no member to spare, several versions. */
function beside({ quorum, rows }: EtcdMembersPicture): Line {
  if (quorum.noLeaderFor !== undefined && quorum.leaderId === undefined && quorum.state !== "unknown") {
    return [span(` NO LEADER for ${duration(quorum.noLeaderFor)} `, filled("bad", "bold"))];
  }
  const old = rows.find((r) => r.role === "old leader");
  const leader = rows.find((r) => r.role === "leader");
  if (old && leader?.status) {
    const term = integer(leader.status.raftTerm);
    return warning(
      `${old.name} and ${leader.name} both say LEADER; term ${term} is higher: ${leader.name} leads`,
    );
  }
  if (quorum.state === "degraded" && quorum.mayLose === 0)
    return warning("one more member lost is quorum lost");
  const told = rows.find((r) => r.state === "answers" && (r.status?.errors.length ?? 0) > 0);
  if (told) return warning(`${told.name}: ${told.status?.errors.join(", ") ?? ""}`);
  const count = versions(rows).length;
  return count > 1 ? warning(`${count} versions`) : [];
}

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

function signOf({ state, role }: MemberRow): Sign {
  if (state === "failed") return "bad";
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
  if (failedFor === undefined) return failureWord(failure);
  const age = `for ${duration(failedFor)}`;
  return failure.code === "timeout" ? `no answer ${age}` : `${failureWord(failure)}, ${age}`;
}

interface MemberLine {
  readonly row: MemberRow;
  /** the highest term that any member told */
  readonly top: bigint;
  readonly selected: boolean;
}

function memberLine(
  glyphs: Glyphs,
  columns: readonly Column<EtcdColumn>[],
  { row, top, selected }: MemberLine,
): Line {
  const what = signOf(row);
  const { status } = row;
  const value = row.state === "answers" ? PLAIN : DIM;
  const cell = (text: string | undefined, style: Style = value): Line => [
    text === undefined ? span("?", DIM) : span(text, style),
  ];
  const behind = row.state === "answers" && status !== undefined && status.raftTerm < top;
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
      term: cell(status && integer(status.raftTerm), behind ? strong("warn") : value),
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
