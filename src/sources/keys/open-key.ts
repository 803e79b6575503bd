import type { Pair } from "../../transport/etcd-api.ts";
import type { FoundKey, Mark } from "../../core/keys/key.ts";
import type { OpenedKey, OpenedMark } from "../../core/keys/value.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import type { KeyMember } from "./key-member.ts";
import { readValue } from "../../transport/etcd-grpc/key-value.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { whenCaughtUp } from "./compare-counts.ts";

/** How a key is opened. `showSecrets`: values that may hold secrets are read, too. */
export interface OpenKey {
  readonly members: readonly KeyMember[];
  readonly revision: bigint;
  readonly showSecrets: boolean;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

/** Reads a key with its value on each member that has it, by its marks. Equal values are read once. */
export async function openKey(found: FoundKey, how: OpenKey, signal: AbortSignal): Promise<OpenedKey> {
  const asked = await Promise.all(
    how.members.map((member, index) => openOn(member, found.key, found.marks[index], how, signal)),
  );
  const different: Buffer[] = [];
  const members = asked.map(({ name, outcome }): OpenedMark => {
    if (!("pair" in outcome)) return { name, ...outcome };
    const value = Buffer.from(outcome.pair.value);
    const known = different.findIndex((one) => one.equals(value));
    const index = known >= 0 ? known : different.push(value) - 1;
    return { name, state: "has", numbers: outcome.pair, value: index };
  });
  const values = different.map((value) => ({
    bytes: value.length,
    value: readValue(found.key, value, how.showSecrets),
  }));
  return { key: found.key, revision: how.revision, members, values };
}

type Outcome = { readonly pair: Pair } | Exclude<Mark, { state: "has" }>;

async function openOn(
  { name, api }: KeyMember,
  key: Uint8Array,
  mark: Mark | undefined,
  { revision, timeout, clock }: OpenKey,
  signal: AbortSignal,
): Promise<{ name: string; outcome: Outcome }> {
  if (api === undefined || (mark !== undefined && mark.state !== "has"))
    return { name, outcome: mark?.state === "has" || mark === undefined ? { state: "lacks" } : mark };
  const wanted = { keys: [key], revision, values: true };
  try {
    const ask = () => api.lookUp(wanted, { signal, timeout });
    const { pairs } = await whenCaughtUp(ask, timeout, clock, signal);
    const [pair] = pairs;
    return { name, outcome: pair === undefined ? { state: "lacks" } : { pair } };
  } catch (error) {
    if (signal.aborted) throw error;
    return { name, outcome: { state: "unknown", failure: failureOf(error) } };
  }
}
