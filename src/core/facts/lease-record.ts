/**
 * A Lease as the API gave it (coordination.k8s.io/v1), or what clusters before 1.20 had instead: the same record as JSON
 * in an annotation on an Endpoints or a ConfigMap. Times keep all their digits, as text;
 * a field that the object lacks is undefined, but a missing `holderIdentity` is "", which means the same: no holder.
 */
export interface LeaseRecord {
  /** the kind of object that keeps it; in all but a Lease it is an annotation, with times to the second */
  readonly kind: "Lease" | "Endpoints" | "ConfigMap";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number | undefined;
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
  readonly leaseTransitions: number | undefined;
  /** under coordinated election: how the API servers choose the holder, and the one that shall take over from this one */
  readonly strategy?: string | undefined;
  readonly preferredHolder?: string | undefined;
  /** set on the identity lease of an API server: the host it runs on (label `kubernetes.io/hostname`) */
  readonly apiServerHost: string | undefined;
}
