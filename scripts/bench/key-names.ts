/** What Kubernetes keeps, in percent of all keys, as a busy cluster does. */
const KINDS: readonly (readonly [kind: string, share: number])[] = [
  ["events", 35],
  ["pods", 20],
  ["replicasets", 12],
  ["configmaps", 9],
  ["secrets", 7],
  ["deployments", 5],
  ["serviceaccounts", 4],
  ["leases", 3],
  ["endpointslices", 3],
  ["services/specs", 2],
];
const WORDS = "api web auth cart order user mail feed search cache queue batch sync image log gate".split(
  " ",
);
/** What is looked for: few keys among many. */
export const NEEDLE = "hatest";

/** Keys as Kubernetes names them, the same in every run. */
export function* keyNames(count: number): Generator<string, void, void> {
  const random = numbers(7);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const namespaces = Array.from(
    { length: Math.max(20, count / 1000) },
    (_, n) => `${pick(WORDS) ?? ""}-${n}`,
  );
  yield `/registry/deployments/default/${NEEDLE}`;
  yield `/registry/pods/default/${NEEDLE}-6b7c9d8f5-x2k4p`;
  const kinds = KINDS.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  for (let n = 2; n < count; n += 1) {
    const id = Math.floor(random() * 1e12).toString(36);
    yield `/registry/${pick(kinds) ?? ""}/${pick(namespaces) ?? ""}/${pick(WORDS) ?? ""}-${pick(WORDS) ?? ""}-${n.toString(36)}-${id}`;
  }
}

/** Numbers from 0 to 1 that look like chance (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
