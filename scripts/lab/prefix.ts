import { createHash } from "node:crypto";

const FIRST_OCTETS = 64;
const CANDIDATES = FIRST_OCTETS * 256;

/**
 * Loopback prefixes for a lab, `127.64.0` to `127.127.255`, in the order in which to try them: labs of other
 * names and users start elsewhere, so that two that choose at the same time hardly meet.
 */
export function* prefixCandidates(seed: string, taken: ReadonlySet<string>): Generator<string> {
  const start = createHash("sha256").update(seed).digest().readUInt32BE(0) % CANDIDATES;
  for (let step = 0; step < CANDIDATES; step++) {
    const index = (start + step) % CANDIDATES;
    const prefix = `127.${FIRST_OCTETS + Math.floor(index / 256)}.${index % 256}`;
    if (!taken.has(prefix)) yield prefix;
  }
}
