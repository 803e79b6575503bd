import type { LeaseRow, Standing, Assessment } from "../core/assessment.ts";
import type { LeaseChange } from "./changes.ts";
import type { Cell, Column, TableStyle, Tone } from "./table.ts";
import { NONE, tablePrinter, UNKNOWN } from "./table.ts";
import type { LeaseStatus } from "../core/leases/lease.ts";
import type { FreshnessDocument, HolderDocument, Reason } from "./document.ts";
import { API_VERSION, freshnessDocument, holderDocument, toMillis } from "./document.ts";
import { duration, integer } from "./format.ts";

const TONES: Readonly<Record<Standing, Tone | undefined>> = {
  held: "good",
  late: "look",
  leaderless: "bad",
  orphaned: undefined,
  unknown: "look",
};

export const LEADER_COLUMNS: readonly Column<LeaseRow>[] = [
  { head: "COMPONENT", cell: (row) => row.record.name },
  { head: "HOLDER", cell: holder },
  {
    head: "STATE",
    atLeast: "expired".length,
    cell: (row) => ({ text: state(row), tone: TONES[row.standing] }),
  },
  { head: "RENEWED", atLeast: "15.0 s ago".length, cell: renewed },
  { head: "DURATION", cell: ({ record }) => seconds(record.leaseDurationSeconds) },
  { head: "ACQUIRED", cell: ({ record }) => toTheSecond(record.acquireTime) },
  { head: "TRANSITIONS", cell: ({ record }) => count(record.leaseTransitions) },
  { head: "ENDS IN", wide: true, cell: endsIn },
  { head: "KIND", wide: true, cell: ({ record }) => record.kind },
  { head: "RENEW TIME", wide: true, cell: ({ record }) => record.renewTime ?? NONE },
  { head: "ACQUIRE TIME", wide: true, cell: ({ record }) => record.acquireTime ?? NONE },
  { head: "HOLDER IDENTITY", wide: true, cell: ({ record }) => record.holderIdentity || NONE },
];

/** Writes rows of leases, those of leases that are gone among them; heads once, columns never narrower. */
export function leaderPrinter(style: TableStyle): (rows: readonly LeaseChange[]) => string {
  const columns = LEADER_COLUMNS.map((column): Column<LeaseChange> => {
    const cell = ({ row, deleted }: LeaseChange): Cell =>
      deleted && column.head === "STATE" ? { text: "deleted", tone: "bad" } : column.cell(row);
    return { ...column, cell };
  });
  return tablePrinter(columns, style);
}

function state({ status, standing, gone }: LeaseRow): string {
  if (gone) return "gone";
  return standing === "orphaned" ? standing : status.state;
}

function holder({ status }: LeaseRow): string {
  if (status.state === "vacant") return NONE;
  return status.holder?.host ?? UNKNOWN;
}

function renewed({ basis, renewedAgo }: LeaseRow): string {
  return basis === "unknown" ? UNKNOWN : `${duration(renewedAgo)} ago`;
}

function endsIn({ status }: LeaseRow): string {
  switch (status.state) {
    case "held":
    case "late":
      return duration(status.expiresIn);
    case "expired":
      return `${duration(status.expiredFor)} ago`;
    case "vacant":
      return NONE;
    case "unknown":
      return UNKNOWN;
  }
}

function seconds(value: number | undefined): string {
  return value === undefined ? NONE : `${value} s`;
}

function count(value: number | undefined): string {
  return value === undefined ? NONE : integer(value);
}

/** A time as received without its fraction; `-o wide` has all digits. */
function toTheSecond(time: string | undefined): string {
  return time?.replace(/\.\d+(?=Z$|[+-])/, "") ?? NONE;
}

/** `kubectl ha leaders -o json`. */
export interface LeaderListDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "LeaderList";
  readonly time: string;
  readonly freshness: FreshnessDocument;
  /** how many of the items are held or late; null while that is not known */
  readonly held: number | null;
  /** how many of the items are there to be held: all that are not orphaned */
  readonly total: number | null;
  readonly items: readonly LeaderDocument[];
}

/** One lease. What the object lacks is null; what is not known now is null with a `reason`. */
export interface LeaderDocument {
  /** of the object that the record is kept in: Lease, or Endpoints or ConfigMap with an annotation */
  readonly kind: LeaseRow["record"]["kind"];
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly state: LeaseStatus["state"];
  readonly orphaned: boolean;
  readonly reason: Reason | null;
  readonly holderIdentity: string;
  readonly holder: HolderDocument | null;
  readonly lastHolder: HolderDocument | null;
  readonly leaseDurationSeconds: number | null;
  readonly leaseTransitions: number | null;
  readonly acquireTime: string | null;
  readonly renewTime: string | null;
  readonly strategy: string | null;
  readonly preferredHolder: string | null;
  readonly renewedAgoSeconds: number | null;
  /** `renewTime`: taken at its word; `observed`: counted from when the change was seen here; `unknown`: there is none that can be */
  readonly renewedAgoBasis: LeaseRow["basis"];
  readonly expiresInSeconds: number | null;
  readonly expiredForSeconds: number | null;
  readonly vacantForSeconds: number | null;
}

/** The leases of leaders as a document. */
export function leaderListDocument({ now, leases }: Assessment): LeaderListDocument {
  const freshness = freshnessDocument(leases.freshness);
  return {
    apiVersion: API_VERSION,
    kind: "LeaderList",
    time: new Date(now.wall).toISOString(),
    freshness,
    held: freshness.state === "live" ? leases.held : null,
    total: freshness.state === "live" ? leases.total : null,
    items: leases.rows.map((row) =>
      leaderDocument(row, freshness.reason ?? freshnessDocument(row.freshness).reason),
    ),
  };
}

/** One lease as a document; `unknownWhy` is why nothing is known of it, if nothing is. */
function leaderDocument(row: LeaseRow, unknownWhy: Reason | null): LeaderDocument {
  const { record, status } = row;
  const isDated = row.basis !== "unknown";
  return {
    kind: record.kind,
    namespace: record.namespace,
    name: record.name,
    uid: record.uid,
    resourceVersion: record.resourceVersion,
    state: status.state,
    orphaned: row.standing === "orphaned",
    reason: status.state === "unknown" ? unknownWhy : null,
    holderIdentity: record.holderIdentity,
    holder: holderDocument(status.state === "vacant" ? undefined : status.holder),
    lastHolder: holderDocument(row.lastHolder),
    leaseDurationSeconds: record.leaseDurationSeconds ?? null,
    leaseTransitions: record.leaseTransitions ?? null,
    acquireTime: record.acquireTime ?? null,
    renewTime: record.renewTime ?? null,
    strategy: record.strategy ?? null,
    preferredHolder: record.preferredHolder ?? null,
    renewedAgoSeconds: toMillis(isDated ? row.renewedAgo : undefined),
    renewedAgoBasis: row.basis,
    expiresInSeconds: toMillis("expiresIn" in status ? status.expiresIn : undefined),
    expiredForSeconds: toMillis("expiredFor" in status ? status.expiredFor : undefined),
    vacantForSeconds: toMillis("vacantFor" in status && isDated ? status.vacantFor : undefined),
  };
}
