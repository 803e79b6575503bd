/** A service that runs the control plane and lets nobody ask etcd. */
export interface ManagedService {
  readonly name: string;
  /** where there is little room */
  readonly short: string;
}

/** What the services write into the version of their API servers, as seen in the field: `v1.33.1-eks-4096722`. */
const MARKS: readonly (readonly [mark: RegExp, service: ManagedService])[] = [
  [/-eks-/, { name: "Amazon EKS", short: "EKS" }],
  [/-gke\./, { name: "Google GKE", short: "GKE" }],
];

/** Who runs the control plane, by the version that its API server tells; undefined: nobody who says so there. */
export function managedBy(gitVersion: string | undefined): ManagedService | undefined {
  return MARKS.find(([mark]) => mark.test(gitVersion ?? ""))?.[1];
}
