import type { Assessment, LeaseRow } from "../model/assessment.ts";
import type { LeaseStatus } from "../model/lease.ts";
import type { FreshnessDocument, HolderDocument, Reason } from "./document.ts";
import { API_VERSION, freshnessDocument, holderDocument, toMillis } from "./document.ts";

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
export function leaderDocument(row: LeaseRow, unknownWhy: Reason | null): LeaderDocument {
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
