/** A service that runs the control plane and gives no access to etcd. */
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

/** The service that runs the control plane, by the version of its API server; undefined: none that marks it there. */
export function managedBy(gitVersion: string | undefined): ManagedService | undefined {
  return MARKS.find(([mark]) => mark.test(gitVersion ?? ""))?.[1];
}
