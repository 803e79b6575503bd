import type { Assessment, EtcdSummary, EtcdMembersSummary, MemberListSummary } from "../core/assessment.ts";
import type { Finding } from "../core/rules/finding.ts";
import type { EtcdDocument } from "./etcd-document.ts";
import { etcdDocument } from "./etcd-document.ts";
import type { TableStyle, Column } from "./table.ts";
import { cellText, table, lineText, UNKNOWN } from "./table.ts";
import type { ListDifference } from "../core/etcd/member-list.ts";
import type { ListedMember } from "../core/facts/member.ts";
import { quorum } from "./answers.ts";
import { API_VERSION } from "./document.ts";
import { memberColumns, LISTED_COLUMNS } from "./etcd-table.ts";
import { FINDING_COLUMNS, etcdSections, section } from "./status.ts";
import { unlistedWords } from "../core/etcd/endpoints.ts";

/** `kubectl ha etcd status -o json`. */
export interface EtcdStatusDocument extends EtcdDocument {
  readonly findings: readonly Finding[];
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "EtcdStatus";
  readonly time: string;
}

/** etcd by itself as a document. */
export function etcdStatusDocument({ now, etcd, findings }: Assessment): EtcdStatusDocument {
  const time = new Date(now.wall).toISOString();
  return {
    apiVersion: API_VERSION,
    kind: "EtcdStatus",
    time,
    ...etcdDocument(etcd),
    findings: ofEtcd(findings),
  };
}

/** The rest of the control plane was not looked at. */
function ofEtcd(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ id, subject }) => id.startsWith("etcd-") || subject === "etcd");
}

/**
 * Whether there is a quorum, a row a member, the members that never started (no row can be about them), and the
 * findings.
 */
export function etcdStatusTable({ etcd, findings }: Assessment, style: TableStyle): string {
  const answer = `QUORUM   ${cellText(quorum(etcd), style.colour)}\n`;
  if (etcd.state !== "members") return [answer, ...etcdSections(etcd, style)].join("\n");
  const members = `${table(memberColumns(etcd), etcd.rows, style)}${unstarted(etcd)}`;
  return [answer, members, section(FINDING_COLUMNS, ofEtcd(findings), style)]
    .filter((text) => text !== "")
    .join("\n");
}

/** Without a name it never started; so it has no address for clients, and cannot be asked. */
function unstarted(etcd: Extract<EtcdSummary, { state: "members" }>): string {
  return etcd.list.members
    .filter((member) => member.name === "")
    .map(({ id, isLearner, peerUrls }) => {
      const what = isLearner ? "learner" : "member";
      const line = `The ${what} ${id} (${peerUrls.join(",")}) was added and never started`;
      return `${cellText(line, false)}\n`;
    })
    .join("");
}

/** `kubectl ha etcd members -o json`. */
export interface EtcdMembersDocument extends Pick<
  EtcdDocument,
  "state" | "reason" | "tried" | "clusterID" | "quorum" | "endpoints" | "memberList"
> {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "EtcdMembers";
  readonly time: string;
}

/** The member list as a document. */
export function etcdMembersDocument({ now, etcd }: Assessment): EtcdMembersDocument {
  const { state, reason, tried, clusterID, quorum, endpoints, memberList } = etcdDocument(etcd);
  const time = new Date(now.wall).toISOString();
  const about = { apiVersion: API_VERSION, kind: "EtcdMembers", time } as const;
  return { ...about, state, reason, tried, clusterID, quorum, endpoints, memberList };
}

/** The columns of `etcdctl member list`, who leads, and below it who holds another list and who gave none. */
export function etcdMembersTable({ etcd }: Assessment, style: TableStyle): string {
  const answer = `QUORUM   ${cellText(quorum(etcd), style.colour)}\n`;
  if (etcd.state !== "members" || etcd.list.members.length === 0)
    return [answer, ...etcdSections(etcd, style).slice(-1)].join("\n");
  const lines = [...etcd.list.differences.map(differenceLine), ...silence(etcd), ...memory(etcd.list)];
  const notes = lines.map((line) => `${lineText({ text: line, tone: "look" }, style.colour)}\n`).join("");
  return `${answer}\n${table(columns(etcd.list), etcd.list.members, style)}${notes}`;
}

function columns({ leaderId }: MemberListSummary): readonly Column<ListedMember>[] {
  const isLeader = ({ id }: ListedMember): string =>
    leaderId === undefined ? UNKNOWN : String(id === leaderId);
  return [...LISTED_COLUMNS, { head: "IS LEADER", cell: isLeader }];
}

/** `m3 has a different member list: missing m4 (8e9e); different name, URLs or vote of m1 (ae2d)`. */
function differenceLine({ from, extra, lacks, other }: ListDifference): string {
  const reported = (members: readonly ListedMember[]): string =>
    members.map(({ id, name }) => (name === "" ? id : `${name} (${id})`)).join(", ");
  const parts = [
    ...(lacks.length > 0 ? [`missing ${reported(lacks)}`] : []),
    ...(extra.length > 0 ? [`extra ${reported(extra)}`] : []),
    ...(other.length > 0 ? [`different name, URLs or vote of ${reported(other)}`] : []),
  ];
  return `${from} has a different member list: ${parts.join("; ")}`;
}

function silence({ list, endpoints }: EtcdMembersSummary): readonly string[] {
  const silent = list.silent.map(({ name, failure }) => `${name} returned no list: ${failure.text}`);
  return [...silent, ...endpoints.map(unlistedWords)];
}

function memory({ freshness, from, silent }: MemberListSummary): readonly string[] {
  if (freshness.state !== "stale") return [];
  const given = from.every((one) => !silent.some(({ name }) => name === one));
  return [
    `the list is ${given ? "that" : "the last known one"} of ${from.join(", ")}: ${freshness.failure.text}`,
  ];
}
