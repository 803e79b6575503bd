/**
 * Who holds a lease. `identity` is `holderIdentity` as received, `host` what a person calls it,
 * `id` the part that is new after each restart of the process ("" when there is none).
 */
export interface Holder {
  readonly identity: string;
  readonly host: string;
  readonly id: string;
}

/**
 * Splits `hostname_uuid` at the LAST underscore: host names cannot hold one, yet identities chosen by
 * flags can. Source: kubernetes cmd/kube-scheduler/app/server.go (`id = hostname + "_" + uuid`).
 */
export function parseHolder(identity: string): Holder {
  const cut = identity.lastIndexOf("_");
  return cut <= 0
    ? { identity, host: identity, id: "" }
    : { identity, host: identity.slice(0, cut), id: identity.slice(cut + 1) };
}
