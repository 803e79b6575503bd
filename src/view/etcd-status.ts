import type { Assessment, EtcdSummary } from "../model/assessment.ts";
import type { Finding } from "../model/finding.ts";
import { quorum } from "./answers.ts";
import { API_VERSION } from "./document.ts";
import type { EtcdDocument } from "./etcd-document.ts";
import { etcdDocument } from "./etcd-document.ts";
import { memberColumns } from "./etcd-table.ts";
import { FINDING_COLUMNS } from "./findings-table.ts";
import { etcdSections, section } from "./status-table.ts";
import type { TableStyle } from "./table.ts";
import { cellText, table } from "./table.ts";

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

/** Whether there is a quorum, a row a member, whom no row can be about (members that never started), and the findings. */
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
