import type {
  ApiServerRow,
  Assessment,
  EtcdSummary,
  MemberListSummary,
  ApiServersSummary,
} from "../core/assessment.ts";
import type { Cell, Column, Tone, TableStyle } from "./table.ts";
import { NONE, UNKNOWN, cellText, table } from "./table.ts";
import type { Finding, Severity } from "../core/rules/finding.ts";
import type { FreshnessDocument, Reason } from "./document.ts";
import { API_VERSION, freshnessDocument, reasonOf, toMillis } from "./document.ts";
import type { EtcdDocument } from "./etcd-document.ts";
import { etcdDocument } from "./etcd-document.ts";
import type { ControlPlaneDocument, LeaderEvidenceDocument } from "./evidence.ts";
import { EVIDENCE_COLUMN, controlPlaneDocument, leaderEvidenceDocument as evidenceOf } from "./evidence.ts";
import type { LeaderDocument, LeaderListDocument } from "./leaders.ts";
import { LEADER_COLUMNS, leaderListDocument } from "./leaders.ts";
import { duration, latency } from "./format.ts";
import { answers } from "./answers.ts";
import { ATTEMPT_COLUMNS, LISTED_COLUMNS, memberColumns } from "./etcd-table.ts";

/** One row an API server: what it answered when it was asked by itself, and how old its identity lease is. */
const API_SERVER_COLUMNS: readonly Column<ApiServerRow>[] = [
  { head: "API SERVER", cell: (row) => row.host },
  { head: "ADDRESS", cell: (row) => row.server ?? UNKNOWN },
  { head: "READYZ", cell: readyz },
  { head: "TOOK", cell: (row) => (row.failure || row.took === undefined ? UNKNOWN : latency(row.took)) },
  {
    head: "LEASE RENEWED",
    cell: (row) => (row.renewedAgo === undefined ? NONE : `${duration(row.renewedAgo)} ago`),
  },
  { head: "REASON", cell: reason },
];

function readyz(row: ApiServerRow): Cell {
  switch (row.answer) {
    case "ready":
      return { text: "ready", tone: "good" };
    case "not ready":
      return { text: "not ready", tone: "bad" };
    case "failed":
      return { text: "failed", tone: "bad" };
    case undefined:
      return { text: "unknown", tone: "look" };
  }
}

function reason(row: ApiServerRow): string {
  if (row.failure !== undefined) return row.failure.text;
  if (row.answer === undefined) return "not asked directly: address unknown";
  return row.failing.length > 0 ? `failed: ${row.failing.join(", ")}` : NONE;
}

const TONES: Readonly<Record<Severity, Tone>> = { critical: "bad", warning: "look", unknown: "look" };

/** What a person should know or do something about; what to do only where there is room. */
export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  { head: "SEVERITY", cell: ({ severity }) => ({ text: severity, tone: TONES[severity] }) },
  { head: "FINDING", cell: ({ id }) => id },
  { head: "SUBJECT", cell: ({ subject }) => subject },
  { head: "EVIDENCE", cell: ({ evidence }) => evidence },
  { head: "ADVICE", wide: true, cell: ({ advice }) => advice },
];

const WAYS_IN =
  "To see etcd, set --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key, or etcdctl's variables.";

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
    case "notConfigured":
      // What nobody can change needs no advice.
      return etcd.managed
        ? [`etcd is managed by ${etcd.managed.name} and cannot be accessed.\n`]
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
  const dispute = agree ? "" : `Members with different lists: ${from.join(", ")}\n`;
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

/** `kubectl ha status -o json`. */
export interface ControlPlaneStatusDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "ControlPlaneStatus";
  readonly time: string;
  /** version of the API server that answered */
  readonly gitVersion: string | null;
  readonly leaders: Pick<LeaderListDocument, "freshness" | "held" | "total"> & {
    readonly items: readonly (LeaderDocument & LeaderEvidenceDocument)[];
  };
  readonly apiServers: ApiServersDocument;
  readonly etcd: EtcdDocument;
  readonly controlPlane: ControlPlaneDocument;
  /** the worst first */
  readonly findings: readonly Finding[];
}

/** The API servers. `reason`: why nobody could say which there are. */
interface ApiServersDocument {
  readonly freshness: FreshnessDocument;
  readonly reason: Reason | null;
  /** how many of the items are; null while none of them could be asked */
  readonly ready: number | null;
  readonly items: readonly ApiServerDocument[];
}

/** One API server. `unknown`: it was not reached by itself; `leaseRenewedAgoSeconds` may still tell that it lives. */
interface ApiServerDocument {
  readonly host: string;
  readonly address: string | null;
  readonly state: "ready" | "not ready" | "failed" | "unknown";
  readonly reason: Reason | null;
  readonly failedForSeconds: number | null;
  readonly failingChecks: readonly string[];
  readonly tookSeconds: number | null;
  readonly leaseRenewedAgoSeconds: number | null;
}

/** Everything as a document. */
export function statusDocument(assessment: Assessment): ControlPlaneStatusDocument {
  const { rows } = assessment.leases;
  const { time, freshness, held, total, items } = leaderListDocument(assessment);
  return {
    apiVersion: API_VERSION,
    kind: "ControlPlaneStatus",
    time,
    gitVersion: assessment.gitVersion ?? null,
    leaders: { freshness, held, total, items: items.map((item, i) => ({ ...item, ...evidenceOf(rows[i]) })) },
    apiServers: apiServersDocument(assessment.apiServers),
    etcd: etcdDocument(assessment.etcd),
    controlPlane: controlPlaneDocument(assessment.controlPlane),
    findings: assessment.findings,
  };
}

function apiServersDocument(picture: ApiServersSummary): ApiServersDocument {
  return {
    freshness: freshnessDocument(picture.freshness),
    reason: reasonOf(picture.unknown),
    ready: picture.rows.some((row) => row.answer !== undefined) ? picture.ready : null,
    items: picture.rows.map(apiServerDocument),
  };
}

const NOT_ASKED: Reason = {
  code: "not-asked",
  message: "not asked directly: address unknown",
};

function apiServerDocument(row: ApiServerRow): ApiServerDocument {
  return {
    host: row.host,
    address: row.server ?? null,
    state: row.answer ?? "unknown",
    reason: row.answer === undefined ? (reasonOf(row.failure) ?? NOT_ASKED) : reasonOf(row.failure),
    failedForSeconds: toMillis(row.failedFor),
    failingChecks: row.failing,
    tookSeconds: toMillis(row.took),
    leaseRenewedAgoSeconds: toMillis(row.renewedAgo),
  };
}
