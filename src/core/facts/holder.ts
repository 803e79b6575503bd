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

/** Names that every host has for itself. */
const OWN_NAME = /^(?:localhost(?:\..*)?|ip6-localhost|\d+(?:\.\d+){3})$/;

/**
 * Whether two names may be those of one host: whatever their case (Kubernetes has node names in lower case, host names as
 * they are), and a full name (`cp-1.example.com`) is that of its first label. An address and `localhost` are only themselves.
 */
export function isSameHost(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  if (one === other) return true;
  if (OWN_NAME.test(one) || OWN_NAME.test(other)) return false;
  return one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}
