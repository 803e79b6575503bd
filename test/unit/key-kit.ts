import { EVERYTHING } from "./route-kit.ts";
import type { EtcdApi, KeyRange } from "../../src/transport/etcd-api.ts";
import type { KeyBucket } from "../../src/transport/etcd-grpc/key-buckets.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import type { MemberStatus } from "../../src/core/facts/member.ts";
import type { KeyMember } from "../../src/sources/keys/key-member.ts";
import { RangePage } from "../../src/transport/etcd-grpc/key-page.ts";
import { methodOf } from "../../src/transport/etcd-grpc/services.ts";

/** A key as a fake member keeps it. */
export interface FakeKey {
  readonly key: string | Uint8Array;
  readonly modRevision?: number;
  readonly value?: string;
}

/** What a fake member does. `fail` may throw instead of any answer about keys; it gets the number of the request. */
export interface FakeAnswers {
  readonly endpoint?: string;
  readonly revision?: number;
  readonly streams?: boolean;
  readonly fail?: (request: number, range: KeyBucket) => Failure | undefined;
}

/** A fake member, what it was asked, and how many keys it counted for that, as etcd does for each page. */
export interface FakeMember {
  readonly api: EtcdApi;
  readonly asked: KeyRange[];
  readonly counted: () => number;
}

const isEnd = (key: Uint8Array): boolean => key.length === 1 && key[0] === 0;

/** Whether a key lies in a range. */
export function holds({ from, to }: KeyBucket, key: Uint8Array): boolean {
  return Buffer.compare(from, key) <= 0 && (isEnd(to) || Buffer.compare(key, to) < 0);
}

/** A page as a member sends it. */
export function pageFrom(
  keys: readonly FakeKey[],
  rest: { revision?: number; count?: number; more?: boolean } = {},
): RangePage {
  const kvs = keys.map(({ key, modRevision = 7 }) => ({
    key: Buffer.from(key),
    create_revision: "3",
    mod_revision: String(modRevision),
    version: "2",
    lease: "0",
  }));
  const { revision = 42, count = keys.length, more = false } = rest;
  const answer = { header: { revision: String(revision) }, kvs, count: String(count), more };
  return new RangePage(methodOf("KV", "Range").responseSerialize(answer));
}

/** Makes a member that holds these keys. */
export function fakeMember(keys: readonly (string | FakeKey)[], fake: FakeAnswers = {}): FakeMember {
  const { endpoint = "10.0.0.1:2379", revision = 42, streams = false } = fake;
  const sorted = keys
    .map((key) => (typeof key === "string" ? { key } : key))
    .map((one) => ({ ...one, key: Buffer.from(one.key) }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key));
  const asked: KeyRange[] = [];
  let counted = 0;
  let requests = 0;
  const within = (range: KeyBucket): typeof sorted => {
    requests += 1;
    const failure = fake.fail?.(requests, range);
    if (failure !== undefined) throw new RequestError(failure);
    return sorted.slice(lowest(sorted, range.from), isEnd(range.to) ? undefined : lowest(sorted, range.to));
  };
  const api: EtcdApi = {
    endpoint,
    can: EVERYTHING,
    date: () => Promise.reject(new Error("not asked")),
    status: () => Promise.reject(new Error("not asked")),
    header: () => Promise.reject(new Error("not asked")),
    memberList: () => Promise.reject(new Error("not asked")),
    hash: () => Promise.reject(new Error("not asked")),
    readThroughQuorum: () => Promise.reject(new Error("not asked")),
    keys: async (range, { signal }) => {
      signal.throwIfAborted();
      asked.push(range);
      await Promise.resolve();
      const found = within(range);
      counted += found.length;
      const more = found.length > range.limit;
      return pageFrom(found.slice(0, range.limit), { revision, count: found.length, more });
    },
    streamKeys: async function* (range, { signal }) {
      signal.throwIfAborted();
      asked.push(range);
      await Promise.resolve();
      if (!streams) throw new RequestError({ code: "unsupported", text: "no RangeStream" });
      const found = within(range);
      for (let at = 0; at < found.length; at += 3) {
        yield pageFrom(found.slice(at, at + 3), { revision: 0, count: 0 });
        if (fake.fail !== undefined) within(range);
      }
    },
    countKeys: async (range) => {
      await Promise.resolve();
      return within(range).length;
    },
    lookUp: async (wanted) => {
      await Promise.resolve();
      within({ from: wanted.keys[0] ?? new Uint8Array(), to: Buffer.from([0]) });
      return { revision: BigInt(revision), pairs: wanted.keys.map((key) => pairOf(sorted, key)) };
    },
    close: () => undefined,
  };
  return { api, asked, counted: () => counted };
}

function pairOf(keys: readonly { key: Buffer; modRevision?: number; value?: string }[], key: Uint8Array) {
  const found = keys.find((one) => one.key.equals(key));
  if (found === undefined) return undefined;
  const numbers = { createRevision: 3n, modRevision: BigInt(found.modRevision ?? 7), version: 2n };
  return { ...numbers, lease: undefined, value: Buffer.from(found.value ?? "") };
}

function lowest(keys: readonly { key: Buffer }[], bound: Uint8Array): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(keys[middle]?.key ?? Buffer.alloc(0), bound) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A member as it was found: the first one leads. */
export function foundMember(
  name: string,
  api: EtcdApi | undefined,
  about: Partial<MemberStatus> = {},
): KeyMember {
  const status = { ...STATUS, memberId: name, ...about };
  const said = api === undefined ? undefined : status;
  const addresses = api === undefined ? [] : [api.endpoint];
  return { name, memberId: said?.memberId, addresses, api, status: said, header: said, failure: undefined };
}

const STATUS: MemberStatus = {
  clusterId: "c",
  memberId: "",
  leaderId: "cp-1",
  isLearner: false,
  version: "3.6.8",
  storageVersion: undefined,
  revision: 42n,
  raftTerm: 2n,
  raftIndex: 9n,
  raftAppliedIndex: 9n,
  dbSize: 1n,
  dbSizeInUse: 1n,
  dbSizeQuota: undefined,
  errors: [],
  downgrade: undefined,
};

/** What an API has that is not asked for keys. */
export const NO_KEYS: Omit<EtcdApi, "endpoint" | "status" | "memberList" | "close"> = {
  can: { ...EVERYTHING, clock: false },
  date: () => Promise.reject(new Error("not asked")),
  header: () => Promise.reject(new Error("not asked")),
  hash: () => Promise.reject(new Error("not asked")),
  readThroughQuorum: () => Promise.reject(new Error("not asked")),
  keys: () => Promise.reject(new Error("not asked")),
  streamKeys: () => {
    throw new Error("not asked");
  },
  countKeys: () => Promise.reject(new Error("not asked")),
  lookUp: () => Promise.reject(new Error("not asked")),
};
