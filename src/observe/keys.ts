import type { EtcdApi } from "../etcd/api.ts";
import type { KeyQuery } from "../etcd/key-scan.ts";
import { scanKeys } from "../etcd/key-scan.ts";
import { Failed, failureOf } from "../model/failed.ts";
import type { KeySearch } from "../model/key-search.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "./clock.ts";
import type { EtcdAccess } from "./etcd.ts";
import { Scope } from "./scope.ts";

/** Bounds of a search from the screen. */
const DEFAULTS = { maxHits: 500, maxKeys: 200_000 } as const;
const TIMEOUT: Seconds = 1.5;

/**
 * Looks for a part of a key on one member, a follower if one answers: a scan disturbs whoever serves it, and the leader
 * serves everyone. Yields how far it has come and ends with `done`, `stopped` or `failed`; without a word when `signal`
 * aborts or the reader leaves. Never throws.
 */
export async function* searchKeys(
  etcd: EtcdAccess,
  query: Pick<KeyQuery, "text"> & Partial<KeyQuery>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<KeySearch, void, void> {
  using scope = new Scope(signal);
  const members: EtcdApi[] = [];
  try {
    if (etcd.found) for (const target of etcd.targets) members.push(etcd.open(target));
    const member = await chooseMember(members, scope.signal);
    yield* scanKeys(member, { ...DEFAULTS, ...query }, clock, scope.signal);
  } catch (error) {
    if (signal.aborted) return;
    yield {
      query: query.text,
      member: "",
      state: "failed",
      failure: failureOf(error),
      revision: undefined,
      scanned: 0,
      total: undefined,
      matched: 0,
      hits: [],
      took: 0,
    };
  } finally {
    for (const member of members) member.close();
  }
}

/** The first follower that answers; else whoever answers. Throws Failed if nobody does. */
async function chooseMember(members: readonly EtcdApi[], signal: AbortSignal): Promise<EtcdApi> {
  const asked = members.map(async (member) => ({
    member,
    status: await member.status({ signal, timeout: TIMEOUT }),
  }));
  const followers = asked.map(async (one) => {
    const { member, status } = await one;
    if (status.isLearner || status.leaderId === status.memberId) throw new Error("no follower");
    return member;
  });
  try {
    return await Promise.any(followers);
  } catch {
    const answers = await Promise.allSettled(asked);
    const answered = answers.find((answer) => answer.status === "fulfilled");
    if (answered !== undefined) return answered.value.member;
    const failed = answers.find((answer) => answer.status === "rejected");
    throw (
      failed?.reason ?? new Failed({ code: "other", text: "no etcd member to search: see --etcd-endpoints" })
    );
  }
}
