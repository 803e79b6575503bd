import type { MemberRow } from "../model/assessment.ts";
import { failureWord } from "../view/failure-words.ts";
import { bytes, integer, latency, percent, shortDuration } from "../view/format.ts";
import type { Column } from "./columns.ts";
import { tableRow, widest } from "./columns.ts";
import type { Glyphs } from "./glyphs.ts";
import type { Line, Style } from "./screen.ts";
import type { Sign } from "./signs.ts";
import { sign } from "./signs.ts";
import { BOLD, DIM, KEY, PLAIN, blank, span, strong } from "./spans.ts";

/** The columns of ETCD. */
export type EtcdColumn =
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
export function etcdColumns(rows: readonly MemberRow[], mixed: boolean): readonly Column<EtcdColumn>[] {
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
export function memberSign({ state, role }: MemberRow): Sign {
  if (state === "failed") return "bad";
  if (state === "refuses") return "unknown";
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
  const age = `for ${shortDuration(failedFor)}`;
  return failure.code === "timeout" ? `no answer ${age}` : `${failureWord(failure)}, ${age}`;
}

/** What a member's row is drawn from. */
export interface MemberLine {
  readonly row: MemberRow;
  /** the highest term that any member told */
  readonly top: bigint;
  readonly selected: boolean;
}

/** A member's row. */
export function memberLine(
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
