import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { KeySummary } from "../../src/core/keys/key.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import type { KeyQuestion } from "../../src/sources/keys/find-keys.ts";
import { findKeys } from "../../src/sources/keys/find-keys.ts";
import type { KeyMember } from "../../src/sources/keys/key-member.ts";
import type { ScannedMember } from "../../src/sources/keys/key-scan.ts";
import { KeyScan } from "../../src/sources/keys/key-scan.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import { keyBuckets } from "../../src/transport/etcd-grpc/key-buckets.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { selector } from "../../src/sources/keys/select-keys.ts";

const NO_FLAGS = {
  ...{ endpoints: undefined, cacert: undefined, cert: undefined, key: undefined },
  ...{ user: undefined, password: undefined },
};
const exec = promisify(execFile);
const { signal } = new AbortController();

/** The members of a cluster as the program reaches them; `env`: another environment than the cluster's own. */
export async function access(cluster: EtcdCluster, env = cluster.env): Promise<EtcdAccess> {
  const route = await findEtcd(NO_FLAGS, env);
  if (!route.found) throw new Error("etcd is not configured");
  return { found: true, transports: [await connectEtcd(route)] };
}

/** Writes many keys, `atOnce` in one transaction. */
export async function put(cluster: EtcdCluster, keys: readonly string[], atOnce = 100): Promise<void> {
  for (let at = 0; at < keys.length; at += atOnce) {
    const puts = keys.slice(at, at + atOnce).map((key) => `put ${JSON.stringify(key)} value`);
    const running = exec("etcdctl", ["txn"], { env: cluster.env });
    running.child.stdin?.end(`\n${puts.join("\n")}\n\n\n`);
    await running;
  }
}

/** All keys that a scan of the whole keyspace reads, in the order in which they come. */
export async function scanned(members: readonly ScannedMember[], revision?: bigint): Promise<string[]> {
  const seen: string[] = [];
  const of = { members, parts: keyBuckets(), revision, timeout: 3, clock: systemClock };
  await new KeyScan(of).run((page) => {
    for (let index = 0; index < page.size; index += 1) seen.push(page.key(index).toString());
  }, signal);
  return seen;
}

/**
 * The members with `meddle` done before the n-th request for a page, or the n-th page of a stream: what happens under a
 * scan, at a moment that is known.
 */
export function meddledWith(
  members: readonly KeyMember[],
  n: number,
  meddle: () => Promise<void>,
): readonly KeyMember[] {
  let asked = 0;
  const look = async (): Promise<void> => {
    asked += 1;
    if (asked === n) await meddle();
  };
  const wrap = (api: EtcdApi): EtcdApi => ({
    ...{ endpoint: api.endpoint, can: api.can, close: () => undefined },
    date: (call) => api.date(call),
    status: (call) => api.status(call),
    header: (call) => api.header(call),
    memberList: (call) => api.memberList(call),
    hash: (revision, call) => api.hash(revision, call),
    readThroughQuorum: (call) => api.readThroughQuorum(call),
    streamKeys: async function* (range, call) {
      for await (const page of api.streamKeys(range, call)) {
        await look();
        yield page;
      }
    },
    countKeys: (range, call) => api.countKeys(range, call),
    lookUp: (wanted, call) => api.lookUp(wanted, call),
    keys: async (range, call) => {
      await look();
      return api.keys(range, call);
    },
  });
  return members.map((member) => ({ ...member, api: member.api && wrap(member.api) }));
}

/** What a search for a part of keys says and finds. */
export async function find(
  members: readonly KeyMember[],
  text: string,
  more: Partial<KeyQuestion> = {},
): Promise<{ said: readonly string[]; keys: number; summary: KeySummary | undefined }> {
  const said: string[] = [];
  let keys = 0;
  let summary: KeySummary | undefined;
  const pattern = { kind: "substring", text, ignoreCase: false } as const;
  const select = await selector(pattern);
  const asked = { pattern, select, members, limit: Infinity, marks: true, timeout: 5, clock: systemClock };
  const question = { ...asked, ...more };
  for await (const news of findKeys(question, signal)) {
    said.push(news.kind);
    if (news.kind === "begun-again") keys = 0;
    if (news.kind === "found") keys += news.keys.length;
    if (news.kind === "ended") summary = news.summary;
  }
  return { said, keys, summary };
}
