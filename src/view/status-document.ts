import type { ApiServerRow, ApiServersSummary, Assessment } from "../model/assessment.ts";
import type { Finding } from "../model/finding.ts";
import type { FreshnessDocument, Reason } from "./document.ts";
import { API_VERSION, freshnessDocument, reasonOf, toMillis } from "./document.ts";
import type { EtcdDocument } from "./etcd-document.ts";
import { etcdDocument } from "./etcd-document.ts";
import type { ControlPlaneDocument, LeaderEvidenceDocument } from "./evidence-document.ts";
import { controlPlaneDocument, leaderEvidenceDocument as evidenceOf } from "./evidence-document.ts";
import type { LeaderDocument, LeaderListDocument } from "./leaders-document.ts";
import { leaderListDocument } from "./leaders-document.ts";

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
export interface ApiServersDocument {
  readonly freshness: FreshnessDocument;
  readonly reason: Reason | null;
  /** how many of the items are; null while none of them could be asked */
  readonly ready: number | null;
  readonly items: readonly ApiServerDocument[];
}

/** One API server. `unknown`: it was not reached by itself; `leaseRenewedAgoSeconds` may still tell that it lives. */
export interface ApiServerDocument {
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
  message: "not asked by itself: its address is not known here",
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
