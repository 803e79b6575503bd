import type { Assessment, EtcdSummary, MemberListSummary } from "../model/assessment.ts";
import { answers } from "./answers.ts";
import { API_SERVER_COLUMNS } from "./api-servers-table.ts";
import { ATTEMPT_COLUMNS, LISTED_COLUMNS, memberColumns } from "./etcd-table.ts";
import { FINDING_COLUMNS } from "./findings-table.ts";
import { EVIDENCE_COLUMN } from "./evidence-column.ts";
import { LEADER_COLUMNS } from "./leaders-table.ts";
import type { Column, TableStyle } from "./table.ts";
import { cellText, table } from "./table.ts";

const WAYS_IN =
  "To see etcd, give --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key, or etcdctl's variables.";

/** Everything as tables, one below the other with an empty line between: first the answers and the findings, then what they rest on. */
export function statusTable(assessment: Assessment, style: TableStyle): string {
  const { leases, apiServers, etcd, findings } = assessment;
  return [
    answerLines(assessment, style),
    section(FINDING_COLUMNS, findings, style),
    section([...LEADER_COLUMNS, EVIDENCE_COLUMN], leases.rows, style),
    section(API_SERVER_COLUMNS, apiServers.rows, style),
    ...etcdSections(etcd, style),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

/** etcd as tables: its members and their list, or what was tried. */
export function etcdSections(etcd: EtcdSummary, style: TableStyle): string[] {
  switch (etcd.state) {
    case "asking":
      return [];
    case "no-way":
      // What nobody can change needs no advice.
      return etcd.managed
        ? [`${etcd.managed.name} runs etcd and lets nobody ask it.\n`]
        : [`${section(ATTEMPT_COLUMNS, etcd.tried, style)}${WAYS_IN}\n`];
    case "members":
      return [section(memberColumns(etcd), etcd.rows, style), memberList(etcd.list, style)];
  }
}

/** The list as the newest answer has it; none at all is said, too. */
function memberList({ members, agree, from, freshness }: MemberListSummary, style: TableStyle): string {
  if (members.length === 0) {
    const why = freshness.state === "stale" ? freshness.failure.text : "no answer yet";
    return `The member list is unknown: ${why}\n`;
  }
  const dispute = agree ? "" : `These members hold different lists: ${from.join(", ")}\n`;
  return section(LISTED_COLUMNS, members, style) + dispute;
}

/** A table, or nothing where it has no row. */
export function section<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: TableStyle,
): string {
  return rows.length === 0 ? "" : table(columns, rows, style);
}

function answerLines(assessment: Assessment, style: TableStyle): string {
  const all = answers(assessment);
  const width = Math.max(...all.map(({ subject }) => subject.length));
  return all
    .map(({ subject, words }) => `${subject.padEnd(width)}   ${cellText(words, style.colour)}\n`)
    .join("");
}
