import type { Assessment, EtcdMembersSummary, MemberListSummary } from "../model/assessment.ts";
import { unlistedWords } from "../model/etcd-cluster.ts";
import type { ListDifference } from "../model/list-differences.ts";
import type { ListedMember } from "../model/member.ts";
import { quorum } from "./answers.ts";
import { API_VERSION } from "./document.ts";
import type { EtcdDocument } from "./etcd-document.ts";
import { etcdDocument } from "./etcd-document.ts";
import { LISTED_COLUMNS } from "./etcd-table.ts";
import { etcdSections } from "./status-table.ts";
import type { Column, TableStyle } from "./table.ts";
import { cellText, lineText, table, UNKNOWN } from "./table.ts";

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

/** `m3 holds another list: without m4; also 8e9e; m1 with other addresses, name or vote`. */
function differenceLine({ from, extra, lacks, other }: ListDifference): string {
  const reported = (members: readonly ListedMember[]): string =>
    members.map(({ id, name }) => (name === "" ? id : `${name} (${id})`)).join(", ");
  const parts = [
    ...(lacks.length > 0 ? [`it lacks ${reported(lacks)}`] : []),
    ...(extra.length > 0 ? [`it has ${reported(extra)} besides`] : []),
    ...(other.length > 0
      ? [`it has ${reported(other)} with another name, other addresses or another vote`]
      : []),
  ];
  return `${from} holds another list: ${parts.join("; ")}`;
}

function silence({ list, endpoints }: EtcdMembersSummary): readonly string[] {
  const silent = list.silent.map(({ name, failure }) => `${name} gave no list: ${failure.text}`);
  return [...silent, ...endpoints.map(unlistedWords)];
}

function memory({ freshness, from, silent }: MemberListSummary): readonly string[] {
  if (freshness.state !== "stale") return [];
  const given = from.every((one) => !silent.some(({ name }) => name === one));
  return [`the list is what ${from.join(", ")} ${given ? "holds" : "had before"}: ${freshness.failure.text}`];
}
