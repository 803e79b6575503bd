import type { LeaseRecord } from "../../core/facts/lease-record.ts";
import { field } from "../../text/fields.ts";
import { number, text, time } from "./received.ts";

/** Since 1.26; the host stands in the second one. */
const IDENTITY_LABEL = "apiserver.kubernetes.io/identity";
const HOSTNAME_LABEL = "kubernetes.io/hostname";
/** From 1.20 to 1.25, when the host was not told. */
const OLD_IDENTITY_LABEL = "k8s.io/component";

/**
 * Reads a Lease as an API server gave it, of which nothing is certain: anyone who may write leases may write anything
 * that passes validation. Undefined: it has no name, so it is no lease. What is not of its type counts as absent;
 * numbers stay as they are, also absurd ones; times stay as text with all their digits if they are times at all.
 */
export function readLease(object: unknown): LeaseRecord | undefined {
  return readRecord("Lease", field(object, "metadata"), field(object, "spec"));
}

/** Where leaders kept their record before they had Leases: up to 1.16, and beside a Lease up to 1.19. */
const LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

/**
 * Reads the record that a leader of old keeps in an annotation. Undefined: there is no such annotation. An annotation
 * that is not such a record is one of which all fields are absent: client-go cannot read it either, so nobody leads.
 * Source: client-go tools/leaderelection/resourcelock (`LeaderElectionRecord`, which says leaderTransitions).
 */
export function readAnnotation(kind: "Endpoints" | "ConfigMap", object: unknown): LeaseRecord | undefined {
  const metadata = field(object, "metadata");
  const annotation = field(field(metadata, "annotations"), LEADER_ANNOTATION);
  if (typeof annotation !== "string") return undefined;
  const record = fromJson(annotation);
  const leaseTransitions = field(record, "leaderTransitions");
  return readRecord(kind, metadata, isObject(record) ? { ...record, leaseTransitions } : undefined);
}

function fromJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readRecord(kind: LeaseRecord["kind"], metadata: unknown, spec: unknown): LeaseRecord | undefined {
  const name = text(field(metadata, "name"));
  if (name === "") return undefined;
  const holderIdentity = identity(field(spec, "holderIdentity"));
  return {
    kind,
    namespace: text(field(metadata, "namespace")),
    name,
    uid: text(field(metadata, "uid")),
    resourceVersion: text(field(metadata, "resourceVersion")),
    holderIdentity,
    leaseDurationSeconds: number(field(spec, "leaseDurationSeconds")),
    acquireTime: time(field(spec, "acquireTime")),
    renewTime: time(field(spec, "renewTime")),
    leaseTransitions: number(field(spec, "leaseTransitions")),
    strategy: wordOf(field(spec, "strategy")),
    preferredHolder: wordOf(field(spec, "preferredHolder")),
    apiServerHost: kind === "Lease" ? apiServerHost(name, field(metadata, "labels")) : undefined,
  };
}

/** Undefined: it is no API server's identity lease. One that does not tell its host is known by the lease's name. */
function apiServerHost(name: string, labels: unknown): string | undefined {
  const isIdentity =
    field(labels, IDENTITY_LABEL) === "kube-apiserver" ||
    field(labels, OLD_IDENTITY_LABEL) === "kube-apiserver" ||
    name.startsWith("kube-apiserver-");
  if (!isIdentity) return undefined;
  const host = text(field(labels, HOSTNAME_LABEL));
  return host === "" ? name : host;
}

/** Absent and empty mean the same. */
function wordOf(value: unknown): string | undefined {
  const shown = text(value);
  return shown === "" ? undefined : shown;
}

/** Empty means nobody: a holder of whose name nothing can be shown is somebody all the same. */
function identity(value: unknown): string {
  const shown = text(value);
  return shown === "" && typeof value === "string" && value !== "" ? "unprintable" : shown;
}
