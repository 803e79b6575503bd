import type { HealthSummary, HealthRow } from "../core/etcd/health.ts";
import { alarmWords } from "../core/etcd/health.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf, toMillis } from "./document.ts";
import type { EndpointDocument } from "./etcd-document.ts";
import { endpointDocument } from "./etcd-document.ts";
import type { Cell, Column, TableStyle } from "./table.ts";
import { NONE, table, UNKNOWN } from "./table.ts";
import { latency } from "./format.ts";

/** `kubectl ha etcd health -o json`. */
export interface EtcdHealthDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "EtcdHealth";
  readonly time: string;
  readonly members: readonly MemberHealthDocument[];
  readonly endpoints: readonly EndpointDocument[];
}

/** One member. `healthy` null: it was not to be asked, and `reason` says why; `alarms` null: not known. */
export interface MemberHealthDocument {
  readonly name: string;
  readonly endpoint: string;
  readonly role: string;
  readonly healthy: boolean | null;
  readonly tookSeconds: number | null;
  readonly alarms: readonly string[] | null;
  readonly reason: Reason | null;
}

/** The columns of `etcdctl endpoint health`, and whose they are. */
const healthColumns = (rows: readonly HealthRow[]): readonly Column<HealthRow>[] => [
  { head: "MEMBER", cell: ({ member }) => member.name },
  { head: "ENDPOINT", cell: ({ member }) => member.endpoint },
  { head: "ROLE", cell: ({ member }) => member.role },
  { head: "HEALTH", cell: health },
  { head: "TOOK", cell: ({ took }) => (took === undefined ? UNKNOWN : latency(took)) },
  {
    head: "ALARMS",
    cell: ({ alarms }) => {
      if (alarms === undefined) return UNKNOWN;
      return { text: alarmWords(alarms, rows) || NONE, tone: alarms.length > 0 ? "bad" : "good" };
    },
  },
  { head: "ERROR", cell: ({ failure }) => failure?.text ?? NONE },
];

function health({ healthy }: HealthRow): Cell {
  if (healthy === undefined) return { text: "not asked", tone: "look" };
  return { text: String(healthy), tone: healthy ? "good" : "bad" };
}

/** A row a member. */
export function healthTable(rows: readonly HealthRow[], style: TableStyle): string {
  return table(healthColumns(rows), rows, style);
}

/** The same as a document. */
export function healthDocument(now: Instant, { rows, endpoints }: HealthSummary): EtcdHealthDocument {
  return {
    apiVersion: API_VERSION,
    kind: "EtcdHealth",
    time: new Date(now.wall).toISOString(),
    members: rows.map(({ member, healthy, took, failure, alarms }) => ({
      name: member.name,
      endpoint: member.endpoint,
      role: member.role,
      healthy: healthy ?? null,
      tookSeconds: toMillis(took),
      alarms: alarms ?? null,
      reason: reasonOf(failure),
    })),
    endpoints: endpoints.map(endpointDocument),
  };
}
