/** Keys from `from` (included) to `to` (excluded). A single zero byte as `to` means: to the end. */
export interface KeyBucket {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** The smallest key there can be; as an end it means that there is none. */
const ZERO = Buffer.from([0]);

/** Where the keyspace is cut: the kinds of which there may be many. What lies between and around them is covered too. */
const KINDS = [
  "apiregistration.k8s.io",
  "argoproj.io",
  "cert-manager.io",
  "clusterrolebindings",
  "clusterroles",
  "configmaps",
  "controllerrevisions",
  "crd",
  "cronjobs",
  "csinodes",
  "daemonsets",
  "deployments",
  "endpointslices",
  "events",
  "flowschemas",
  "horizontalpodautoscalers",
  "ingress",
  "jobs",
  "leases",
  "limitranges",
  "masterleases",
  "minions",
  "namespaces",
  "networkpolicies",
  "persistentvolumeclaims",
  "persistentvolumes",
  "poddisruptionbudgets",
  "pods",
  "priorityclasses",
  "replicasets",
  "resourcequotas",
  "rolebindings",
  "roles",
  "secrets",
  "serviceaccounts",
  "services",
  "statefulsets",
  "storageclasses",
  "volumeattachments",
];

/** What is looked for most often comes first, in this order; events come last. */
const FIRST = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "services",
  "pods",
  "configmaps",
  "secrets",
  "namespaces",
];
const LAST = ["events"];

/** Bytes at which a bucket that is too large is cut: those that names of Kubernetes are made of, so the parts are of a size. */
const CUTS = Buffer.from("-.0123456789abcdefghijklmnopqrstuvwxyz");
/** The same where other names are kept. */
const ALL_CUTS = Buffer.from("-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
const SLASH = 0x2f;

/**
 * The whole keyspace in parts, those of interest first. etcd counts all keys of a range for each page of it (some
 * 0.2 µs a key, under a lock), so pages of one unbounded range cost the square of what bounded ones do.
 */
export function keyBuckets(): readonly KeyBucket[] {
  return orderedBuckets().toSorted((a, b) => rank(a) - rank(b));
}

/** The same parts in the order of the keys. */
export function orderedBuckets(): readonly KeyBucket[] {
  const cuts = [
    ZERO,
    ...KINDS.map((kind) => Buffer.from(`/registry/${kind}/`)).toSorted((a, b) => Buffer.compare(a, b)),
    ZERO,
  ];
  return cuts.slice(0, -1).map((from, index) => ({ from, to: cuts[index + 1] ?? ZERO }));
}

function rank({ from }: KeyBucket): number {
  const kind = Buffer.from(from).toString().split("/")[2] ?? "";
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  return FIRST.length + (LAST.includes(kind) ? 1 : 0);
}

/** The first key after `key`. */
export function keyAfter(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, ZERO]);
}

/**
 * Cuts what is left of a bucket that holds too much: from `from` to `to`, where `first` to `from` was seen already. It
 * is cut at the byte in which those two differ first, and behind what begins as they do at the first byte of a name, into
 * about `parts` at each: an empty one costs a request as any other does, and a large one has all its keys counted with
 * each page. The parts cover the rest and do not overlap.
 */
export function splitRest(
  first: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  parts: number,
): readonly KeyBucket[] {
  const shared = sharedLength(first, from);
  const name = from.subarray(0, shared).lastIndexOf(SLASH) + 1;
  const inner = name < shared ? [...cutsAt(from, shared, parts), prefixEnd(from.subarray(0, name + 1))] : [];
  const outer = [...cutsAt(from, name, parts), prefixEnd(from.subarray(0, name))];
  const cuts = [...inner, ...outer].filter(
    (cut) => !isEnd(cut) && (isEnd(to) || Buffer.compare(cut, to) < 0),
  );
  // The next letter may be cut off twice: a part between would hold nothing.
  const bounds = [from, ...cuts.filter((cut, at) => !Buffer.from(cut).equals(cuts[at - 1] ?? from)), to];
  return bounds.slice(0, -1).map((bound, index) => ({ from: bound, to: bounds[index + 1] ?? to }));
}

/** Keys that begin as `key` does up to a byte, and go on with a larger one: about `parts` of them, in order. */
function cutsAt(key: Uint8Array, at: number, parts: number): Uint8Array[] {
  const next = key[at] ?? 0;
  const all = CUTS.includes(next) ? CUTS : ALL_CUTS;
  const bytes = [...all].filter((byte) => byte > next);
  const step = Math.max(1, Math.ceil(bytes.length / parts));
  return bytes
    .filter((_, index) => index % step === step - 1)
    .map((byte) => Buffer.concat([key.subarray(0, at), Buffer.from([byte])]));
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const shortest = Math.min(a.length, b.length);
  let length = 0;
  while (length < shortest && a[length] === b[length]) length += 1;
  return length;
}

/** The keys that begin with `prefix`; the whole keyspace if it is empty. */
export function prefixRange(prefix: Uint8Array): KeyBucket {
  return prefix.length === 0 ? { from: ZERO, to: ZERO } : { from: prefix, to: prefixEnd(prefix) };
}

/** The part of a bucket that lies in a range; undefined if none does. */
export function within(bucket: KeyBucket, range: KeyBucket): KeyBucket | undefined {
  const from = Buffer.compare(bucket.from, range.from) > 0 ? bucket.from : range.from;
  const to = endsBefore(bucket.to, range.to) ? bucket.to : range.to;
  return isEnd(to) || Buffer.compare(from, to) < 0 ? { from, to } : undefined;
}

/**
 * A bucket that may not be read as a whole, as the part that holds one kind and what lies behind that; undefined: there
 * is nothing to cut. A role is for a prefix, and a prefix is most often a kind.
 */
export function splitKind({ from, to }: KeyBucket): readonly KeyBucket[] | undefined {
  const text = Buffer.from(from);
  const kind = text.toString("latin1").startsWith("/registry/") ? text.indexOf("/", "/registry/".length) : -1;
  if (kind < 0) return undefined;
  const cut = prefixEnd(text.subarray(0, kind + 1));
  if (isEnd(cut) || !endsBefore(cut, to)) return undefined;
  return [
    { from, to: cut },
    { from: cut, to },
  ];
}

function endsBefore(a: Uint8Array, b: Uint8Array): boolean {
  return !isEnd(a) && (isEnd(b) || Buffer.compare(a, b) < 0);
}

/** The first key that does not begin with `prefix`; the end if there is none. */
function prefixEnd(prefix: Uint8Array): Uint8Array {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return ZERO;
  const end = Buffer.from(prefix.subarray(0, last + 1));
  end[last] = (end[last] ?? 0) + 1;
  return end;
}

function isEnd(key: Uint8Array): boolean {
  return key.length === 1 && key[0] === 0;
}
